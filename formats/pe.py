"""PE reader, on pefile's layouts.

pefile's own walk (pefile.PE) wants the whole file in memory, leaves out sections it finds odd, sorts the rest and
follows an import table without bound. So this takes the structures from pefile and walks them through the window.
Layouts and names: Microsoft, PE Format (learn.microsoft.com/windows/win32/debug/pe-format).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Final, Literal, TypeVar

import msgspec
import pefile

from formats.errors import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import Format, Image, Located, PeNative, Section, Segment, Unknown
from formats.pe_layout import layout_defects
from formats.window import MAX_HEADERS, MAX_LIST, Window

T = TypeVar("T")

ERRORS: Final = (pefile.PEFormatError,)
"""What pefile's structures raise, for bytes that are too few."""

_MACHINES: Final = {
    0x14C: "i386",
    0x1C0: "arm",
    0x1C4: "arm",
    0x8664: "x86-64",
    0xAA64: "aarch64",
    0x5032: "riscv",
    0x5064: "riscv",
    0x6232: "loongarch",
    0x6264: "loongarch",
}
_BITS: Final[dict[int, Literal[32, 64]]] = {
    pefile.OPTIONAL_HEADER_MAGIC_PE: 32,
    pefile.OPTIONAL_HEADER_MAGIC_PE_PLUS: 64,
}
_OLDER: Final = {
    b"NE": "a 16-bit Windows program (NE)",
    b"LE": "a virtual device driver (LE)",
    b"LX": "an OS/2 program",
}
_EXPORT, _IMPORT, _SECURITY, _BASERELOC = 0, 1, 4, 5  # indices of data directories
_READ, _WRITE, _EXECUTE = 0x40000000, 0x80000000, 0x20000000  # IMAGE_SCN_MEM_*
_SYMBOL_SIZE: Final = 18  # bytes of a COFF symbol; the string table follows the last
_MAX_DEFECTS: Final = 32  # layout defects told; a file of 4,096 bad sections needs no 4,096 lines
_MAX_NAMES: Final = 16 << 20  # bytes of all exported names; a C++ DLL of 50,000 exports has some 4 MiB


class _Headers(msgspec.Struct, frozen=True, kw_only=True):
    """The parsed headers: pefile's structures, and the sections as segments, once in file order, once by address."""

    window: Window
    dos: Any
    coff: Any
    optional: Any
    directories: tuple[Any, ...]
    sections: tuple[Any, ...]
    segments: tuple[Segment, ...]
    mapped: tuple[Segment, ...]

    def directory(self, index: int) -> tuple[int, int] | None:
        """Return (address, size) of a data directory, or None when it is absent or empty."""
        if index >= len(self.directories):
            return None
        entry = self.directories[index]
        return (entry.VirtualAddress, entry.Size) if entry.VirtualAddress and entry.Size else None

    def offset(self, rva: int, size: int, what: str) -> int:
        """Return the window offset of ``size`` bytes that are mapped at ``rva``; raise Malformed when none are."""
        if rva + size <= min(self.optional.SizeOfHeaders, self.window.size):
            return rva
        address: int = self.optional.ImageBase + rva
        # Not one by one: a hostile file has 65,536 names to look up among 4,096 sections.
        i = bisect_right(self.mapped, address, key=lambda segment: segment.address) - 1
        if i >= 0 and address + size <= self.mapped[i].address + self.mapped[i].file_size:
            return self.mapped[i].offset + address - self.mapped[i].address
        raise Malformed(f"{what} at RVA {rva:#x} of {size} bytes is not in any section")


def read(window: Window) -> tuple[Image, ...]:
    """Parse a PE file's headers; always one Image.

    Raises NotRecognised for a DOS program or another kind that starts with MZ, Truncated when a section or the
    certificate table reaches past the end of the file.
    """
    headers = _headers(window)
    _require_sections(headers)
    names = tuple(_section_names(headers))
    native = _native(headers, names)
    image = Image(
        format=Format.PE,
        machine=_MACHINES.get(native.machine, f"{native.machine:#x}"),
        bits=_BITS[headers.optional.Magic],
        byteorder="little",
        slice=None,
        window=window,
        machine_offset=native.machine_offset,
        segments=tuple(msgspec.structs.replace(s, name=name) for s, name in zip(headers.segments, names, strict=True)),
        sections=tuple(
            Section(
                name=name,
                address=headers.optional.ImageBase + section.VirtualAddress,
                offset=section.PointerToRawData,
                size=_raw_size(section),
                flags=section.Characteristics,
            )
            for section, name in zip(headers.sections, names, strict=True)
        ),
        native=native,
    )
    return (image,)


def _unpack(window: Window, layout: Any, offset: int) -> Any:
    structure = pefile.Structure(layout, file_offset=offset)
    structure.__unpack__(window.read(offset, structure.sizeof(), layout[0]))
    return structure


def _at(structure: Any, field: str) -> int:
    """Return the window offset of a structure's field."""
    return int(structure.get_field_absolute_offset(field))


def _headers(window: Window) -> _Headers:
    dos = _unpack(window, pefile.PE.__IMAGE_DOS_HEADER_format__, 0)
    start = _new_header(window, dos)
    coff = _unpack(window, pefile.PE.__IMAGE_FILE_HEADER_format__, start + 4)
    optional_at = start + 4 + coff.sizeof()
    magic = window.integer(optional_at, 2, "little", "optional header")
    if magic not in _BITS:
        raise Malformed(f"{magic:#x} is not the magic of an optional header", optional_at)
    wide = _BITS[magic] == 64
    layout = pefile.PE.__IMAGE_OPTIONAL_HEADER64_format__ if wide else pefile.PE.__IMAGE_OPTIONAL_HEADER_format__
    optional = _unpack(window, layout, optional_at)
    room = coff.SizeOfOptionalHeader - optional.sizeof()
    if room < 0:
        raise Malformed(f"an optional header of {coff.SizeOfOptionalHeader} bytes is too short", _at(coff, "Machine"))
    count = min(optional.NumberOfRvaAndSizes, room // 8, pefile.IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
    sections = tuple(_section_headers(window, coff, optional_at + coff.SizeOfOptionalHeader))
    segments = tuple(_segment(optional.ImageBase, section) for section in sections)
    return _Headers(
        window=window,
        dos=dos,
        coff=coff,
        optional=optional,
        directories=tuple(
            _unpack(window, pefile.PE.__IMAGE_DATA_DIRECTORY_format__, optional_at + optional.sizeof() + 8 * i)
            for i in range(count)
        ),
        sections=sections,
        segments=segments,
        mapped=tuple(sorted(segments, key=lambda segment: (segment.address, segment.file_size))),
    )


def _new_header(window: Window, dos: Any) -> int:
    """Return the offset of the PE signature; raise NotRecognised when MZ stands for something else.

    A DOS program has no field there, so any number may stand in its place: its relocation table, which would
    otherwise overlap the field at 0x3c, begins before 0x40 (Microsoft KB65122).
    """
    start: int = dos.e_lfanew
    signature = window.read_upto(start, 4)
    if signature == b"PE\0\0":
        return start
    if signature[:2] in _OLDER:
        raise NotRecognised(f"{_OLDER[signature[:2]]}, not PE", start)
    if len(signature) < 4 and dos.e_lfarlc >= 0x40:
        raise Truncated(f"the file ends before its PE header at {start:#x}", window.size)
    raise NotRecognised("a DOS program, not PE", 0)


def _section_headers(window: Window, coff: Any, table: int) -> Iterator[Any]:
    count: int = coff.NumberOfSections
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} sections are over the limit of {MAX_HEADERS}", _at(coff, "NumberOfSections"))
    size: int = pefile.Structure(pefile.PE.__IMAGE_SECTION_HEADER_format__).sizeof()
    window.sub(table, count * size, "section table")
    for i in range(count):
        yield _unpack(window, pefile.PE.__IMAGE_SECTION_HEADER_format__, table + i * size)


def _raw_size(section: Any) -> int:
    """Return the bytes a section has in the file: none when it points at offset 0, as .bss does."""
    return int(section.SizeOfRawData) if section.PointerToRawData else 0


def _segment(image_base: int, section: Any) -> Segment:
    memory = section.Misc_VirtualSize or section.SizeOfRawData  # a size of 0 means "as in the file" to Windows
    return Segment(
        name="",
        address=image_base + section.VirtualAddress,
        offset=section.PointerToRawData,
        file_size=min(_raw_size(section), memory),  # the rest is padding to FileAlignment
        memory_size=memory,
        readable=bool(section.Characteristics & _READ),
        writable=bool(section.Characteristics & _WRITE),
        executable=bool(section.Characteristics & _EXECUTE),
        header_offset=section.get_file_offset(),
    )


def _require_sections(headers: _Headers) -> None:
    for section in headers.sections:
        _require(headers.window, section.PointerToRawData, _raw_size(section), "section")
    certificates = headers.directory(_SECURITY)
    if certificates:
        _require(headers.window, *certificates, "certificate table")


def _require(window: Window, offset: int, size: int, what: str) -> None:
    if offset + size > window.size:
        raise Truncated(
            f"{what} at {offset:#x} of {size} bytes reaches past the end of the file ({window.size} bytes)",
            window.size,
        )


def _section_names(headers: _Headers) -> Iterator[str]:
    """Yield each section's name; "/4" is an offset into the string table behind the COFF symbols.

    The names stay as they are when the table is gone: GNU strip removes it and keeps the sections.
    """
    table = _symbol_table(headers.coff)
    strings = None if table is None else sum(table)
    for section in headers.sections:
        name: bytes = section.Name.rstrip(b"\0")
        if strings is not None and name[:1] == b"/" and name[1:].isdigit():
            with suppress(FormatError):
                name = headers.window.string(strings + int(name[1:]), "section name")
        yield name.decode("utf-8", "backslashreplace")


def _symbol_table(coff: Any) -> tuple[int, int] | None:
    start: int = coff.PointerToSymbolTable
    return (start, coff.NumberOfSymbols * _SYMBOL_SIZE) if start else None


def _native(headers: _Headers, names: tuple[str, ...]) -> PeNative:
    coff, optional = headers.coff, headers.optional
    return PeNative(
        machine=coff.Machine,
        machine_offset=_at(coff, "Machine"),
        characteristics=coff.Characteristics,
        characteristics_offset=_at(coff, "Characteristics"),
        dll_characteristics=optional.DllCharacteristics,
        dll_characteristics_offset=_at(optional, "DllCharacteristics"),
        linker_version=(optional.MajorLinkerVersion, optional.MinorLinkerVersion),
        linker_version_offset=_at(optional, "MajorLinkerVersion"),
        image_base=optional.ImageBase,
        checksum=optional.CheckSum,
        checksum_offset=_at(optional, "CheckSum"),
        subsystem=optional.Subsystem,
        subsystem_offset=_at(optional, "Subsystem"),
        os_version=(optional.MajorOperatingSystemVersion, optional.MinorOperatingSystemVersion),
        os_version_offset=_at(optional, "MajorOperatingSystemVersion"),
        subsystem_version=(optional.MajorSubsystemVersion, optional.MinorSubsystemVersion),
        relocations=_relocations(headers),
        relocations_offset=_directory_offset(headers, _BASERELOC),
        imports=_facet(_imports, headers),
        exported=_facet(_exports, headers),
        certificates=headers.directory(_SECURITY),
        certificates_offset=_directory_offset(headers, _SECURITY),
        layout_defects=tuple(
            islice(layout_defects(headers.dos, coff, optional, headers.directories, headers.sections), _MAX_DEFECTS)
        ),
        coff_symbols=_symbol_table(coff),
        symbols=bool(coff.PointerToSymbolTable and coff.NumberOfSymbols),
        dwarf=any(name.startswith((".debug_", ".zdebug_")) for name in names),
    )


def _facet(parse: Callable[[_Headers], Iterator[T]], headers: _Headers) -> tuple[T, ...] | Unknown:
    """Return what ``parse`` yields, or Unknown: a bad table leaves the rest of the image readable."""
    try:
        return tuple(parse(headers))
    except FormatError as error:
        return Unknown(error.what)


def _directory_offset(headers: _Headers, index: int) -> int | None:
    directories = headers.directories
    return int(directories[index].get_file_offset()) if index < len(directories) else None


def _relocations(headers: _Headers) -> tuple[int, int] | None:
    """Return the place of the base relocations; None too when no section holds them: the loader finds none."""
    directory = headers.directory(_BASERELOC)
    if directory is None:
        return None
    with suppress(FormatError):
        return headers.offset(*directory, "base relocation directory"), directory[1]
    return None


def _imports(headers: _Headers) -> Iterator[Located]:
    """Yield the DLLs of the import table, as ntdll walks it: up to a descriptor without a name or thunk."""
    directory = headers.directory(_IMPORT)
    if directory is None:
        return
    layout = pefile.PE.__IMAGE_IMPORT_DESCRIPTOR_format__
    size: int = pefile.Structure(layout).sizeof()
    for i in range(MAX_HEADERS):
        at = headers.offset(directory[0] + i * size, size, "import descriptor")
        descriptor = _unpack(headers.window, layout, at)
        if not descriptor.Name or not descriptor.FirstThunk:
            return
        name_at = headers.offset(descriptor.Name, 1, "imported DLL's name")
        name = headers.window.string(name_at, "imported DLL's name")
        yield Located(name.decode("utf-8", "backslashreplace"), name_at)
    raise LimitExceeded(f"more than {MAX_HEADERS} imported DLLs")


def _exports(headers: _Headers) -> Iterator[str]:
    """Yield the exported names in the table's order; exports by number alone have none."""
    directory = headers.directory(_EXPORT)
    if directory is None:
        return
    layout = pefile.PE.__IMAGE_EXPORT_DIRECTORY_format__
    at = headers.offset(directory[0], pefile.Structure(layout).sizeof(), "export directory")
    table = _unpack(headers.window, layout, at)
    count: int = table.NumberOfNames
    if count > MAX_LIST:
        raise LimitExceeded(f"{count} exported names are over the limit of {MAX_LIST}", at)
    if count == 0:
        return
    pointers = headers.window.read(headers.offset(table.AddressOfNames, 4 * count, "export names"), 4 * count)
    left = _MAX_NAMES
    for (rva,) in struct.iter_unpack("<I", pointers):
        name = headers.window.string(headers.offset(rva, 1, "exported name"), "exported name")
        left -= len(name)
        if left < 0:
            raise LimitExceeded(f"exported names of more than {_MAX_NAMES} bytes", at)
        yield name.decode("utf-8", "backslashreplace")
