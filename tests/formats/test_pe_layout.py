"""What Windows refuses in a PE file's headers."""

import struct

import pytest

from formats import Window, read
from formats.image import PeNative
from tests.build.pe import CODE, DATA, DEBUG, DLL, HEADERS, Pe, program

OPTIONAL = 0x80 + 24  # offset of the optional header in built files


def native(data: bytes | Pe) -> PeNative:
    (found,) = read(Window.of_bytes(data.build() if isinstance(data, Pe) else data))
    assert isinstance(found.native, PeNative)
    return found.native


def defects(pe: Pe) -> list[tuple[str, str]]:
    raw = pe.build()
    found = native(raw).layout_defects
    assert all(0 <= offset < HEADERS for _, _, offset in found)
    return [(label, value) for label, value, _ in found]


def test_a_healthy_layout_has_none():
    assert defects(program()) == []
    assert defects(program(bits=32, machine=0x14C, image_base=0x400000)) == []


@pytest.mark.parametrize(
    ("fields", "label", "words"),
    [
        ({"SizeOfHeaders": 0x548}, "SizeOfHeaders", "0x548 is not a multiple of FileAlignment 0x200"),
        ({"SizeOfHeaders": 0}, "SizeOfHeaders", "0x0 with SizeOfImage"),
        ({"FileAlignment": 0}, "FileAlignment", "0x0 is not allowed"),
        ({"FileAlignment": 0x300}, "FileAlignment", "0x300 is not allowed"),
        ({"FileAlignment": 0x100}, "FileAlignment", "0x100 is not allowed"),
        ({"SectionAlignment": 0x1800}, "SectionAlignment", "0x1800"),
        ({"FileAlignment": 0x2000}, "SectionAlignment", "0x1000 with FileAlignment 0x2000"),
        ({"ImageBase": 0x140001000}, "ImageBase", "not a multiple of 64 KiB"),
        ({"SizeOfImage": 0x6000}, "SizeOfImage", "0x6000 where sections end at 0x7000"),
        ({"SizeOfImage": 0x9000}, "SizeOfImage", "0x9000 where sections end at 0x7000"),
        ({"AddressOfEntryPoint": 0x7000}, "AddressOfEntryPoint", "outside"),
        ({"AddressOfEntryPoint": 0x10}, "AddressOfEntryPoint", "outside"),
        ({"AddressOfEntryPoint": 0}, "AddressOfEntryPoint", "outside"),
    ],
)
def test_a_field_the_loader_refuses(fields, label, words):
    found = defects(program(fields=fields))
    assert any(name == label and words in value for name, value in found), found


def test_size_of_image_counts_in_pages():
    assert defects(program(fields={"SizeOfImage": 0x6F00})) == []


def test_a_dll_needs_no_entry():
    assert defects(program(characteristics=0x22 | DLL, fields={"AddressOfEntryPoint": 0})) == []


@pytest.mark.parametrize(
    ("row", "value", "label", "words"),
    [
        ((1, "VirtualAddress"), 0xC0000000, "section .data", "address 0xc0000000 where 0x2000 is next"),
        ((1, "VirtualAddress"), 0x3000, "section .data", "address 0x3000 where 0x2000 is next"),
        ((1, "VirtualAddress"), 0x1000, "section .data", "address 0x1000 where 0x2000 is next"),
        ((0, "PointerToRawData"), 0x448, "section .text", "file offset 0x448 is not a multiple of FileAlignment"),
    ],
)
def test_a_section_the_loader_refuses(row, value, label, words):
    found = defects(program(rows={row: value}))
    assert any(name == label and words in text for name, text in found), found


def test_a_section_of_no_size_is_refused():
    pe = program()
    pe.add(".none", b"", DATA)
    assert ("section .none", "has no size") in defects(pe)


def test_one_misplaced_section_is_one_defect():
    found = defects(program(rows={(3, "VirtualAddress"): 0x8000}, fields={"SizeOfImage": 0x9000}))
    assert [label for label, _ in found] == ["section .reloc"]


def test_what_old_linkers_make_of_go_s_dwarf_5():
    """golang/go#75121: three sections at 0xC0000000 and misaligned, SizeOfHeaders not rounded."""
    pe = program(fields={"SizeOfHeaders": 0x548})
    for i in range(4, 7):
        pe.add(f"/{i}", b"x" * 0x100, DEBUG)
        pe.rows[(i, "VirtualAddress")] = 0xC0000000
        pe.rows[(i, "PointerToRawData")] = HEADERS + 0x148
    found = defects(pe)
    assert ("SizeOfHeaders", "0x548 is not a multiple of FileAlignment 0x200") in found
    assert [label for label, value in found if "address 0xc0000000" in value] == [f"section /{i}" for i in range(4, 7)]
    assert len([value for _, value in found if "file offset 0x548" in value]) == 3


def test_a_file_that_is_not_marked_executable():
    assert [label for label, _ in defects(program(characteristics=0x20))] == ["Characteristics"]


@pytest.mark.parametrize(("bits", "machine"), [(64, 0x14C), (64, 0x1C4), (32, 0x8664), (32, 0xAA64)])
def test_a_header_of_the_wrong_width(bits, machine):
    assert [label for label, _ in defects(program(bits=bits, machine=machine, image_base=0x400000))] == [
        "optional header"
    ]


def test_an_unaligned_header():
    assert [label for label, _ in defects(program(lfanew=0x82))] == ["e_lfanew"]


def test_no_sections_at_all():
    assert ("sections", "none") in defects(Pe())


def test_relocations_outside_the_image():
    pe = program()
    pe.directories[5] = (0x800000, 12)
    assert [label for label, _ in defects(pe)] == ["base relocation directory"]
    assert native(pe).relocations is None


def test_headers_that_claim_to_be_longer_than_the_file():
    pe = program(fields={"SizeOfHeaders": 0x40000000})
    pe.directories[5] = (0x20000000, 12)
    assert native(pe).relocations is None


def test_low_alignment_wants_addresses_to_be_file_offsets():
    low = {"SectionAlignment": 0x200, "FileAlignment": 0x200}
    found = defects(program(fields=low))
    assert ("section .text", "address 0x1000 is not its file offset 0x400") in found
    flat = Pe(fields={**low, "AddressOfEntryPoint": 0x400, "SizeOfImage": 0x600}, rows={(0, "VirtualAddress"): 0x400})
    flat.add(".text", b"\x90" * 0x200, CODE)
    assert defects(flat) == []
    flat.rows[(0, "VirtualSize")] = 0x300
    assert defects(flat) == [("section .text", "0x300 bytes of which the file has 0x200")]


def test_a_file_of_hundreds_of_bad_sections_tells_of_some():
    raw = bytearray(program().build()[: OPTIONAL + 240])
    raw[0x80 + 6 : 0x80 + 8] = struct.pack("<H", 200)
    rows = struct.pack("<8s4I12xI", b".bad", 1, 0x123456, 0, 0, DATA) * 200
    assert len(native(bytes(raw) + rows + bytes(0x1000)).layout_defects) == 32
