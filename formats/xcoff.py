"""XCOFF reader (AIX, 64 bit), our own: no library on the index reads the format.

Layouts and names: IBM, XCOFF Object File Format (AIX Files Reference); golang/go, src/internal/xcoff/xcoff.go and
cmd/link/internal/ld/xcoff.go. Go makes the 64-bit form alone. All of it is big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

from formats.errors import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import Format, Image, Located, Section, Segment, Unknown, XcoffNative
from formats.window import MAX_HEADERS, MAX_LIST, Window

T = TypeVar("T")

ERRORS: Final = ()
"""No library, so nothing but FormatError is raised."""

_FILE_HEADER: Final = struct.Struct(">HHIQHHI")
_SECTION_HEADER: Final = struct.Struct(">8s6Q4I")
_LOADER_HEADER: Final = struct.Struct(">6I4Q")
_FLAGS_OFFSET: Final = 18  # of f_flags in the file header
_SYMBOL_SIZE: Final = 18  # SYMESZ; the string table follows the last symbol
_AUXILIARY_SIZES: Final = (0, 110, 120)
"""Sizes of the auxiliary header: none in an object; without the TLS fields and with them in a linked file."""

# Section types are the lower half of s_flags, kinds of DWARF the upper one.
_TYPE: Final = 0xFFFF
_DWARF, _TEXT, _DATA, _BSS, _TBSS = 0x10, 0x20, 0x40, 0x80, 0x800
_LOADER, _OVERFLOW = 0x1000, 0x8000
_MAPPED: Final = (_TEXT, _DATA, _BSS)  # thread-local data is a template at an address of its own kind
_NOT_IN_FILE: Final = (_BSS, _TBSS, _OVERFLOW)  # an overflow header has counts where others have offsets

_MAX_IMPORTS: Final = 4 << 20
"""Bytes of all import file IDs. A program has a dozen libraries, each named in some 50 bytes."""


class _Raw(NamedTuple):
    """A section header: name, addresses, size, offset of its bytes, type and flags, and its own place."""

    name: str
    address: int
    size: int
    offset: int
    flags: int
    at: int

    @property
    def type(self) -> int:
        return self.flags & _TYPE

    @property
    def file_size(self) -> int:
        """Bytes of it in the file: none at offset 0."""
        return self.size if self.offset and self.type not in _NOT_IN_FILE else 0


def read(window: Window) -> tuple[Image, ...]:
    """Parse an XCOFF64 file's headers; always one Image.

    Raises NotRecognised when nothing but the first two bytes is XCOFF's, Truncated when a section or the symbol
    table reaches past the end of the file.
    """
    if window.size < _FILE_HEADER.size:
        raise NotRecognised("two bytes of XCOFF's, and too short for its header")
    header = window.read(0, _FILE_HEADER.size, "file header")
    _, count, _, symbols, auxiliary, flags, symbol_count = _FILE_HEADER.unpack(header)
    table = _FILE_HEADER.size + auxiliary
    _recognise(window, count, table)
    if auxiliary not in _AUXILIARY_SIZES:
        raise Malformed(f"an auxiliary header of {auxiliary} bytes is not defined", 16)
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} sections are over the limit of {MAX_HEADERS}", 2)
    sections = tuple(_section_headers(window, table, count))
    for section in sections:
        _require(window, section.offset if section.file_size else 0, section.file_size, "section")
    if symbols:
        _require(window, symbols, symbol_count * _SYMBOL_SIZE, "symbol table")
    native = XcoffNative(
        flags=flags,
        flags_offset=_FLAGS_OFFSET,
        needed=_facet(_needed, window, sections),
        rpath=_facet(_library_path, window, sections),
        symbols=bool(symbols and symbol_count),
        dwarf=any(section.type == _DWARF and section.size for section in sections),
    )
    image = Image(
        format=Format.XCOFF,
        machine="ppc64",  # the one machine of this magic
        bits=64,
        byteorder="big",
        slice=None,
        window=window,
        machine_offset=0,
        segments=tuple(_segment(section) for section in sections if section.type in _MAPPED),
        sections=tuple(
            Section(name=s.name, address=s.address, offset=s.offset, size=s.file_size, flags=s.flags) for s in sections
        ),
        native=native,
    )
    return (image,)


def _recognise(window: Window, count: int, table: int) -> None:
    """Tell an XCOFF file from one that starts with the same two bytes, by the name of the first section.

    Every section name of the format begins with a dot, and no file has none: it would hold nothing.
    """
    if count == 0 or not window.read_upto(table, 1) == b".":
        raise NotRecognised("two bytes of XCOFF's, and no section table")


def _section_headers(window: Window, table: int, count: int) -> Iterator[_Raw]:
    rows = window.read(table, count * _SECTION_HEADER.size, "section table")
    for i, row in enumerate(_SECTION_HEADER.iter_unpack(rows)):
        name, _, address, size, offset, _, _, _, _, flags, _ = row
        text = name.rstrip(b"\0").decode("utf-8", "backslashreplace")
        yield _Raw(text, address, size, offset, flags, table + i * _SECTION_HEADER.size)


def _require(window: Window, offset: int, size: int, what: str) -> None:
    if offset + size > window.size:
        raise Truncated(
            f"{what} at {offset:#x} of {size} bytes reaches past the end of the file ({window.size} bytes)",
            window.size,
        )


def _segment(section: _Raw) -> Segment:
    return Segment(
        name=section.name,
        address=section.address,
        offset=section.offset,
        file_size=section.file_size,
        memory_size=section.size,
        readable=True,  # AIX maps text for reading and running, data and bss for reading and writing
        writable=section.type != _TEXT,
        executable=section.type == _TEXT,
        header_offset=section.at,
    )


def _facet(
    parse: Callable[[Window, int], Iterator[T]], window: Window, sections: tuple[_Raw, ...]
) -> tuple[T, ...] | Unknown:
    """Return what ``parse`` finds among the import file IDs, or Unknown: a bad loader section hides them alone."""
    section = next((s for s in sections if s.type == _LOADER and s.file_size), None)
    if section is None:
        return ()
    try:
        loader = window.sub(section.offset, section.size, "loader section")
        return tuple(parse(loader, section.offset))
    except FormatError as error:
        return Unknown(error.what)


def _import_files(loader: Window, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the offset and the three strings (path, base, member) of each import file ID of a loader section."""
    header = loader.read(0, _LOADER_HEADER.size, "loader header")
    _, _, _, size, count, _, offset, _, _, _ = _LOADER_HEADER.unpack(header)
    if count > MAX_LIST:
        raise LimitExceeded(f"{count} import files are over the limit of {MAX_LIST}", start)
    if size > _MAX_IMPORTS:
        raise LimitExceeded(f"import files of {size} bytes are over the limit of {_MAX_IMPORTS}", start)
    strings = loader.read(offset, size, "import files").split(b"\0", 3 * count)
    if len(strings) < 3 * count + (count == 0):
        raise Malformed(f"{count} import files do not fit {size} bytes", start)
    at = start + offset
    for i in range(0, 3 * count, 3):
        entry = strings[i : i + 3]
        yield at, tuple(part.decode("utf-8", "backslashreplace") for part in entry)
        at += sum(map(len, entry)) + len(entry)


def _needed(loader: Window, start: int) -> Iterator[Located]:
    """Yield the libraries as AIX's own tools spell them, "libc.a(shr_64.o)": all but the first ID, LIBPATH."""
    for at, (path, base, member) in list(_import_files(loader, start))[1:]:
        name = f"{path}/{base}" if path else base
        yield Located(f"{name}({member})" if member else name, at)


def _library_path(loader: Window, start: int) -> Iterator[Located]:
    """Yield the directories of the first import file ID, LIBPATH."""
    for at, (path, _, _) in list(_import_files(loader, start))[:1]:
        for directory in path.split(":") if path else ():
            yield Located(directory, at)
            at += len(directory.encode()) + 1
