"""Universal files: every slice an image, bad ones apart."""

import struct

import pytest

from formats import BadSlice, FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import Image
from tests.build.macho import ARM64, I386, X86_64, fat, program


def thin(cpu_type: int, subtype: int = 0, **changes: object) -> tuple[int, int, bytes]:
    return cpu_type, subtype, program(cpu_type=cpu_type, cpu_subtype=subtype, **changes).build()


@pytest.mark.parametrize("wide", [False, True])
def test_one_image_a_slice_named_as_lipo_does(wide):
    raw = fat(thin(X86_64, 3), thin(ARM64), thin(ARM64, 0x80000002), wide=wide)
    found = read(Window.of_bytes(raw))
    assert [each.slice for each in found] == ["x86_64", "arm64", "arm64e"]
    assert [each.window.base for each in found] == [0x4000, 0xC000, 0x14000]
    assert all(each.window.size == 0x8000 for each in found)
    for each in found:
        assert each.window.read(each.native.uuid_offset, 16) == bytes(range(16))


def test_a_universal_file_without_slices():
    with pytest.raises(Malformed, match="without slices"):
        read(Window.of_bytes(fat()))


def test_a_universal_file_of_a_thousand_slices():
    raw = struct.pack(">2I", 0xCAFEBABE, 1000) + bytes(1000 * 20)
    with pytest.raises(LimitExceeded, match="1000 slices"):
        read(Window.of_bytes(raw))


@pytest.mark.parametrize(("count", "allowed"), [(16, True), (17, False)])
def test_as_many_slices_as_dyld_takes(count, allowed):
    raw = fat(*((ARM64, subtype, b"\xcf\xfa\xed\xfe") for subtype in range(count)))
    if allowed:
        assert [found.slice for found in read(Window.of_bytes(raw))][:4] == [
            "arm64",
            "arm64v8",
            "arm64e",
            "0x100000c/0x3",
        ]
    else:
        with pytest.raises(LimitExceeded, match="17 slices"):
            read(Window.of_bytes(raw))


def test_a_table_past_the_end_is_truncated():
    with pytest.raises(Truncated, match="table of slices"):
        read(Window.of_bytes(fat(thin(ARM64))[:20]))


@pytest.mark.parametrize(
    "rows",
    [
        [(X86_64, 3, 0x4000, 0x9000, 14), (ARM64, 0, 0xC000, 0x8000, 14)],
        [(X86_64, 3, 0xC000, 0x8000, 14), (ARM64, 0, 0x4000, 0x9000, 14)],
        [(X86_64, 3, 0x10, 0x8000, 14)],
    ],
)
def test_overlapping_slices_are_malformed(rows):
    with pytest.raises(Malformed, match="overlaps"):
        read(Window.of_bytes(fat(thin(X86_64, 3), thin(ARM64), rows=rows)))


def test_two_slices_of_one_architecture_are_malformed():
    with pytest.raises(Malformed, match="one architecture"):
        read(Window.of_bytes(fat(thin(ARM64), thin(ARM64))))


def the_bad_one(raw: bytes) -> FormatError:
    good, bad = read(Window.of_bytes(raw))
    assert isinstance(good, Image)
    assert (good.slice, good.machine) == ("x86_64", "x86-64")
    assert isinstance(bad, BadSlice)
    assert bad.slice == "arm64"
    return bad.error


def test_a_slice_past_the_end_leaves_the_others():
    rows = [(X86_64, 3, 0x4000, 0x8000, 14), (ARM64, 0, 0xC000, 0x8001, 14)]
    error = the_bad_one(fat(thin(X86_64, 3), thin(ARM64), rows=rows))
    assert isinstance(error, Truncated)
    assert "slice arm64" in error.what


def test_a_slice_whose_segments_reach_past_its_end():
    rows = [(X86_64, 3, 0x4000, 0x8000, 14), (ARM64, 0, 0xC000, 0x7000, 14)]
    error = the_bad_one(fat(thin(X86_64, 3), thin(ARM64), rows=rows))
    assert isinstance(error, Truncated)
    assert "segment __LINKEDIT" in error.what


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (fat(thin(I386, 3)), Malformed, "universal file as a slice"),
        (b"!<arch>\n", NotRecognised, "an archive of objects"),
        (b"\x7fELF" + bytes(64), NotRecognised, "not a Mach-O"),
        (b"", Truncated, "Mach-O magic"),
        (b"\xcf\xfa\xed\xfe" + bytes(8), Truncated, "Mach-O header"),
        (thin(I386, 3)[2], Malformed, "the slice is i386 where the universal header says arm64"),
    ],
)
def test_a_slice_that_is_no_image(content, kind, words):
    error = the_bad_one(fat(thin(X86_64, 3), (ARM64, 0, content)))
    assert isinstance(error, kind)
    assert words in error.what


def test_errors_in_a_slice_count_from_the_start_of_the_file():
    bad = program(cpu_type=ARM64)
    bad.command(0x1234, size=0)
    error = the_bad_one(fat(thin(X86_64, 3), (ARM64, 0, bad.build())))
    assert error.offset == 0xC000 + 32 + sum(len(command) for command in bad.commands[:-1])


def test_a_slice_whose_segments_map_the_same_bytes_again_and_again_is_bad_alone():
    crowded = program(cpu_type=ARM64)
    for number in range(20):
        crowded.segment("__X", 0x200000000 + number * 0x10000, 0x4000, 0x1000, 0x4000, 3)
    good, bad = read(Window.of_bytes(fat(thin(X86_64, 3), (ARM64, 0, crowded.build()))))
    assert isinstance(good, Image)
    assert isinstance(bad, BadSlice)
    assert bad.slice == "arm64"
    assert isinstance(bad.error, LimitExceeded)
