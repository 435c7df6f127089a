"""Build info in Plan 9 and XCOFF files, in the encoding of pointers that Go wrote until 1.17."""

import struct

import pytest

import formats
from formats import Unknown, Window
from inspector.facts.buildinfo import read_build_info
from tests.build.gotables import framed, inline_blob
from tests.build.plan9 import AMD64, ARM, I386, Plan9
from tests.build.xcoff import DATA, TEXT, Xcoff

TEXT_OF = {I386: 0x1020, ARM: 0x1020, AMD64: 0x200028}
DATA_OF = {I386: 0x2000, ARM: 0x2000, AMD64: 0x400000}  # the text below ends in the first page
VERSION, MODULES = b"go1.16.3", framed("path\texample.com/app\nmod\texample.com/app\t(devel)\t\n")


def pointers(order: str, size: int, text_at: int, data_at: int) -> tuple[bytes, bytes]:
    """Text that holds both strings, and data: their headers, then the blob that points at those."""
    mark, word = (">" if order == "big" else "<"), ("Q" if size == 8 else "I")
    headers = struct.pack(f"{mark}4{word}", text_at, len(VERSION), text_at + len(VERSION), len(MODULES))
    headers = headers.ljust(32, b"\0")
    blob = b"\xff Go buildinf:" + bytes([size, order == "big"])
    blob += struct.pack(f"{mark}2{word}", data_at, data_at + 2 * size)
    return VERSION + MODULES, headers + blob.ljust(32, b"\0")


def record(raw: bytes):
    (image,) = formats.read(Window.of_bytes(raw))
    return read_build_info(image)


@pytest.mark.parametrize("magic", [I386, ARM, AMD64])
@pytest.mark.parametrize("padding", range(0, 16, 4))
def test_plan_9(magic, padding):
    size = 8 if magic == AMD64 else 4
    text, data = pointers("little", size, TEXT_OF[magic], DATA_OF[magic])
    info = record(Plan9(magic=magic, text=text.ljust(0x200 + padding, b"\0"), data=data).build())
    assert (info.recorded.go_version, info.recorded.path) == ("go1.16.3", "example.com/app")
    assert info.points_at_runtime


@pytest.mark.parametrize("padding", range(0, 16, 4))
def test_plan_9_inline_at_any_place_in_the_file(padding):
    blob = inline_blob("go1.27.3", MODULES, 4)
    info = record(Plan9(text=b"t" * (0x200 + padding), data=bytes(32) + blob).build())
    assert info.recorded.go_version == "go1.27.3"
    assert info.offset % 16 == padding


def test_xcoff():
    text, data = pointers("big", 8, 0x100000740, 0x200001000)
    xcoff = Xcoff()
    xcoff.add(".text", TEXT, text, 0x100000740)
    xcoff.add(".data", DATA, data, 0x200001000)
    info = record(xcoff.build())
    assert (info.recorded.go_version, info.recorded.path) == ("go1.16.3", "example.com/app")
    assert info.points_at_runtime


def test_the_magic_in_text_is_no_record():
    blob = inline_blob("go1.27.3", MODULES, 4)
    assert record(Plan9(text=bytes(0x1000 - 0x20) + blob, data=b"d").build()) == Unknown("no build info")
