"""XCOFF reader: built files, hostile files, damaged real files."""

import struct
import time
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import Image, Located, Unknown, XcoffNative
from tests.build.damage import damage
from tests.build.xcoff import DATA, DWARF, LIBRARIES, LOADER, SHARED, TEXT, Xcoff, program


def image(data: bytes | Xcoff) -> Image:
    raw = data.build() if isinstance(data, Xcoff) else data
    (found,) = read(Window.of_bytes(raw))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Xcoff) -> XcoffNative:
    found = image(data).native
    assert isinstance(found, XcoffNative)
    return found


# --- what is read ----------------------------------------------------------------------------------------


def test_the_machine_is_the_magics():
    found = image(program())
    assert (found.format, found.machine, found.bits, found.byteorder) == ("xcoff", "ppc64", 64, "big")
    assert found.slice is None


def test_text_and_data_are_segments():
    found = image(program())
    text, data, bss = found.segments
    assert (text.name, text.address, text.file_size) == (".text", 0x100000740, 0x123)
    assert (text.readable, text.writable, text.executable) == (True, False, True)
    assert (data.name, data.address, data.file_size) == (".data", 0x200001000, 0x80)
    assert (data.readable, data.writable, data.executable) == (True, True, False)
    assert (bss.name, bss.file_size, bss.memory_size) == (".bss", 0, 0x2345)
    assert found.read_at(0x200001010, 3) == b"ddd"
    assert found.window.read(data.header_offset, 8) == b".data\0\0\0"


def test_sections_have_the_formats_own_flags():
    found = image(program())
    assert [section.name for section in found.sections] == [".text", ".data", ".bss", ".dwinfo", ".loader"]
    assert [section.flags for section in found.sections] == [0x20, 0x40, 0x80, 0x10010, 0x1000]
    assert found.section(".bss").size == 0
    text = found.section(".text")
    assert found.window.read(text.offset, text.size) == b"t" * 0x123


def test_flags_and_their_place():
    found = native(program(flags=SHARED))
    assert found.flags == SHARED
    assert program(flags=SHARED).build()[found.flags_offset : found.flags_offset + 2] == b"\x20\x00"


@pytest.mark.parametrize("symbols", [0, 7])
def test_symbols(symbols):
    assert native(program(symbols=symbols)).symbols is bool(symbols)


def test_debug_information():
    assert native(program()).dwarf
    bare = Xcoff()
    bare.add(".text", TEXT, b"t")
    assert not native(bare).dwarf
    bare.add(".dwline", DWARF, b"w")
    assert native(bare).dwarf


def test_an_object_has_no_auxiliary_header():
    found = image(program(auxiliary=0, flags=0))
    assert found.native.flags == 0
    assert found.section(".text").size == 0x123


def test_libraries_are_spelled_as_aix_does():
    raw = program().build()
    found = native(raw)
    assert [library.value for library in found.needed] == ["libc.a(shr_64.o)", "libpthread.a(shr_xpg5_64.o)"]
    for library, base in zip(found.needed, (b"libc.a", b"libpthread.a"), strict=True):
        assert raw[library.offset :].lstrip(b"\0").startswith(base)


def test_a_library_with_a_path_and_one_without_a_member():
    xcoff = Xcoff()
    xcoff.loader(("", "", ""), ("/opt/lib", "libx.a", "x.o"), ("", "unix", ""))
    assert [library.value for library in native(xcoff).needed] == ["/opt/lib/libx.a(x.o)", "unix"]


def test_the_library_path_is_the_first_import_file():
    raw = program().build()
    start = raw.index(b"/usr/lib:/lib")
    assert native(raw).rpath == (Located("/usr/lib", start), Located("/lib", start + 9))


def test_an_empty_part_of_the_library_path_is_kept():
    xcoff = Xcoff()
    xcoff.loader(("/opt/lib::/lib", "", ""))
    assert [part.value for part in native(xcoff).rpath] == ["/opt/lib", "", "/lib"]


def test_without_a_loader_section_nothing_is_needed():
    xcoff = Xcoff()
    xcoff.add(".text", TEXT, b"t")
    assert (native(xcoff).needed, native(xcoff).rpath) == ((), ())


def test_no_import_files_at_all():
    xcoff = Xcoff()
    xcoff.loader()
    assert (native(xcoff).needed, native(xcoff).rpath) == ((), ())


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [b"", b"x", bytes(22), b"\0\1" + bytes(200), b"\0\1" + b"\xff" * 200])
def test_two_bytes_alone_are_no_xcoff(rest):
    with pytest.raises(NotRecognised, match="two bytes of XCOFF's"):
        read(Window.of_bytes(b"\x01\xf7" + rest))


def test_a_file_without_sections_is_none():
    with pytest.raises(NotRecognised):
        read(Window.of_bytes(Xcoff().build()))


def test_an_auxiliary_header_of_another_size_is_malformed():
    with pytest.raises(Malformed, match="an auxiliary header of 72 bytes"):
        read(Window.of_bytes(program(auxiliary=72).build()))


def test_too_many_sections_are_a_limit():
    with pytest.raises(LimitExceeded, match="65535 sections"):
        read(Window.of_bytes(program(header={"sections": 0xFFFF}).build()))


def test_a_section_table_past_the_end_is_truncated():
    with pytest.raises(Truncated, match="section table"):
        read(Window.of_bytes(program(header={"sections": 4000}).build()))


def test_a_section_past_the_end_is_truncated():
    with pytest.raises(Truncated, match="section at 0x"):
        read(Window.of_bytes(program().build()[:-1]))


@pytest.mark.parametrize("field", ["offset", "size"])
def test_a_section_beyond_any_file_is_truncated(field):
    with pytest.raises(Truncated, match="section at 0x"):
        read(Window.of_bytes(program(rows={(1, field): 0xFFFFFFFFFFFFFFFF}).build()))


def test_symbols_past_the_end_are_truncated():
    with pytest.raises(Truncated, match="symbol table"):
        read(Window.of_bytes(program(symbols=3, header={"symbols": 0xFFFFFFFF}).build()))


# --- a loader section that cannot be read leaves the rest -------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"count": 0xFFFFFFFF}, "4294967295 import files are over the limit"),
        ({"count": 60000}, "60000 import files do not fit"),
        ({"size": 0xFFFFFFFF}, "import files of 4294967295 bytes are over the limit"),
        ({"size": 4000}, "reaches past the end"),
        ({"offset": 0xFFFFFFFFFFFFFFFF}, "reaches past the end"),
        ({"size": 20}, "3 import files do not fit 20 bytes"),
    ],
)
def test_lying_counts_hide_the_libraries_alone(fields, words):
    xcoff = Xcoff()
    xcoff.add(".data", DATA, b"d" * 16, 0x200000000)
    xcoff.loader(*LIBRARIES, **fields)
    found = image(xcoff)
    assert isinstance(found.native.needed, Unknown)
    assert words in found.native.needed.reason
    assert found.native.rpath == found.native.needed
    assert found.read_at(0x200000000, 4) == b"dddd"


def test_a_loader_section_too_short_for_its_header():
    xcoff = Xcoff()
    xcoff.add(".loader", LOADER, bytes(20))
    assert isinstance(native(xcoff).needed, Unknown)


def test_as_many_libraries_as_may_be_are_read_in_bounded_time():
    xcoff = Xcoff()
    xcoff.loader(*[("", "l", "")] * 65536)
    start = time.process_time()
    assert len(native(xcoff).needed) == 65535
    assert time.process_time() - start < 2


# --- damage ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(samples) -> list[bytes]:
    return [samples["hello-aix-ppc64-go1.27"].path.read_bytes()]


@pytest.mark.parametrize("seed", range(150))
def test_only_a_format_error_comes_of_damage(real, seed):
    with suppress(FormatError):
        found = image(damage(Random(seed), real))
        for segment in found.segments:
            assert segment.offset + segment.file_size <= found.window.size
        for listed in (found.native.needed, found.native.rpath):
            assert isinstance(listed, Unknown) or all(entry.offset < found.window.size for entry in listed)


@pytest.mark.parametrize("size", [2, 23, 24, 143, 144, 143 + 72, 1000, 0x123456])
def test_a_cut_is_no_program(real, size):
    with pytest.raises(FormatError):
        read(Window.of_bytes(real[0][:size]))


@settings(max_examples=200)
@given(st.binary(max_size=600))
def test_noise_is_no_program(noise):
    with pytest.raises(FormatError):
        read(Window.of_bytes(b"\x01\xf7" + noise))


def test_every_word_of_the_headers_at_its_extremes(real):
    for original in (*real, program(symbols=5).build()):
        for at in range(2, min(144 + 72 * 10, len(original) - 2), 2):
            for extreme in (struct.pack(">H", 0xFFFF), bytes(2), struct.pack(">H", 0x7FFF)):
                with suppress(FormatError):
                    read(Window.of_bytes(original[:at] + extreme + original[at + 2 :]))
