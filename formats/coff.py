"""COFF objects, as they stand in the C archives of windows programs (Microsoft, PE Format, "COFF File Header")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal

from formats.errors import FormatError, LimitExceeded, NotRecognised, Truncated
from formats.image import Format, Image, ObjectNative, Section
from formats.objects import unplaced
from formats.window import MAX_HEADERS, Window

_FILE_HEADER: Final = struct.Struct("<HHIIIHH")
_SECTION_HEADER: Final = struct.Struct("<8s6I2HI")
_MACHINES: Final[dict[int, tuple[str, Literal[32, 64]]]] = {
    0x14C: ("i386", 32),
    0x1C4: ("arm", 32),
    0x8664: ("x86-64", 64),
    0xAA64: ("aarch64", 64),
}
_EXECUTABLE: Final = 0x2  # IMAGE_FILE_EXECUTABLE_IMAGE
_WRITE, _EXECUTE = 0x80000000, 0x20000000  # IMAGE_SCN_MEM_*
_SYMBOL_SIZE: Final = 18  # bytes of a symbol; the string table follows the last
_DEBUG: Final = (".debug_", ".zdebug_")
_TABLES: Final = (".symtab", ".strtab")


def read(window: Window) -> Image:
    """Parse an object's headers.

    The symbols and their strings are sections of the Image, named as ELF names them, for the format has no names for
    them. Raises NotRecognised when it is no COFF object, Truncated when a section reaches past the end.
    """
    if window.size < _FILE_HEADER.size:
        raise NotRecognised("too short for an object", window.base)
    header = window.read(0, _FILE_HEADER.size, "COFF header")
    machine, count, _, symbols, symbol_count, optional, flags = _FILE_HEADER.unpack(header)
    if machine not in _MACHINES or flags & _EXECUTABLE:
        raise NotRecognised("neither an ELF, a Mach-O nor a COFF object", window.base)
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} sections are over the limit of {MAX_HEADERS}", window.base + 2)
    tables: tuple[Section, ...] = ()
    if symbols:
        strings = symbols + symbol_count * _SYMBOL_SIZE
        _require(window, strings, 4, "symbol table")
        size = window.integer(strings, 4, "little", "string table")
        _require(window, strings, size, "string table")
        places = ((symbols, strings - symbols), (strings, size))
        tables = tuple(
            Section(name=name, address=0, offset=offset, size=length)
            for name, (offset, length) in zip(_TABLES, places, strict=True)
        )
    # Go's linker gives its objects the optional header of a program (asmbPe in cmd/link/internal/ld/pe.go).
    rows = window.read(_FILE_HEADER.size + optional, count * _SECTION_HEADER.size, "section table")
    sections = tuple(_sections(window, rows, tables))
    name, bits = _MACHINES[machine]
    return Image(
        format=Format.PE,
        machine=name,
        bits=bits,
        byteorder="little",
        slice=None,
        window=window,
        machine_offset=0,
        segments=tuple(
            unplaced(section, writable=bool(section.flags & _WRITE), executable=bool(section.flags & _EXECUTE))
            for section in sections
            if not section.name.startswith(_DEBUG)
        ),
        sections=sections + tables,
        native=ObjectNative(
            member="",
            notes=(),
            landmarks={},
            platform=None,
            symbols=bool(symbols and symbol_count),
            dwarf=any(section.name.startswith(_DEBUG) for section in sections),
        ),
    )


def _require(window: Window, offset: int, size: int, what: str) -> None:
    if offset + size > window.size:
        raise Truncated(f"{what} at {offset:#x} of {size} bytes reaches past the end of the object", window.base)


def _sections(window: Window, rows: bytes, tables: tuple[Section, ...]) -> Iterator[Section]:
    for row in _SECTION_HEADER.iter_unpack(rows):
        name, _, _, size, offset, _, _, _, _, flags = row
        size = size if offset else 0  # .bss
        _require(window, offset, size, "section")
        text: bytes = name.rstrip(b"\0")
        if tables and text[:1] == b"/" and text[1:].isdigit():
            with suppress(FormatError):  # the name stays as it is
                text = window.string(tables[1].offset + int(text[1:]), "section name")
        yield Section(name=text.decode("utf-8", "backslashreplace"), address=0, offset=offset, size=size, flags=flags)
