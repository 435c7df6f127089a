"""Pointers as each format stores them: in place, in a relocation's addend, in a chain of fixups."""

import struct

import pytest
from msgspec.structs import replace

import formats
from formats import Window
from formats.image import Image, MachoNative
from inspector.facts.buildinfo import read_build_info
from inspector.facts.functab import find_table
from inspector.facts.goversion import observed_version
from inspector.facts.pointers import adjacent, led_to, places, searches, word_at
from tests.build.elf import DYN, Elf
from tests.build.gotables import framed, pclntab
from tests.build.macho import BASE, RW, RX, X86_64, Macho

# mach-o/fixup-chains.h: dyld_chained_ptr_64_rebase and dyld_chained_ptr_arm64e_rebase (24-bit binds share the latter).
# The number, the bits of a target, whether it counts from the header, where `next` begins, and the bit that says bind.
CHAINED = [
    (1, 43, False, 51, 62),
    (2, 36, False, 51, 63),
    (6, 36, True, 51, 63),
    (9, 43, True, 51, 62),
    (12, 43, True, 51, 62),
]
chained = pytest.mark.parametrize(("number", "bits", "from_header", "step", "bind"), CHAINED)

DATA, DATA_AT = 0x4000, BASE + 0x4000  # where the writable segment begins in the file and in memory


def macho(number: int | None, *words: int, content: dict[int, bytes] | None = None) -> Image:
    """A program whose data begins with these words."""
    built = Macho(cpu_type=X86_64, cpu_subtype=3, size=0xC000)
    built.segment("__PAGEZERO", 0, BASE, 0, 0, 0)
    built.segment("__TEXT", BASE, 0x4000, 0, 0x4000, RX)
    built.segment("__DATA", DATA_AT, 0x4000, DATA, 0x4000, RW)
    if number is not None:
        built.chained_fixups(number, 0x9000)
    built.contents[DATA] = struct.pack(f"<{len(words)}Q", *words)
    built.contents |= content or {}
    (image,) = formats.read(Window.of_bytes(built.build()))
    return image


def test_a_pointer_in_place_is_what_it_is():
    image = macho(None, BASE + 0x1000)
    assert image.native.pointer_format is None
    assert list(places(image, BASE + 0x1000)) == [DATA_AT]
    assert word_at(image, DATA_AT) == led_to(image, BASE + 0x1000) == BASE + 0x1000


@chained
@pytest.mark.parametrize("following", [0, 1, 0x7FF])
def test_a_pointer_in_a_chain_is_found_wherever_the_next_one_is(number, bits, from_header, step, bind, following):
    target = (0x1000 if from_header else BASE + 0x1000) | following << step
    image = macho(number, 0, target, target | 1 << bind)
    assert isinstance(image.native, MachoNative)
    assert image.native.pointer_format == number
    assert list(places(image, BASE + 0x1000)) == [DATA_AT + 8]
    assert word_at(image, DATA_AT + 8) == BASE + 0x1000
    assert word_at(image, DATA_AT + 16) == 0  # bound to a symbol of another file
    assert led_to(image, (1 << bits) - 1) == (1 << bits) - 1 + (BASE if from_header else 0)


@chained
def test_tags_in_the_high_bits_make_another_pointer(number, bits, from_header, step, bind):  # noqa: ARG001
    image = macho(number, (0x1000 if from_header else BASE + 0x1000) | 1 << (bits + 1))
    assert list(places(image, BASE + 0x1000)) == []


def test_an_unknown_format_and_a_table_past_the_end_leave_words_as_they_are():
    assert word_at(macho(77, BASE + 0x1000), DATA_AT) == BASE + 0x1000
    cut = Macho()
    cut.segment("__TEXT", BASE, 0x4000, 0, 0x4000, RX)
    cut.data(0x80000034, 0x7FFFFFFF, 8)
    (image,) = formats.read(Window.of_bytes(cut.build()))
    assert image.native.pointer_format is None


def test_a_segment_without_chains_comes_before_the_one_that_tells():
    assert macho(6).native.pointer_format == 6


@chained
def test_table_and_version_of_a_go_program_with_chained_fixups(number, bits, from_header, step, bind):  # noqa: ARG001
    table = pclntab("1.20", ["main.main"], ["runtime/proc.go"], Elf())
    base = 0 if from_header else BASE
    image = macho(
        number,
        (base + 0x1000) | 1 << step,  # runtime.moduledata: the table, and its names behind eight words of header
        (base + 0x1048) | 3 << step,
        (base + 0x3000) | 2 << step,
        len("go1.27.3"),
        content={0x1000: table, 0x3000: b"go1.27.3\0"},
    )
    found = find_table(image)
    assert found.files == ("runtime/proc.go",)
    assert observed_version(image, found, read_build_info(image))[0] == "go1.27.3"


@pytest.mark.parametrize("order", ["little", "big"])
def test_the_addend_of_a_relocation_is_the_pointer(order):
    elf = Elf(type=DYN, order=order)
    target = elf.base + elf.add(b"text")
    place = elf.base + elf.add(bytes(32))
    plain = elf.base + elf.add(struct.pack(f"{elf.mark}Q", target))
    rela = struct.pack(f"{elf.mark}3Q", place, 8, target) + struct.pack(f"{elf.mark}3Q", place + 8, 8, target + 1)
    at = elf.add(rela)
    elf.dynamic([(7, elf.base + at), (8, len(rela))])
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert {place, plain} <= set(places(image, target))
    assert [word_at(image, at) for at in (place, place + 8, plain)] == [target, target + 1, target]
    assert word_at(image, elf.base) not in {None, 0}
    assert word_at(image, 1 << 60) is None
    assert adjacent(image, target, target + 1)
    assert not adjacent(image, target + 1, target)


@pytest.mark.parametrize("order", ["little", "big"])
def test_the_record_of_go_1_13_in_a_program_whose_pointers_the_loader_fills_in(order):
    elf = Elf(type=DYN, order=order)
    version, text = b"go1.14.2", framed("path\tx\n")
    texts = [elf.add(version), elf.add(text)]
    headers = elf.add(struct.pack(f"{elf.mark}4Q", 0, len(version), 0, len(text)))
    blob = elf.add(b"\xff Go buildinf:" + bytes([8, order == "big"]) + bytes(16))
    filled = {headers: texts[0], headers + 16: texts[1], blob + 16: headers, blob + 24: headers + 16}
    rela = b"".join(struct.pack(f"{elf.mark}3Q", elf.base + at, 8, elf.base + to) for at, to in filled.items())
    elf.dynamic([(7, elf.base + elf.add(rela)), (8, len(rela))])
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    info = read_build_info(image)
    assert info.recorded.go_version == "go1.14.2"
    assert info.recorded.path == "x"
    assert info.points_at_runtime


def test_the_more_data_the_fewer_searches():
    image = macho(None)
    _, text, data = image.segments
    assert [
        searches(replace(image, segments=(text, replace(data, file_size=size)))) for size in (1 << 26, 1 << 40)
    ] == [
        32,
        4,
    ]
    assert searches(replace(image, segments=(text,))) == 1 << 31
