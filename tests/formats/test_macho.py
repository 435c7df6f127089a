"""Mach-O reader: built files, universal files, hostile files, damaged real files."""

import struct
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import BadSlice, FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import Image, MachoNative, Unknown
from tests.build.damage import damaged
from tests.build.macho import (
    ARM64,
    BASE,
    BUNDLE,
    DYLIB,
    EXECUTE,
    I386,
    OBJECT,
    PPC,
    RW,
    RX,
    X86_64,
    Macho,
    R,
    fat,
    program,
)

SYSTEM = "/usr/lib/libSystem.B.dylib"


def image(data: bytes | Macho) -> Image:
    raw = data.build() if isinstance(data, Macho) else data
    (found,) = read(Window.of_bytes(raw))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Macho) -> MachoNative:
    found = image(data).native
    assert isinstance(found, MachoNative)
    return found


# --- what is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "order", "cpu", "machine", "name"),
    [
        (64, "little", ARM64, "aarch64", "arm64"),
        (64, "little", X86_64, "x86-64", "0x1000007/0x0"),
        (32, "little", I386, "i386", "0x7/0x0"),
        (32, "big", PPC, "0x12", "ppc"),
        (64, "big", 0x01000012, "ppc64", "ppc64"),
    ],
)
def test_every_width_and_byte_order(bits, order, cpu, machine, name):
    macho = Macho(bits=bits, order=order, cpu_type=cpu)
    code = macho.section("__TEXT", "__text", 0x1100, 0x20, 0x100, 0x80000400)
    bss = macho.section("__TEXT", "__bss", 0x1200, 0x40, 0, 1)
    macho.segment("__TEXT", 0x1000, 0x8000, 0, 0x8000, RX, code, bss)
    macho.uuid()
    macho.dylib(SYSTEM)
    found = image(macho)
    assert (found.machine, found.bits, found.byteorder, found.slice) == (machine, bits, order, None)
    assert (found.native.architecture, found.native.cpu_type) == (name, cpu)
    (segment,) = found.segments
    assert (segment.name, segment.address, segment.memory_size) == ("__TEXT", 0x1000, 0x8000)
    assert (segment.readable, segment.writable, segment.executable) == (True, False, True)
    text, empty = found.sections
    assert (text.name, text.address, text.offset, text.size, text.flags) == (
        "__TEXT,__text",
        0x1100,
        0x100,
        0x20,
        0x80000400,
    )
    assert (empty.name, empty.size) == ("__TEXT,__bss", 0)
    assert [dylib.value for dylib in found.native.dylibs] == [SYSTEM]
    assert found.native.uuid == "00010203-0405-0607-0809-0A0B0C0D0E0F"


def test_a_healthy_program():
    found = native(program())
    assert (found.file_type, found.flags, found.entry) == ("MH_EXECUTE", 0x200085, "LC_MAIN")
    assert (found.platform, found.min_os, found.sdk) == (1, "13.0", "26.2")
    assert found.interpreter.value == "/usr/lib/dyld"
    assert found.symbols
    assert not found.dwarf
    assert found.command_defects == ()
    assert [command.name for command in found.load_commands][-2:] == ["LC_LOAD_DYLIB", "LC_CODE_SIGNATURE"]


def test_strings_and_uuid_say_where_they_are():
    raw = program().build()
    found = native(raw)
    for text in (found.interpreter, *found.dylibs):
        assert raw[text.offset :].startswith(text.value.encode() + b"\0")
    assert raw[found.uuid_offset :][:16] == bytes(range(16))
    assert struct.unpack_from("<2I", raw, found.platform_offset) == (1, 0x000D0000)
    assert struct.unpack_from("<I", raw, found.flags_offset) == (0x200085,)


def test_a_program_without_anything():
    macho = Macho(flags=0)
    found = image(macho)
    assert (found.segments, found.sections) == ((), ())
    bare = found.native
    assert (bare.interpreter, bare.dylibs, bare.rpaths, bare.platform, bare.min_os) == (None, (), (), None, None)
    assert (bare.uuid, bare.uuid_offset, bare.entry, bare.signature, bare.signature_range) == (None,) * 5
    assert not bare.symbols


def test_every_kind_of_dylib_in_order():
    macho = Macho()
    macho.dylib("/own", 0xD)  # LC_ID_DYLIB: its own name, not a need
    for name, number in (("/a", 0xC), ("/b", 0x80000018), ("/c", 0x8000001F), ("/d", 0x80000023), ("/e", 0x20)):
        macho.dylib(name, number)
    macho.text(0x8000001C, "@loader_path/lib")
    assert [dylib.value for dylib in native(macho).dylibs] == ["/a", "/b", "/c", "/d", "/e"]
    assert [path.value for path in native(macho).rpaths] == ["@loader_path/lib"]


def test_unknown_load_commands_are_named_by_number():
    macho = Macho()
    macho.command(0x7777, bytes(8))
    macho.command(0x8000FFFF)
    macho.command(0x39, bytes(8))
    macho.command(0x1E, bytes(8))
    assert [(c.name, c.size, c.offset) for c in native(macho).load_commands] == [
        ("0x7777", 16, 32),
        ("0x8000ffff", 8, 48),
        ("LC_TARGET_TRIPLE", 16, 56),
        ("LC_SEGMENT_SPLIT_INFO", 16, 72),
    ]


@pytest.mark.parametrize(("number", "platform"), [(0x24, 1), (0x25, 2), (0x2F, 3), (0x30, 4)])
def test_older_version_commands(number, platform):
    macho = Macho()
    macho.command(number, struct.pack("<2I", 0x000A0F07, 0))
    found = native(macho)
    assert (found.platform, found.min_os, found.sdk) == (platform, "10.15.7", None)


def test_segments_of_any_protection():
    macho = Macho()
    macho.segment("__DATA", 0, 0x4000, 0, 0x4000, RW)
    macho.segment("__NONE", 0x4000, 0x4000, 0x4000, 0x1000, 0)
    data, none = image(macho).segments
    assert (data.readable, data.writable, data.executable) == (True, True, False)
    assert (none.readable, none.writable, none.executable) == (False, False, False)
    assert (data.header_offset, none.header_offset) == (32, 104)


@pytest.mark.parametrize(
    ("local", "defined", "undefined", "expected"),
    [(0, 0, 5, False), (1, 0, 5, True), (0, 1, 5, True), (0, 0, 0, False)],
)
def test_imported_symbols_alone_are_none_of_its_own(local, defined, undefined, expected):
    macho = Macho()
    macho.symbols(0x4000, local, defined, undefined)
    assert native(macho).symbols is expected


def test_symbols_without_a_dynamic_table():
    macho = Macho()
    macho.command(2, struct.pack("<4I", 0x100, 3, 0x200, 8))
    assert native(macho).symbols


def test_dwarf_plain_or_compressed():
    for name in ("__debug_info", "__zdebug_info"):
        macho = Macho()
        macho.segment("__DWARF", 0x9000, 0, 0x1000, 0x100, 0, macho.section("__DWARF", name, 0x9000, 0x100, 0x1000))
        assert native(macho).dwarf


@pytest.mark.parametrize(
    ("kind", "name"), [(1, "MH_OBJECT"), (2, "MH_EXECUTE"), (6, "MH_DYLIB"), (8, "MH_BUNDLE"), (0x77, "0x77")]
)
def test_file_types(kind, name):
    assert native(Macho(file_type=kind)).file_type == name


# --- universal files -------------------------------------------------------------------------------------


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
        (b"!<arch>\n" + bytes(64), NotRecognised, "archive of object files"),
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


# --- what is refused -------------------------------------------------------------------------------------


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
        ({"sizeofcmds": 0x8000}, Truncated, "load commands"),
    ],
)
def test_a_header_that_claims_too_much(header, kind, words):
    with pytest.raises(kind, match=words):
        read(Window.of_bytes(Macho(header=header).build()))


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


@pytest.mark.parametrize("at", [0, 7, 20, 200])
def test_a_string_outside_its_command(at):
    macho = Macho()
    macho.command(0xE, struct.pack("<I", at) + b"/usr/lib")
    with pytest.raises(Malformed, match="the string of LC_LOAD_DYLINKER"):
        read(Window.of_bytes(macho.build()))


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


# --- command defects -------------------------------------------------------------------------------------


def defects(macho: Macho) -> list[tuple[str, str]]:
    raw = macho.build()
    found = native(raw).command_defects
    places = {command.offset for command in native(raw).load_commands}
    assert {at for _, _, at in found} <= places
    return [(label, value) for label, value, _ in found]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("cpu", [ARM64, X86_64])
def test_a_healthy_program_has_none(signed, cpu):
    assert defects(program(signed=signed, cpu_type=cpu)) == []


@pytest.mark.parametrize(("size", "bits"), [(12, 64), (20, 64), (10, 32)])
def test_a_size_that_is_not_aligned(size, bits):
    macho = Macho(bits=bits, file_type=DYLIB)
    macho.command(0x1234, bytes(size - 8))
    assert defects(macho) == [("0x1234", f"size {size} is not a multiple of {bits // 8}")]


def test_a_command_of_the_wrong_size():
    macho = program()
    macho.commands[6] = macho.pack("2I", 0x1B, 32) + bytes(24)
    assert defects(macho) == [("LC_UUID", "size 32 is not the size of this command")]
    macho.commands[7] = macho.pack("6I", 0x24, 24, 0, 0, 0, 0)  # LC_VERSION_MIN_MACOSX
    assert ("LC_VERSION_MIN_MACOSX", "size 24 is not the size of this command") in defects(macho)


@pytest.mark.parametrize("name", ["LC_UUID", "LC_MAIN", "LC_LOAD_DYLINKER", "LC_BUILD_VERSION", "LC_CODE_SIGNATURE"])
def test_a_command_that_may_stand_once(name):
    macho = program()
    names = [command.name for command in native(macho).load_commands]
    macho.commands.append(macho.commands[names.index(name)])
    assert [label for label, value in defects(macho) if "stands after another" in value] == [name]


def test_two_entries_of_different_kinds():
    macho = program()
    macho.command(5, bytes(8))
    assert ("LC_UNIXTHREAD", "stands after another LC_MAIN or LC_UNIXTHREAD") in defects(macho)


def test_a_zippered_library_has_two_versions():
    macho = Macho(file_type=DYLIB)
    macho.build_version()
    macho.build_version(platform=6)
    assert defects(macho) == []
    assert native(macho).platform == 1


def with_segment(*segment: object, **changes: object) -> Macho:
    """A healthy program with one more segment in front of __LINKEDIT."""
    macho = program(signed=False, size=0xC000, **changes)
    macho.segment(*segment)
    macho.commands.insert(2, macho.commands.pop())
    return macho


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (("__X", BASE + 0x1000, 0x4000, 0, 0, RW), "shares addresses with"),
        (("__X", BASE + 0x10000, 0x4000, 0x2000, 0x2000, RW), "shares bytes of the file with __TEXT"),
        (("__X", BASE + 0x10000, 0x4000, 0x8000, 0x4000, RW), "lies behind __LINKEDIT in the file"),
        (("__X", BASE + 0x10000, 0x1000, 0x8000, 0x2000, RW), "0x2000 bytes in the file, 0x1000 in memory"),
        (("__X", BASE + 0x10000, 0x1000, 0x8000, 0x2000, 0), "0x2000 bytes in the file, 0x1000 in memory"),
        (("__X", BASE + 0x10000, 0, 0x8000, 0x2000, RW), "0x2000 bytes in the file, 0x0 in memory"),
        (("__X", BASE + 0x10000, 0x4000, 0x9000, 0x1000, RW), "file offset 0x9000 is not a multiple of the page size"),
        (("__X", BASE + 0x10000, 0x4000, 0, 0, 0x13), "protection 0x13 is not defined"),
        (("__X", (1 << 64) - 0x4000, 0x8000, 0, 0, RW), "wraps around"),
    ],
)
def test_a_segment_that_macos_refuses(segment, words):
    found = defects(with_segment(*segment))
    assert any(words in value for label, value in found if label.startswith("segment")), found


@pytest.mark.parametrize(
    ("cpu", "bits", "allowed"), [(X86_64, 64, True), (I386, 32, True), (ARM64, 64, False), (0x0200000C, 32, False)]
)
def test_pages_of_4_kib_or_16(cpu, bits, allowed):
    macho = Macho(cpu_type=cpu, bits=bits)
    macho.segment("__DATA", 0x1000, 0x1000, 0x1000, 0x1000, RW)
    assert (defects(macho) == []) == allowed


def test_the_last_address_can_be_mapped():
    assert defects(with_segment("__X", (1 << 64) - 0x4000, 0x4000, 0, 0, RW)) == []


def test_a_segment_without_bytes_shares_none():
    macho = Macho(cpu_type=X86_64)
    macho.segment("__DATA", 0x1000, 0x2000, 0, 0x2000, RW)
    macho.segment("__ZERO", 0x3000, 0x1000, 0x1000, 0, RW)
    macho.segment("__NONE", 0x2000, 0, 0x3000, 0, RW)
    assert defects(macho) == []


def test_a_segment_inside_a_long_one_and_one_behind_both():
    macho = Macho()
    macho.segment("__LONG", 0, 0x10000, 0, 0, RW)
    macho.segment("__IN", 0x4000, 0x4000, 0, 0, RW)
    macho.segment("__TAIL", 0xC000, 0x8000, 0, 0, RW)
    assert defects(macho) == [
        ("segment __IN", "shares addresses with __LONG"),
        ("segment __TAIL", "shares addresses with __LONG"),
    ]


def test_go_s_dwarf_segment_is_not_mapped():
    """Go's linker gives __DWARF no memory and no protection, and the address of __LINKEDIT."""
    assert defects(with_segment("__DWARF", BASE + 0x4000, 0, 0, 0, 0)) == []
    macho = Macho()
    macho.segment("__DWARF", BASE, 0, 0x4000, 0x1234, 0, macho.section("__DWARF", "__debug_info", BASE, 0x1234, 0x4000))
    assert defects(macho) == []


@pytest.mark.parametrize(
    ("address", "size", "allowed"),
    [(0x4000, 0x4000, True), (0x4000, 0x4001, False), (0x3FFF, 1, False), (0x8000, 0, True), (0x8000, 1, False)],
)
def test_sections_lie_in_their_segment(address, size, allowed):
    macho = Macho()
    macho.segment("__DATA", 0x4000, 0x4000, 0, 0x4000, RW, macho.section("__DATA", "__data", address, size, 0x3000))
    words = f"address {address:#x} of {size:#x} bytes is outside its segment"
    assert defects(macho) == ([] if allowed else [("section __DATA,__data", words)])


def test_headers_that_are_not_mapped():
    macho = Macho()
    macho.segment("__TEXT", 0x4000, 0x4000, 0x4000, 0x4000, RX)
    assert defects(macho) == [("segment __TEXT", "file offset 0x4000 is not 0")]
    macho = Macho()
    macho.segment("__TEXT", 0x4000, 0x4000, 0, 0x67, RX)
    assert defects(macho) == [("segment __TEXT", "does not hold the 0x68 bytes of load commands")]
    macho = Macho()
    macho.segment("__TEXT", 0x4000, 0x4000, 0, 0x68, RX)
    assert defects(macho) == []


@pytest.mark.parametrize(
    ("number", "offset", "size", "name"),
    [
        (0x1D, 0x8000, 0x1000, "LC_CODE_SIGNATURE"),
        (0x1D, 0x3000, 0x1000, "LC_CODE_SIGNATURE"),
        (0x26, 0x7FF0, 0x20, "LC_FUNCTION_STARTS"),
        (0x80000034, 0xFFFFFFF0, 0x20, "LC_DYLD_CHAINED_FIXUPS"),
    ],
)
def test_data_outside_linkedit(number, offset, size, name):
    macho = program(signed=False)
    macho.data(number, offset, size)
    assert defects(macho) == [(name, f"data at {offset:#x} of {size:#x} bytes outside __LINKEDIT")]


@pytest.mark.parametrize(
    ("number", "values", "what"),
    [
        (2, (0x4000, 0x3F, 0x4000, 8), None),
        (2, (0x4000, 0x400, 0x4000, 8), None),
        (2, (0x4000, 0x401, 0x4000, 8), "symbols"),
        (2, (0x3FFF, 1, 0x4000, 8), "symbols"),
        (2, (0x4000, 1, 0x7FF8, 8), None),
        (2, (0x4000, 1, 0x7FF9, 8), "strings"),
        (0x22, (0x4000, 8, 0x4000, 8, 0, 0, 0x9000, 1, 0, 0), "lazy_bind"),
        (0xB, (*[0] * 12, 0x4000, 0x1000, 0x4000, 0x800, 0x4000, 0x800), None),
        (0xB, (*[0] * 12, 0x4000, 0x1001, 0x4000, 0x800, 0x4000, 0x800), "indirect symbols"),
        (0xB, (*[0] * 12, 0x4000, 0x1000, 0x4000, 0x801, 0x4000, 0x800), "external relocations"),
        (0xB, (*[0] * 12, 0x4000, 0x1000, 0x4000, 0x800, 0x4000, 0x801), "local relocations"),
    ],
)
def test_tables_outside_linkedit(number, values, what):
    macho = Macho(cpu_type=X86_64)
    macho.segment("__LINKEDIT", BASE, 0x4000, 0x4000, 0x4000, R)
    macho.command(number, struct.pack(f"<{len(values)}I", *values))
    assert [value.split(" at ")[0] for _, value in defects(macho)] == ([what] if what else [])


@pytest.mark.parametrize(("count", "allowed"), [(0x555, True), (0x556, False)])
def test_symbols_of_32_bits_take_12_bytes(count, allowed):
    macho = Macho(cpu_type=I386, bits=32)
    macho.segment("__LINKEDIT", 0x1000, 0x4000, 0x4000, 0x4000, R)
    macho.command(2, struct.pack("<4I", 0x4000, count, 0x4000, 8))
    assert (defects(macho) == []) == allowed


def test_object_files_are_not_judged():
    macho = Macho(file_type=OBJECT)
    macho.command(0x1234, bytes(4))
    assert defects(macho) == []


@pytest.mark.parametrize("kind", [EXECUTE, DYLIB, 7, BUNDLE])
def test_what_is_loaded_is_judged(kind):
    macho = Macho(file_type=kind)
    macho.command(0x1234, bytes(4))
    assert len(defects(macho)) == 1


def test_a_file_of_thousands_of_bad_segments_tells_of_some():
    macho = Macho(size=0x80000)
    for _ in range(4000):
        macho.segment("__X", 0x1001, 0x1000, 1, 0x100, RX)
    assert len(native(macho).command_defects) == 32


# --- signature (its own tests are in test_codesign) ------------------------------------------------------


def test_a_signature_outside_the_file_leaves_the_rest():
    macho = program(signed=False)
    macho.data(0x1D, 0x9000, 0x100)
    found = native(macho)
    assert found.signature_range == (0x9000, 0x100)
    assert isinstance(found.signature, Unknown)
    assert "reaches past the end" in found.signature.reason
    assert found.uuid is not None


# --- thrift ----------------------------------------------------------------------------------------------


def test_a_large_file_is_not_read_whole(tmp_path):
    path = tmp_path / "large"
    with path.open("w+b") as file:
        file.write(program().build())
        file.truncate(256 << 20)
        tracemalloc.start()
        try:
            (found,) = read(Window.of_file(file))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found.window.size == 256 << 20
    assert peak < 4 << 20


# --- damage ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(samples) -> list[bytes]:
    names = ("hello-darwin-amd64-go1.27", "hello-darwin-arm64-go1.27", "uses-darwin-arm64-go1.27-stripped")
    thin_files = [samples[name].path.read_bytes() for name in names]
    return [*thin_files, fat((X86_64, 3, thin_files[0]), (ARM64, 0, thin_files[1]))]


@settings(max_examples=150, deadline=None, database=None)
@given(st.data())
def test_only_a_format_error_comes_of_damage(real, data):
    with suppress(FormatError):
        for found in read(Window.of_bytes(data.draw(damaged(real)))):
            if isinstance(found, BadSlice):
                assert found.error.what
                continue
            for segment in found.segments:
                assert segment.offset + segment.file_size <= found.window.size
            assert len(found.native.command_defects) <= 32


@settings(max_examples=200, deadline=None, database=None)
@given(
    st.sampled_from([b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xca\xfe\xba\xbe\0\0\0\2", b"\xca\xfe\xba\xbf"]),
    st.binary(max_size=600),
)
def test_nothing_but_a_format_error_comes_of_noise(magic, noise):
    with suppress(FormatError):
        assert all(isinstance(found, BadSlice | Image) for found in read(Window.of_bytes(magic + noise)))
