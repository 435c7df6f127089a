"""ELF reader, on pyelftools' layouts.

pyelftools' ELFFile raises in its constructor (or later, lazily) when e_shoff, e_shstrndx or e_phoff point at nonsense,
and takes longer to import than a file to inspect. So its layouts alone are used: for the file header, and then for the
tables, each read through the window. System V gABI chapters 4 and 5; notes and PT_GNU_*: Linux
binfmt_elf.c.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import cache
from itertools import islice
from types import SimpleNamespace
from typing import Any, Final

from elftools.common.exceptions import ELFError
from elftools.common.utils import struct_parse
from elftools.elf.structs import ELFStructs

from formats.elf_dynamic import Dynamic, read_dynamic, read_notes
from formats.errors import LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import (
    ByteOrder,
    ElfNative,
    Format,
    Image,
    Located,
    Note,
    Section,
    Segment,
    Unknown,
)
from formats.window import MAX_HEADERS, MAX_LIST, MAX_NAME, Window

ERRORS: Final = (ELFError, struct.error, UnicodeDecodeError)
"""What pyelftools raises on bytes it cannot parse: its own error, and two of the standard library's."""

_MACHINES: Final = {
    3: "i386",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "x86-64",
    183: "aarch64",
    243: "riscv",
    258: "loongarch",
    43: "sparc64",
}
_TYPE: Final = 16  # offset of e_type
_SHF_ALLOC: Final = 2
_PF_X, _PF_W, _PF_R = 1, 2, 4
_GNU_ID_SIZE: Final = 16 + 64  # bytes of a GNU build ID's note at most: header, owner, SHA-512


class _Program:
    """One program header with its own place in the file."""

    __slots__ = ("address", "align", "at", "file_size", "flags", "memory_size", "offset", "type")

    def __init__(self, raw: Any, at: int) -> None:
        self.at = at
        self.type: str | int = raw.p_type  # pyelftools' name, or the number when it knows none
        self.flags: int = raw.p_flags
        self.offset: int = raw.p_offset
        self.address: int = raw.p_vaddr
        self.file_size: int = raw.p_filesz
        self.memory_size: int = raw.p_memsz
        self.align: int = raw.p_align


def read(window: Window) -> tuple[Image, ...]:
    """Parse an ELF file's headers; always one Image.

    Raises NotRecognised for a core dump, Truncated when a loadable segment, a section or a table reaches past the end
    of the file.
    """
    head = window.read(0, 16, "ELF identification")
    bits, order = _class_and_order(head)
    raw = window.read(0, 64 if bits == 64 else 52, "ELF header")
    layouts = _layouts(bits, order)
    header = struct_parse(layouts.Elf_Ehdr, io.BytesIO(raw))
    if header.e_type == "ET_CORE":
        raise NotRecognised("a core dump, not an executable", window.base + _TYPE)
    programs = _programs(window, layouts, header)
    segments = tuple(_segment(p) for p in programs if p.type == "PT_LOAD")
    for segment in segments:
        _require(window, segment.offset, segment.file_size, "loadable segment")
    sections = _sections(window, layouts, header)
    native = _native(window, header, programs, segments, sections, bits, order)
    image = Image(
        format=Format.ELF,
        machine=_MACHINES.get(native.machine, f"{native.machine:#x}"),
        bits=bits,
        byteorder=order,
        slice=None,
        window=window,
        machine_offset=18,
        segments=segments,
        sections=sections if isinstance(sections, Unknown) else tuple(s for s, _ in sections),
        native=native,
    )
    return (image,)


def _class_and_order(head: bytes) -> tuple[Any, ByteOrder]:
    bits = {1: 32, 2: 64}.get(head[4])
    order: ByteOrder | None = {1: "little", 2: "big"}.get(head[5])  # type: ignore[assignment]
    if bits is None or order is None:
        raise Malformed(f"ELF class {head[4]} and data encoding {head[5]} are not defined", 4)
    return bits, order


@cache
def _layouts(bits: int, order: ByteOrder) -> ELFStructs:
    """Return the layouts of a class and byte order: making them takes longer than reading a file's headers.

    For no machine: what one names in its own way, its unwind tables and the like, is of no concern here.
    """
    layouts = ELFStructs(little_endian=order == "little", elfclass=bits)
    layouts.create_basic_structs()
    layouts.create_advanced_structs()
    return layouts


def _require(window: Window, offset: int, size: int, what: str) -> None:
    if offset + size > window.size:
        raise Truncated(
            f"{what} at {offset:#x} of {size} bytes reaches past the end of the file ({window.size} bytes)",
            window.size,
        )


def _programs(window: Window, layouts: ELFStructs, header: Any) -> list[_Program]:
    count, size, table = header.e_phnum, header.e_phentsize, header.e_phoff
    if count == 0:
        return []
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} program headers are over the limit of {MAX_HEADERS}", table)
    if size != layouts.Elf_Phdr.sizeof():
        raise Malformed(f"a program header of {size} bytes is not defined", table)
    _require(window, table, count * size, "program header table")
    entries = _entries(layouts.Elf_Phdr, window.read(table, count * size, "program header table"))
    return [_Program(entry, table + i * size) for i, entry in enumerate(entries)]


def _entries(layout: Any, table: bytes) -> list[SimpleNamespace]:
    """Read a table of fixed fields at once: pyelftools' own parser takes a call for each field, ten times as long."""
    names, packed, meanings = _fields(layout)
    entries = [SimpleNamespace(**dict(zip(names, values, strict=True))) for values in packed.iter_unpack(table)]
    for name, known in meanings.items():
        for entry in entries:
            value = getattr(entry, name)
            setattr(entry, name, known.get(value, value))
    return entries


@cache
def _fields(layout: Any) -> tuple[list[str], struct.Struct, dict[str, dict[int, str]]]:
    """Return the names of a layout's fields, what unpacks them, and pyelftools' names for the values of some."""
    plain = [getattr(field, "subcon", field) for field in layout.subcons]
    formats = [field.packer.format for field in plain]
    packed = struct.Struct(formats[0][0] + "".join(one[1:] for one in formats))
    meanings = {field.name: field.decoding for field in layout.subcons if hasattr(field, "decoding")}
    return [field.name for field in plain], packed, meanings


def _segment(program: _Program) -> Segment:
    return Segment(
        name="PT_LOAD",
        address=program.address,
        offset=program.offset,
        file_size=program.file_size,
        memory_size=program.memory_size,
        readable=bool(program.flags & _PF_R),
        writable=bool(program.flags & _PF_W),
        executable=bool(program.flags & _PF_X),
        alignment=program.align,
        header_offset=program.at,
    )


def _sections(window: Window, layouts: ELFStructs, header: Any) -> tuple[tuple[Section, str | int], ...] | Unknown:
    """Return every section with its type, or Unknown when there is no table to go by."""
    table, size, count, names_index = header.e_shoff, header.e_shentsize, header.e_shnum, header.e_shstrndx
    if table == 0 or count == 0:
        return Unknown("no section headers")
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} section headers are over the limit of {MAX_HEADERS}", table)
    if size != layouts.Elf_Shdr.sizeof():
        return Unknown(f"a section header of {size} bytes is not defined")
    _require(window, table, count * size, "section header table")
    entries = _entries(layouts.Elf_Shdr, window.read(table, count * size, "section header table"))
    if names_index >= count:
        return Unknown(f"e_shstrndx {names_index} is not one of {count} sections")
    for entry in entries:
        if entry.sh_type not in {"SHT_NULL", "SHT_NOBITS"}:
            _require(window, entry.sh_offset, entry.sh_size, "section")
    names = entries[names_index]
    strings = window.read(names.sh_offset, min(names.sh_size, MAX_HEADERS * 64), "section names")
    return tuple((_section(entry, strings), entry.sh_type) for entry in entries[1:])


def _section(entry: Any, strings: bytes) -> Section:
    end = strings.find(b"\0", entry.sh_name, entry.sh_name + MAX_NAME)
    name = strings[entry.sh_name : end] if end >= 0 else b""
    return Section(
        name=name.decode("utf-8", "backslashreplace"),
        address=entry.sh_addr if entry.sh_flags & _SHF_ALLOC else 0,
        offset=entry.sh_offset,
        size=0 if entry.sh_type == "SHT_NOBITS" else entry.sh_size,
        flags=entry.sh_flags,
    )


def _native(
    window: Window,
    header: Any,
    programs: list[_Program],
    segments: tuple[Segment, ...],
    sections: tuple[tuple[Section, str | int], ...] | Unknown,
    bits: int,
    order: ByteOrder,
) -> ElfNative:
    dynamic = _dynamic(window, programs, segments, bits, order)
    stack = next((p for p in programs if p.type == "PT_GNU_STACK"), None)
    known = () if isinstance(sections, Unknown) else sections
    outside = _unmapped(window, header, programs, sections)
    return ElfNative(
        type=header.e_type.removeprefix("ET_") if isinstance(header.e_type, str) else f"{header.e_type:#x}",
        machine=int.from_bytes(window.read(18, 2, "e_machine"), order),
        osabi=window.read(7, 1, "EI_OSABI")[0],
        flags=header.e_flags,
        interpreter=_interpreter(window, programs),
        dynamic=dynamic is not None,
        needed=dynamic.needed if dynamic else (),
        rpath=dynamic.rpath if dynamic else (),
        soname=dynamic.soname if dynamic else None,
        df1_pie=dynamic.df1_pie if dynamic else False,
        bind_now=dynamic.bind_now if dynamic else False,
        relro=any(p.type == "PT_GNU_RELRO" for p in programs),
        stack_flags=stack.flags if stack else None,
        stack_offset=stack.at if stack else None,
        version_needs=dynamic.version_needs if dynamic else (),
        notes=tuple(_notes(window, programs, sections, order)),
        dynamic_strings=dynamic.strings if dynamic else None,
        rela=dynamic.rela if dynamic else None,
        symtab=outside or any(kind == "SHT_SYMTAB" for _, kind in known),
        dwarf=outside or any(s.name.startswith((".debug_", ".zdebug_")) for s, _ in known),
        headers_align=next((p.align for p in programs if p.type == "PT_PHDR"), None),
        program_headers=(header.e_phoff, header.e_phentsize * header.e_phnum),
        section_headers=(header.e_shoff, header.e_shentsize * header.e_shnum),
    )


def _unmapped(window: Window, header: Any, programs: list[_Program], sections: object) -> Unknown | None:
    """Return Unknown when there may be symbols or DWARF that no section header tells of.

    Neither is ever mapped: a file cut off behind its last segment, as sstrip cuts it, has none.
    """
    if not isinstance(sections, Unknown):
        return None
    end = header.e_phoff + header.e_phentsize * len(programs)
    mapped = max((p.offset + p.file_size for p in programs), default=0)
    return sections if window.size > max(end, mapped) else None


def _interpreter(window: Window, programs: list[_Program]) -> Located | None:
    program = next((p for p in programs if p.type == "PT_INTERP"), None)
    if program is None:
        return None
    _require(window, program.offset, program.file_size, "PT_INTERP")
    text = window.read(program.offset, min(program.file_size, MAX_NAME), "PT_INTERP").split(b"\0", 1)[0]
    return Located(text.decode("utf-8", "backslashreplace"), program.offset)


def _dynamic(
    window: Window, programs: list[_Program], segments: tuple[Segment, ...], bits: int, order: ByteOrder
) -> Dynamic | None:
    program = next((p for p in programs if p.type == "PT_DYNAMIC"), None)
    if program is None:
        return None
    _require(window, program.offset, program.file_size, "PT_DYNAMIC")
    return read_dynamic(window, program.offset, program.file_size, segments, bits, order)


def _notes(
    window: Window,
    programs: list[_Program],
    sections: tuple[tuple[Section, str | int], ...] | Unknown,
    order: ByteOrder,
) -> Iterator[Note]:
    """Yield the notes of every PT_NOTE and note section, each once.

    Go's linker has one PT_NOTE and points it first at .note.gnu.build-id, then at .note.go.buildid (golang/go,
    cmd/link/internal/ld/elf.go, asmbElf, the two phsh(getpnote(), sh)), so the former has its section only. Without
    section headers it is found by its place, right behind the other.
    """
    ranges = [(p.offset, p.file_size) for p in programs if p.type == "PT_NOTE"]
    if not isinstance(sections, Unknown):
        ranges += [(s.offset, s.size) for s, kind in sections if kind == "SHT_NOTE"]
    seen: set[int] = set()
    notes = (note for offset, size in ranges for note in read_notes(window, offset, size, order))
    for note in islice(notes, MAX_LIST):  # ranges may overlap, and hold millions of empty notes
        if note.offset not in seen:
            seen.add(note.offset)
            yield note
    for offset, size in ranges if isinstance(sections, Unknown) else ():
        behind = next(read_notes(window, offset + size, _GNU_ID_SIZE, order), None)
        if behind is not None and (behind.owner, behind.type) == ("GNU", 3) and behind.offset not in seen:
            yield behind
