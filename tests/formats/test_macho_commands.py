"""Load commands that cannot be read, and the limits on those that can."""

import struct
import tracemalloc

import pytest

from formats import LimitExceeded, Malformed, Truncated, Window, read
from formats.image import Image, MachoNative
from tests.build.macho import OBJECT, RX, Macho, program


def image(data: bytes | Macho) -> Image:
    (found,) = read(Window.of_bytes(data.build() if isinstance(data, Macho) else data))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Macho) -> MachoNative:
    found = image(data).native
    assert isinstance(found, MachoNative)
    return found


@pytest.mark.parametrize(("size", "words"), [(0, "has the size 0"), (7, "has the size 7"), (0x100, "past sizeofcmds")])
def test_a_load_command_that_cannot_be_stepped_over(size, words):
    macho = Macho()
    macho.command(0x1234, size=size)
    with pytest.raises(Malformed, match=words) as raised:
        read(Window.of_bytes(macho.build()))
    assert raised.value.offset == 32


def test_more_load_commands_than_sizeofcmds_holds():
    macho = Macho(header={"ncmds": 4})
    for _ in range(3):
        macho.command(0x1234)
    with pytest.raises(Malformed, match="load command 3 of 4 begins past sizeofcmds"):
        read(Window.of_bytes(macho.build()))


@pytest.mark.parametrize(
    ("header", "kind", "words"),
    [
        ({"ncmds": 5000}, LimitExceeded, "5000 load commands"),
        ({"sizeofcmds": 1 << 30}, LimitExceeded, "load commands of 1073741824 bytes"),
        ({"ncmds": 4097}, LimitExceeded, "4097 load commands"),
        ({"ncmds": 4096}, Malformed, "load command 0 of 4096"),
        ({"sizeofcmds": (1 << 20) + 1}, LimitExceeded, "load commands of 1048577 bytes"),
        ({"sizeofcmds": 1 << 20}, Truncated, "load commands"),
        ({"sizeofcmds": 0x8000}, Truncated, "load commands"),
    ],
)
def test_a_header_that_claims_too_much(header, kind, words):
    with pytest.raises(kind, match=words):
        read(Window.of_bytes(Macho(header=header).build()))


def test_limits_are_met_at_their_fields():
    for header, place in (({"ncmds": 5000}, 16), ({"sizeofcmds": 1 << 30}, 20)):
        raw = Macho(header=header).build()
        with pytest.raises(LimitExceeded) as raised:
            read(Window.of_bytes(b"front" + raw).sub(5, len(raw)))
        assert raised.value.offset == 5 + place


def test_a_segment_past_the_end_is_truncated():
    with pytest.raises(Truncated, match="segment __LINKEDIT at 0x4000 of 16384 bytes"):
        read(Window.of_bytes(program().build()[:-1]))


def test_a_segment_of_more_sections_than_its_command_holds():
    macho = Macho()
    macho.segment("__TEXT", 0, 0x4000, 0, 0x4000, RX)
    macho.commands[0] = macho.commands[0][:64] + struct.pack("<2I", 1, 0)
    with pytest.raises(Malformed, match="LC_SEGMENT_64 of 72 bytes is too small"):
        read(Window.of_bytes(macho.build()))


@pytest.mark.parametrize("number", [0x19, 0x1B, 0x1D, 0x32, 0x24, 0xB, 0xC, 0xE, 0x8000001C])
def test_a_command_too_small_for_what_it_says(number):
    macho = Macho()
    macho.command(number)
    with pytest.raises(Malformed, match="of 8 bytes is too small"):
        read(Window.of_bytes(macho.build()))


@pytest.mark.parametrize("at", [0, 7, 19, 20, 21, 200])
def test_a_string_outside_its_command(at):
    macho = Macho()
    macho.command(0xE, struct.pack("<I", at) + b"/usr/lib")
    with pytest.raises(Malformed, match="the string of LC_LOAD_DYLINKER"):
        read(Window.of_bytes(macho.build()))


def test_a_string_that_ends_with_its_command():
    macho = Macho()
    macho.command(0xE, struct.pack("<I", 12) + b"abc\0")
    assert native(macho).interpreter.value == "abc"


def test_as_many_sections_as_are_read():
    macho = Macho(size=0x100000, file_type=OBJECT)
    macho.segment("", 0, 0, 0, 0, RX, *[macho.section("__TEXT", "__text", 0, 0, 0)] * 4096)
    assert len(image(macho).sections) == 4096


def test_too_many_sections_are_a_limit():
    macho = Macho(size=0x100000)
    sections = [macho.section("__TEXT", "__text", 0, 0, 0)] * 1100
    for i in range(4):
        macho.segment(f"__T{i}", i * 0x4000, 0x4000, 0, 0, RX, *sections)
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded, match="more than 4096 sections"):
            read(Window.of_bytes(macho.build()))
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
