"""Packers by their marks, and what is no mark of a packer's. Real packed files are in tests/real/test_packed.py."""

import struct

import pytest

import formats
from formats import Window
from formats.image import Image, Unknown
from inspector.facts.packer import find_packer
from inspector.facts.survey import survey
from tests.build import macho, pe, upx
from tests.build.elf import DYN, Elf
from tests.build.gotables import moduledata, pclntab

NONE = b""


def image_of(data: bytes) -> Image:
    (image,) = formats.read(Window.of_bytes(data))
    assert isinstance(image, Image)
    return image


def elf(bits: int = 64, order: str = "little", kind: int = 2) -> tuple[bytes, int]:
    """A program of one segment and no sections, and where its headers end."""
    made = Elf(bits=bits, order=order, type=kind)
    made.add(bytes(0x4000))
    made.load_all()
    return made.build(), 64 + 56 if bits == 64 else 52 + 32


def put(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


@pytest.mark.parametrize(
    ("bits", "order", "form"),
    [(64, "little", upx.LINUX_AMD64), (32, "little", upx.LINUX_386), (32, "big", upx.LINUX_MIPS)],
)
def test_upx_in_elf(bits: int, order: str, form: int):
    data, end = elf(bits, order)
    packed = put(data, end, upx.l_info(form, order)) + upx.tail(form, end, order)
    packer = find_packer(image_of(packed))
    assert packer is not None
    assert packer.name == "UPX"
    assert [proof.offset for proof in packer.proof] == [end, len(data)]
    assert "packed with UPX" in packer.hidden.reason


def test_in_a_shared_library_the_end_says_where_the_l_info_is():
    data, end = elf(kind=DYN)
    place = end + 0x400
    packed = put(data, place, upx.l_info(upx.LINUX_AMD64)) + upx.tail(upx.LINUX_AMD64, place)
    packer = find_packer(image_of(packed))
    assert packer is not None
    assert packer.proof[0].offset == place


def test_something_may_be_appended_to_a_packed_program():
    data, end = elf()
    packed = put(data, end, upx.l_info(upx.LINUX_AMD64)) + upx.tail(upx.LINUX_AMD64, end) + bytes(5000)
    packer = find_packer(image_of(packed))
    assert packer is not None
    assert len(packer.proof) == 1


@pytest.mark.parametrize("form", [upx.MACH_AMD64, upx.MACH_ARM64])
def test_upx_in_macho(form: int):
    data = macho.program(signed=False).build()
    (size,) = struct.unpack_from("<I", data, 20)
    packed = put(data, 32 + size, upx.l_info(form)) + upx.tail(form, 32 + size)
    packer = find_packer(image_of(packed))
    assert packer is not None
    assert [proof.offset for proof in packer.proof] == [32 + size, len(data)]


def test_in_macho_the_l_info_may_begin_the_section_that_holds_the_program():
    """The file then ends with whole pages and an empty __LINKEDIT, not with the pack header (p_mach.cpp, pack4)."""
    made = macho.Macho()
    held = made.section("__TEXT", "upxTEXT", macho.BASE + 0x1000, 0x7000, 0x1000)
    made.segment("__TEXT", macho.BASE, 0x8000, 0, 0x8000, macho.RX, held)
    made.contents = {0x1000: upx.l_info(upx.MACH_AMD64)}
    packer = find_packer(image_of(made.build()))
    assert packer is not None
    assert [proof.offset for proof in packer.proof] == [0x1000]


def exe(*sections: tuple[str, bytes, int]) -> bytes:
    made = pe.Pe()
    for name, data, memory in sections:
        made.add(name, data, pe.CODE, memory)
    return made.build()


UPX_SECTIONS = (("UPX0", NONE, 0x5000), ("UPX1", bytes(0x600), 0))


def test_upx_in_pe_names_its_release():
    data = exe(*UPX_SECTIONS)
    packed = put(data, 0x3DB, b"3.95\0" + upx.pack_header(upx.WIN64))
    packer = find_packer(image_of(packed))
    assert packer is not None
    assert packer.name == "UPX 3.95"
    assert [(p.label, p.offset) for p in packer.proof][-1] == ("UPX pack header", 0x3E0)


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("UPX", UPX_SECTIONS),
        ("MPRESS", ((".MPRESS1", bytes(0x200), 0), (".MPRESS2", bytes(0x200), 0))),
        ("ASPack", ((".text", bytes(0x200), 0), (".aspack", bytes(0x200), 0), (".adata", NONE, 0x1000))),
        ("VMProtect", ((".vmp0", bytes(0x200), 0), (".vmp1", bytes(0x200), 0))),
    ],
)
def test_packers_by_the_sections_of_a_pe(name: str, sections: tuple[tuple[str, bytes, int], ...]):
    packer = find_packer(image_of(exe(*sections)))
    assert packer is not None
    assert packer.name == name
    assert packer.proof


def wrong_elves() -> dict[str, bytes]:
    data, end = elf()
    info, tail = upx.l_info(upx.LINUX_AMD64), upx.tail(upx.LINUX_AMD64, end)
    appended = put(data, end, info) + tail
    plain, _ = elf()
    return {
        "the letters alone": put(data, end, b"\0\0\0\0UPX!"),
        "the letters at the end": data + b"UPX!" + bytes(40),
        "elsewhere": put(data, end + 8, info),
        "a pack header alone": data + tail,
        "a format that is no ELF": put(data, end, upx.l_info(upx.WIN64)),
        "no loader": put(data, end, upx.l_info(upx.LINUX_AMD64, size=0)),
        "a packed program appended": plain + appended,
        "a packed program inside": put(plain, 0x2000, appended),
    }


@pytest.mark.parametrize("what", wrong_elves())
def test_what_proves_no_packer_in_elf(what: str):
    assert find_packer(image_of(wrong_elves()[what])) is None


@pytest.mark.parametrize(
    "header",
    [
        upx.pack_header(upx.WIN64)[:-1] + b"\xfe",  # the checksum
        upx.pack_header(upx.LINUX_AMD64),
        upx.pack_header(upx.WIN64, unpacked=10, packed=20),
        upx.pack_header(upx.WIN64, magic=b"UPX?"),
    ],
)
def test_what_proves_no_packer_in_pe(header: bytes):
    data = put(exe((".text", bytes(0x200), 0)), 0x3E0, header)
    assert find_packer(image_of(data)) is None


def test_one_section_of_two_proves_nothing():
    assert find_packer(image_of(exe((".text", bytes(0x200), 0), ("UPX1", bytes(0x200), 0)))) is None


def test_a_program_whose_table_is_to_be_read_is_not_packed():
    made = pe.Pe()
    table = pclntab("1.20", ["runtime.main"], ["/go/src/runtime/proc.go"], Elf())
    rva = made.add("UPX0", table, pe.DEBUG)
    data = moduledata("1.20", 0, Elf(base=made.image_base + rva))
    made.add("UPX1", data)
    found = survey(image_of(made.build()))
    assert found.packer is None
    assert not isinstance(found.table, Unknown)
    assert found.is_go
