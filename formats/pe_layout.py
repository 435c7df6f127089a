"""What makes Windows refuse a PE file, by its headers alone.

Go's linker lays a file out by this; a C linker that meets sections it does not know may not: cgo programs of Go
1.25 linked by binutils up to 2.36 have their DWARF 5 sections at nonsensical addresses and an unrounded
SizeOfHeaders, and do not start (golang/go#75077, #75121).

Sources: Microsoft's PE Format; and for what the kernel and ntdll of Windows 10 check of it, the models of
MiCreateImageFileMap and LdrpInitializeProcess in github.com/eurecom-s3/loaders-models (Nisi et al., Lost in the
Loader, RAID 2021). Where the two differ (SizeOfHeaders and PointerToRawData must be multiples of FileAlignment;
Windows rounds them), the format's word counts: such a file is not what any linker meant to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Defect = tuple[str, str, int]  # label, value, window offset

_PAGE: Final = 0x1000
_SECTOR: Final = 0x200
_ALLOCATION: Final = 0x10000  # granularity of addresses that Windows gives out
_EXECUTABLE_IMAGE, _DLL = 0x2, 0x2000  # COFF characteristics
_PE32_PLUS: Final = 0x20B
_WIDE_MACHINES: Final = frozenset({0x8664, 0xAA64})
_NARROW_MACHINES: Final = frozenset({0x14C, 0x1C4})
_BASERELOC: Final = 5


def layout_defects(
    dos: Any, coff: Any, optional: Any, directories: tuple[Any, ...], sections: tuple[Any, ...]
) -> Iterator[Defect]:
    """Yield (label, value, offset) for each thing Windows refuses; arguments are pefile's structures."""
    yield from _header_defects(dos, coff, optional)
    if optional.SectionAlignment < _PAGE:
        yield from _flat_defects(sections)
    else:
        yield from _section_defects(optional, sections)
    yield from _reference_defects(coff, optional, directories)


def _defect(label: str, value: str, structure: Any, field: str) -> Defect:
    return label, value, int(structure.get_field_absolute_offset(field))


def _header_defects(dos: Any, coff: Any, optional: Any) -> Iterator[Defect]:
    file_alignment, alignment = optional.FileAlignment, optional.SectionAlignment
    if dos.e_lfanew % 4:
        yield _defect("e_lfanew", f"{dos.e_lfanew:#x} is not a multiple of 4", dos, "e_lfanew")
    if not coff.Characteristics & _EXECUTABLE_IMAGE:
        yield _defect("Characteristics", f"{coff.Characteristics:#x} lacks EXECUTABLE_IMAGE", coff, "Characteristics")
    wide = optional.Magic == _PE32_PLUS
    if coff.Machine in (_NARROW_MACHINES if wide else _WIDE_MACHINES):
        yield _defect("optional header", f"{optional.Magic:#x} with machine {coff.Machine:#x}", optional, "Magic")
    if not _is_power_of_two(file_alignment) or (file_alignment % _SECTOR and file_alignment != alignment):
        yield _defect("FileAlignment", f"{file_alignment:#x} is not allowed", optional, "FileAlignment")
    if not _is_power_of_two(alignment) or alignment < file_alignment:
        yield _defect(
            "SectionAlignment", f"{alignment:#x} with FileAlignment {file_alignment:#x}", optional, "SectionAlignment"
        )
    if optional.ImageBase % _ALLOCATION:
        yield _defect("ImageBase", f"{optional.ImageBase:#x} is not a multiple of 64 KiB", optional, "ImageBase")
    if optional.SizeOfHeaders == 0 or optional.SizeOfHeaders >= optional.SizeOfImage:
        value = f"{optional.SizeOfHeaders:#x} with SizeOfImage {optional.SizeOfImage:#x}"
        yield _defect("SizeOfHeaders", value, optional, "SizeOfHeaders")
    elif file_alignment and optional.SizeOfHeaders % file_alignment:
        value = f"{optional.SizeOfHeaders:#x} is not a multiple of FileAlignment {file_alignment:#x}"
        yield _defect("SizeOfHeaders", value, optional, "SizeOfHeaders")


def _section_defects(optional: Any, sections: tuple[Any, ...]) -> Iterator[Defect]:
    """Sections must follow one another without a gap, from the headers to SizeOfImage."""
    alignment, file_alignment = optional.SectionAlignment, optional.FileAlignment
    end = _round_up(optional.SizeOfHeaders, alignment)
    for section in sections:
        label = f"section {_name(section)}"
        size = section.Misc_VirtualSize or section.SizeOfRawData
        if size == 0:
            yield _defect(label, "has no size", section, "Misc_VirtualSize")
        if section.VirtualAddress != end:
            value = f"address {section.VirtualAddress:#x} where {end:#x} is next"
            yield _defect(label, value, section, "VirtualAddress")
        if section.SizeOfRawData and file_alignment and section.PointerToRawData % file_alignment:
            value = f"file offset {section.PointerToRawData:#x} is not a multiple of FileAlignment {file_alignment:#x}"
            yield _defect(label, value, section, "PointerToRawData")
        end = _round_up(section.VirtualAddress + size, alignment)
    if not sections:
        yield _defect("sections", "none", optional, "SizeOfImage")
    elif _round_up(optional.SizeOfImage, _PAGE) != end:
        yield _defect(
            "SizeOfImage", f"{optional.SizeOfImage:#x} where sections end at {end:#x}", optional, "SizeOfImage"
        )


def _flat_defects(sections: tuple[Any, ...]) -> Iterator[Defect]:
    """With an alignment below a page the file is mapped as it is, so every offset is its address."""
    for section in sections:
        label = f"section {_name(section)}"
        if section.PointerToRawData != section.VirtualAddress:
            value = f"address {section.VirtualAddress:#x} is not its file offset {section.PointerToRawData:#x}"
            yield _defect(label, value, section, "VirtualAddress")
        if section.Misc_VirtualSize > section.SizeOfRawData:
            value = f"{section.Misc_VirtualSize:#x} bytes of which the file has {section.SizeOfRawData:#x}"
            yield _defect(label, value, section, "Misc_VirtualSize")


def _reference_defects(coff: Any, optional: Any, directories: tuple[Any, ...]) -> Iterator[Defect]:
    entry = optional.AddressOfEntryPoint
    no_entry = entry == 0 and coff.Characteristics & _DLL  # a DLL may have none
    if not no_entry and not optional.SizeOfHeaders <= entry < optional.SizeOfImage:
        value = f"{entry:#x} is outside the image's sections"
        yield _defect("AddressOfEntryPoint", value, optional, "AddressOfEntryPoint")
    if len(directories) > _BASERELOC:
        table = directories[_BASERELOC]
        if table.VirtualAddress + table.Size > optional.SizeOfImage:
            value = f"{table.VirtualAddress:#x} of {table.Size:#x} bytes is outside the image"
            yield _defect("base relocation directory", value, table, "VirtualAddress")


def _name(section: Any) -> str:
    return str(section.Name.rstrip(b"\0").decode("ascii", "backslashreplace"))


def _is_power_of_two(value: int) -> bool:
    return value > 0 and value & (value - 1) == 0


def _round_up(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment
