"""Plan 9 reader: built files, what only starts like one, damaged real files."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, NotRecognised, Truncated, Window, read
from formats.image import Image, Plan9Native
from tests.build.damage import damaged
from tests.build.plan9 import AMD64, ARM, BASES, I386, Plan9

MAGICS = [I386, AMD64, ARM]


def image(data: bytes | Plan9) -> Image:
    raw = data.build() if isinstance(data, Plan9) else data
    (found,) = read(Window.of_bytes(raw))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Plan9) -> Plan9Native:
    found = image(data).native
    assert isinstance(found, Plan9Native)
    return found


# --- what is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("magic", "machine", "bits"), [(I386, "i386", 32), (AMD64, "x86-64", 64), (ARM, "arm", 32)])
def test_the_magic_tells_the_machine(magic, machine, bits):
    found = image(Plan9(magic=magic))
    assert (found.format, found.machine, found.bits) == ("plan9", machine, bits)
    # The header's numbers are big-endian; the machine's own are not.
    assert found.byteorder == "little"
    assert found.slice is None
    assert found.native.magic == magic


@pytest.mark.parametrize(
    ("magic", "text_at", "data_at"),
    # The kernel rounds where the text ends up to a page, on amd64 to one of 2 MiB.
    [(I386, 0x1020, 0x2000), (ARM, 0x1020, 0x2000), (AMD64, 0x200028, 0x400000)],
)
def test_where_the_segments_are_mapped(magic, text_at, data_at):
    found = image(Plan9(magic=magic))
    text, data = found.segments
    assert (text.address, data.address) == (text_at, data_at)
    assert (text.readable, text.writable, text.executable) == (True, False, True)
    assert (data.readable, data.writable, data.executable) == (True, True, False)
    assert (data.file_size, data.memory_size) == (0x80, 0x80 + 0x2345)
    assert found.read_at(text_at, 3) == b"ttt"
    assert found.read_at(data_at, 3) == b"ddd"


def test_text_that_ends_at_a_page_needs_no_rounding():
    found = image(Plan9(text=b"t" * (0x3000 - 0x1020)))
    assert found.segments[1].address == 0x3000


@pytest.mark.parametrize("magic", MAGICS)
def test_the_parts_follow_one_another(magic):
    found = image(Plan9(magic=magic))
    assert [section.name for section in found.sections] == ["text", "data", "syms", "spsz", "pcsz"]
    syms = found.section("syms")
    assert found.window.read(syms.offset, syms.size) == b"s" * 9
    assert syms.offset + syms.size == found.window.size


@pytest.mark.parametrize("magic", MAGICS)
def test_the_entry_point(magic):
    assert native(Plan9(magic=magic)).entry == BASES[magic] + 0x10


def test_an_entry_point_above_the_headers_31_bits():
    # The first header has it without its upper bit, the eight bytes behind it whole: sysexec takes those.
    raw = Plan9(magic=AMD64).build()
    assert native(raw[:20] + bytes(4) + raw[24:]).entry == 0x200038


@pytest.mark.parametrize("symbols", [b"", b"s"])
def test_symbols(symbols):
    found = native(Plan9(symbols=symbols))
    assert found.symbols is bool(symbols)
    assert not found.dwarf


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("magic", MAGICS)
@pytest.mark.parametrize(
    "rest", [b"", b"short", b"and then a text of a few words, as a file may hold them\n" * 9, bytes(100), b"\xff" * 100]
)
def test_the_magic_alone_is_no_program(magic, rest):
    with pytest.raises(NotRecognised, match="the magic of a Plan 9 program"):
        read(Window.of_bytes(struct.pack(">I", magic) + rest))


@pytest.mark.parametrize("magic", MAGICS)
@pytest.mark.parametrize("entry", [-1, 0x123])
def test_an_entry_point_outside_the_text_is_a_kernels(magic, entry):
    raw = Plan9(magic=magic, entry=entry).build()
    assert native(raw).entry == BASES[magic] + entry
    with pytest.raises(NotRecognised):  # and tells a cut program from a file that starts like one
        read(Window.of_bytes(raw[:-1]))


@pytest.mark.parametrize("magic", MAGICS)
def test_a_program_cut_short_is_truncated(magic):
    raw = Plan9(magic=magic).build()
    with pytest.raises(Truncated, match=f"add up to {len(raw)} bytes"):
        read(Window.of_bytes(raw[:-1]))


@pytest.mark.parametrize("field", ["stack", "lines"])
def test_tables_of_the_older_linkers_count(field):
    with pytest.raises(Truncated):
        read(Window.of_bytes(Plan9(**{field: 1}).build()))


# --- damage ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(samples) -> list[bytes]:
    names = ("hello-plan9-386-go1.21", "hello-plan9-386-go1.27", "hello-plan9-amd64-go1.27")
    return [samples[name].path.read_bytes() for name in names]


@settings(max_examples=150)
@given(st.data())
def test_only_a_format_error_comes_of_damage(real, data):
    with suppress(FormatError):
        found = image(data.draw(damaged(real)))
        for segment in found.segments:
            assert segment.offset + segment.file_size <= found.window.size


@pytest.mark.parametrize("size", [4, 31, 32, 39, 40, 1000])
def test_a_cut_is_no_program(real, size):
    for original in real:
        with pytest.raises(FormatError):
            read(Window.of_bytes(original[: min(size, len(original) - 1)]))


@settings(max_examples=200)
@given(st.sampled_from(MAGICS), st.binary(max_size=600))
def test_of_noise_nothing_is_read_beyond_its_end(magic, noise):
    with suppress(FormatError):  # a few small numbers after the magic are a program's sizes
        found = image(struct.pack(">I", magic) + noise)
        assert all(segment.offset + segment.file_size <= found.window.size for segment in found.segments)
