"""What an ELF file asks of the dynamic loader, and its notes: read by program headers alone.

Section headers are for tools and may be stripped or wrong; the loader goes by PT_DYNAMIC (gABI chapter 5), so
this does too. Each facet is read on its own: a bad version table leaves the needed libraries readable.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import msgspec

from formats.errors import FormatError, LimitExceeded, Malformed
from formats.image import ByteOrder, Located, Note, Segment, Unknown, VersionNeed
from formats.window import MAX_LIST, MAX_NAME, Window

T = TypeVar("T")

_DT_NULL, _DT_NEEDED, _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_RELA, _DT_RELASZ, _DT_STRSZ = 0, 1, 4, 5, 6, 7, 8, 10
_DT_SONAME, _DT_RPATH, _DT_BIND_NOW, _DT_RUNPATH, _DT_FLAGS = 14, 15, 24, 29, 30
_DT_FLAGS_1, _DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF
_DT_JMPREL, _DT_REL, _DT_RELR, _DT_GNU_HASH, _DT_VERSYM, _DT_VERDEF = 23, 17, 36, 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFC
_TABLES: Final = (
    *(_DT_HASH, _DT_GNU_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_VERSYM, _DT_VERDEF, _DT_VERNEED),
    *(_DT_RELA, _DT_REL, _DT_RELR, _DT_JMPREL),
)  # what a linker lays out one behind the other
_VERSYM_HIDDEN, _VER_NDX_GLOBAL = 0x8000, 1  # up to the latter a symbol has no version
_DF_BIND_NOW, _DF_1_NOW, _DF_1_PIE = 0x8, 0x1, 0x08000000
_MAX_NOTES_SIZE: Final = 1 << 20  # bytes of one PT_NOTE; a core dump's can be large, a program's is under 1 KiB
_NOTE_ALIGN: Final = 4
_MAX_NOTE_DESC: Final = 4096  # bytes kept of one descriptor; build IDs have 20 to 83
_MAX_NAMED: Final = 8  # symbols named for one version: enough for a person to see what asks for it
_MAX_STRINGS: Final = (
    1 << 20
)  # bytes of all strings of one table; a hundred libraries and a thousand symbols have 100 KiB
_MAX_DIRECTORIES: Final = 1024  # of all search paths; one of Nix has a directory for each library, some 50
_MAX_NAMES: Final = 1024  # symbols named for all versions together; a program asks for some ten versions


class Dynamic(msgspec.Struct, frozen=True, kw_only=True):
    """The dynamic section's answers; see formats.image.ElfNative for each field's meaning."""

    needed: tuple[Located, ...] | Unknown
    rpath: tuple[Located, ...] | Unknown
    soname: Located | Unknown | None
    df1_pie: bool
    bind_now: bool
    version_needs: tuple[VersionNeed, ...] | Unknown
    strings: tuple[int, int] | None
    rela: tuple[int, int] | None


class _Table:
    """The dynamic entries, and the string table they point into."""

    def __init__(
        self, window: Window, entries: list[tuple[int, int]], segments: tuple[Segment, ...], bits: int, order: ByteOrder
    ) -> None:
        self.window = window
        self.symbol_size = 24 if bits == 64 else 16
        self.entries = entries
        self.segments = segments
        self.order = order
        self.strings = self.span(_DT_STRTAB, _DT_STRSZ)
        self.left = _MAX_STRINGS  # many entries may name one long string

    def values(self, tag: int) -> list[int]:
        return [value for found, value in self.entries if found == tag]

    def first(self, tag: int, default: int = 0) -> int:
        return next(iter(self.values(tag)), default)

    def offset(self, address: int) -> int | None:
        """Return the file offset mapped at ``address``."""
        for segment in self.segments:
            if segment.address <= address < segment.address + segment.file_size:
                return segment.offset + address - segment.address
        return None

    def span(self, address_tag: int, size_tag: int) -> tuple[int, int] | None:
        """Return (offset, size) of a table that one tag places and another measures, when it is in the file."""
        offset, size = self.offset(self.first(address_tag)), self.first(size_tag)
        if offset is None or not size or offset + size > self.window.size:
            return None
        return offset, size

    def string(self, index: int, what: str) -> Located:
        if self.strings is None:
            raise Malformed("the dynamic string table (DT_STRTAB) is not in the file")
        start, size = self.strings
        if index >= size:
            raise Malformed(f"{what} starts past the end of the dynamic string table", start + size)
        text = self.window.string(start + index, what, min(MAX_NAME, size - index))
        self.left -= len(text)
        if self.left < 0:
            raise LimitExceeded(f"dynamic strings of more than {_MAX_STRINGS} bytes", start + index)
        return Located(text.decode("utf-8", "backslashreplace"), start + index)


def read_dynamic(
    window: Window, offset: int, size: int, segments: tuple[Segment, ...], bits: int, order: ByteOrder
) -> Dynamic:
    """Read the PT_DYNAMIC at ``offset``; raise LimitExceeded when it has more than MAX_LIST entries."""
    entry = struct.Struct(("<" if order == "little" else ">") + ("QQ" if bits == 64 else "II"))
    if size // entry.size > MAX_LIST:
        raise LimitExceeded(f"a dynamic section of {size} bytes is over the limit", offset)
    raw = window.read(offset, size - size % entry.size, "PT_DYNAMIC")
    entries = []
    for tag, value in entry.iter_unpack(raw):
        if tag == _DT_NULL:
            break
        entries.append((tag, value))
    table = _Table(window, entries, segments, bits, order)
    flags_1 = table.first(_DT_FLAGS_1)
    return Dynamic(
        needed=_facet(lambda: tuple(table.string(v, "DT_NEEDED") for v in table.values(_DT_NEEDED))),
        rpath=_facet(lambda: tuple(_search_path(table))),
        soname=_facet(lambda: next((table.string(v, "DT_SONAME") for v in table.values(_DT_SONAME)), None)),
        df1_pie=bool(flags_1 & _DF_1_PIE),
        bind_now=bool(flags_1 & _DF_1_NOW or table.first(_DT_FLAGS) & _DF_BIND_NOW or table.values(_DT_BIND_NOW)),
        version_needs=_facet(lambda: tuple(_version_needs(table))),
        strings=table.strings,
        rela=table.span(_DT_RELA, _DT_RELASZ),
    )


def _facet(read: Callable[[], T]) -> T | Unknown:
    try:
        return read()
    except FormatError as error:
        return Unknown(str(error))


def _search_path(table: _Table) -> Iterator[Located]:
    """Yield each directory of DT_RPATH and DT_RUNPATH; an empty one means the current directory (ld.so(8))."""
    left = _MAX_DIRECTORIES
    for tag in (_DT_RPATH, _DT_RUNPATH):
        for value in table.values(tag):
            path = table.string(value, "DT_RUNPATH")
            parts = path.value.split(":")
            left -= len(parts)
            if left < 0:
                raise LimitExceeded(f"search paths of more than {_MAX_DIRECTORIES} directories", path.offset)
            yield from (Located(part, path.offset) for part in parts)


def _version_needs(table: _Table) -> Iterator[VersionNeed]:
    """Yield every (library, version) of DT_VERNEED (LSB core specification 10.7.3: Verneed, Vernaux)."""
    at = table.offset(table.first(_DT_VERNEED))
    if at is None:
        if table.values(_DT_VERNEED):
            raise Malformed("the version table (DT_VERNEED) is not in the file")
        return
    mark = "<" if table.order == "little" else ">"
    need, aux = struct.Struct(mark + "HHIII"), struct.Struct(mark + "IHHII")
    budget = MAX_LIST
    symbols = _facet(lambda: _versioned_symbols(table))
    for _ in range(min(table.first(_DT_VERNEEDNUM), MAX_LIST)):
        _, count, library, first, following = need.unpack(table.window.read(at, need.size, "Verneed"))
        file = table.string(library, "Verneed file").value
        entry = at + first
        for _ in range(count):
            budget -= 1
            if budget < 0:
                raise LimitExceeded(f"more than {MAX_LIST} symbol versions", entry)
            _, _, index, name, skip = aux.unpack(table.window.read(entry, aux.size, "Vernaux"))
            version = table.string(name, "Vernaux name")
            yield VersionNeed(
                library=file,
                version=version.value,
                offset=version.offset or 0,
                symbols=() if isinstance(symbols, Unknown) else symbols.get(index & ~_VERSYM_HIDDEN, ()),
            )
            if not skip:
                break
            entry += skip
        if not following:
            break
        at += following


def _versioned_symbols(table: _Table) -> dict[int, tuple[str, ...]]:
    """Return the first few symbols by the index of the version they ask for (LSB 10.7.2: DT_VERSYM)."""
    symbols, versions = table.offset(table.first(_DT_SYMTAB)), table.offset(table.first(_DT_VERSYM))
    count = _symbols(table)
    if symbols is None or versions is None or not count:
        return {}
    raw = table.window.read_upto(versions, 2 * count)
    indices = struct.unpack(f"{'<' if table.order == 'little' else '>'}{len(raw) // 2}H", raw[: len(raw) & ~1])
    found: dict[int, list[str]] = {}
    budget = _MAX_NAMES
    for place, index in enumerate(indices):
        names = found.setdefault(index & ~_VERSYM_HIDDEN, [])
        if index > _VER_NDX_GLOBAL and budget and len(names) < _MAX_NAMED:
            budget -= 1
            # st_name comes first in both Elf32_Sym, of 16 bytes, and Elf64_Sym, of 24.
            at = table.window.integer(symbols + place * table.symbol_size, 4, table.order, "st_name")
            names.append(table.string(at, "st_name").value)
    return {index: tuple(names) for index, names in found.items()}


def _symbols(table: _Table) -> int:
    """Return how many dynamic symbols there are, for which ELF has no entry of its own.

    DT_HASH would tell and is often left out, DT_GNU_HASH tells nothing of imported symbols. glibc takes the symbols to
    end where the string table begins (elf/dl-addr.c, determine_info); linkers differ in what follows what, so here a
    table ends where the next one begins.
    """
    starts = sorted(table.first(tag) for tag in _TABLES if table.values(tag))
    count = MAX_LIST
    for tag, size in ((_DT_SYMTAB, table.symbol_size), (_DT_VERSYM, 2)):
        start = table.first(tag)
        end = next((other for other in starts if other > start), None)
        count = count if end is None else min(count, (end - start) // size)
    return count


def read_notes(window: Window, offset: int, size: int, order: ByteOrder) -> Iterator[Note]:
    """Yield the notes in ``[offset, offset + size)``; stop at the first that does not fit.

    Owner and descriptor are padded to 4 bytes, whatever alignment the segment declares: of the notes in a program only
    NT_GNU_PROPERTY_TYPE_0 is aligned to 8, its header of 16 bytes and its descriptor are multiples of that anyway, and
    mold 1.10 puts it into one segment with the others, which then is aligned to 8 as a whole.
    """
    end = min(offset + min(size, _MAX_NOTES_SIZE), window.size)
    header = struct.Struct(("<" if order == "little" else ">") + "III")
    while offset + header.size <= end:
        name_size, desc_size, kind = header.unpack(window.read(offset, header.size, "note"))
        name_at = offset + header.size
        desc_at = name_at + -(-name_size // _NOTE_ALIGN) * _NOTE_ALIGN
        if name_size > MAX_NAME or desc_at + desc_size > end:
            return
        owner = window.read(name_at, name_size, "note owner").rstrip(b"\0")
        desc = window.read(desc_at, min(desc_size, _MAX_NOTE_DESC), "note descriptor")
        yield Note(owner=owner.decode("utf-8", "backslashreplace"), type=kind, desc=desc, offset=desc_at)
        offset = desc_at + -(-desc_size // _NOTE_ALIGN) * _NOTE_ALIGN
