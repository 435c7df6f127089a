"""Objects before the link: sections without addresses, and the symbols that say what is where in them.

ELF: System V gABI, "Symbol Table". Mach-O: mach-o/nlist.h. COFF: Microsoft, PE Format, "COFF Symbol Table".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from formats.errors import NotRecognised
from formats.image import ElfNative, Format, Image, MachoNative, ObjectNative, Section, Segment, Unknown
from formats.window import MAX_LIST, Window

LANDMARKS: Final = ("runtime.pclntab", "runtime.buildVersion.str")
"""Symbols that Go's linker gives what a linked program points at (cmd/link/internal/ld: pcln.go, data.go)."""

_PAGE: Final = 0x1000
_SHF_WRITE, _SHF_ALLOC, _SHF_EXECINSTR = 1, 2, 4
_NO_SECTION: Final = 0xFF00  # SHN_LORESERVE; section numbers of symbols begin at 1 in all three formats


class _Symbols(NamedTuple):
    """A symbol table: where it and its names are, and the layout of an entry (offset, size of each field)."""

    table: tuple[int, int]
    strings: tuple[int, int]
    entry: int
    name: int
    section: tuple[int, int]
    value: tuple[int, int]
    prefix: bytes = b""


def as_object(image: Image, member: str, archive: Window) -> Image:
    """Return an object's image with made-up addresses, each section in pages of its own, and its landmarks.

    Raises NotRecognised when a linker has seen it: then it is no object; Truncated when it ends too early.
    """
    native = image.native
    sections = () if isinstance(image.sections, Unknown) else image.sections
    if isinstance(native, ElfNative):
        if native.type != "REL":
            raise NotRecognised(f"an archive whose {member} is an ELF file of type {native.type}", image.window.base)
        mapped = [s for s in sections if s.flags & _SHF_ALLOC]
        segments = [
            unplaced(s, writable=bool(s.flags & _SHF_WRITE), executable=bool(s.flags & _SHF_EXECINSTR)) for s in mapped
        ]
        notes, symbols, platform = native.notes, native.symtab, None
    elif isinstance(native, MachoNative):
        if native.file_type != "MH_OBJECT":
            raise NotRecognised(f"an archive whose {member} is a Mach-O file of type {native.file_type}")
        mapped = [s for s in sections if not s.name.startswith("__DWARF,")]
        segments = [
            unplaced(s, writable=not s.name.startswith("__TEXT,"), executable=s.name == "__TEXT,__text") for s in mapped
        ]
        notes, symbols, platform = (), native.symbols, native.platform
    else:
        segments = list(image.segments)
        notes, symbols, platform = (), native.symbols, None
    return msgspec.structs.replace(
        image,
        segments=tuple(_apart(image.window, segments)),
        native=ObjectNative(
            member=member,
            notes=notes,
            landmarks=dict(_landmarks(image, sections)),
            platform=platform,
            symbols=symbols,
            dwarf=native.dwarf,
        ),
        archive=archive,
    )


def unplaced(section: Section, *, writable: bool, executable: bool) -> Segment:
    """Return the segment that a section becomes, without an address yet."""
    return Segment(
        name=section.name,
        address=0,
        offset=section.offset,
        file_size=section.size,
        memory_size=section.size,
        readable=True,
        writable=writable,
        executable=executable,
    )


def _apart(window: Window, segments: list[Segment]) -> Iterator[Segment]:
    """Yield the segments one behind the other in memory. Within a section addresses keep their alignment.

    Raises Truncated when one reaches past the end of the object.
    """
    address = _PAGE
    for segment in segments:
        window.sub(segment.offset, segment.file_size, "section")
        if segment.file_size:
            yield msgspec.structs.replace(segment, address=address)
            address += -(-segment.file_size // _PAGE) * _PAGE


def _landmarks(image: Image, sections: tuple[Section, ...]) -> Iterator[tuple[str, int]]:
    """Yield the landmarks the symbol table has and their offsets in the window."""
    symbols = _symbol_table(image)
    if symbols is None:
        return
    start, size = symbols.strings
    for name in LANDMARKS:
        text = b"\0" + symbols.prefix + name.encode() + b"\0"
        at = next(image.window.find_all(text, start, start + size), None)
        offset = None if at is None else _offset(image, sections, symbols, at + 1 - start)
        if offset is not None:
            yield name, offset


def _symbol_table(image: Image) -> _Symbols | None:
    native = image.native
    if isinstance(native, MachoNative):
        command = next((c for c in native.load_commands if c.name == "LC_SYMTAB"), None)
        if command is None or image.bits != 64:  # Go has no 32-bit Mach-O port any more
            return None
        fields = image.window.read(command.offset + 8, 16, "LC_SYMTAB")
        start, count, names, size = (int.from_bytes(fields[i : i + 4], image.byteorder) for i in range(0, 16, 4))
        return _Symbols((start, 16 * count), (names, size), 16, 0, (5, 1), (8, 8), b"_")
    table, strings = image.section(".symtab"), image.section(".strtab")
    if table is None or strings is None:
        return None
    places = (table.offset, table.size), (strings.offset, strings.size)
    if image.format is Format.PE:
        return _Symbols(*places, 18, 4, (12, 2), (8, 4))
    return _Symbols(*places, 24, 0, (6, 2), (8, 8)) if image.bits == 64 else _Symbols(*places, 16, 0, (14, 2), (4, 4))


def _offset(image: Image, sections: tuple[Section, ...], symbols: _Symbols, name: int) -> int | None:
    """Return the offset in the window of what the first symbol with the name at ``name`` stands for."""
    window, order = image.window, image.byteorder
    start, size = symbols.table
    window.sub(start, size, "symbol table")
    if name >= 1 << 32:
        return None
    # Few places hold the same four bytes by chance; a table of nothing else would cost seconds.
    for at in islice(window.find_all(name.to_bytes(4, order), start + symbols.name, start + size), MAX_LIST):
        entry = at - symbols.name
        if (entry - start) % symbols.entry:
            continue
        row = window.read_upto(entry, symbols.entry)
        if len(row) < symbols.entry or any(row[: symbols.name]):  # COFF: a short name, in the entry itself
            continue
        number, value = (
            int.from_bytes(row[field : field + width], order) for field, width in (symbols.section, symbols.value)
        )
        if not 0 < number < min(_NO_SECTION, len(sections) + 1):
            return None
        section = sections[number - 1]
        into = value - section.address if image.format is Format.MACHO else value
        return section.offset + into if 0 <= into < section.size else None
    return None
