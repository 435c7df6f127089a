"""What macOS refuses in a Mach-O's load commands."""

import struct

import pytest

from formats import Window, read
from formats.image import Image, MachoNative
from tests.build.macho import ARM64, BASE, BUNDLE, DYLIB, EXECUTE, I386, OBJECT, RW, RX, X86_64, Macho, R, program


def image(data: bytes | Macho) -> Image:
    (found,) = read(Window.of_bytes(data.build() if isinstance(data, Macho) else data))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Macho) -> MachoNative:
    found = image(data).native
    assert isinstance(found, MachoNative)
    return found


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


def test_a_file_of_hundreds_of_bad_segments_tells_of_some():
    macho = Macho(size=0x80000)
    for _ in range(200):
        macho.segment("__X", 0x1001, 0x1000, 1, 0x100, RX)
    assert len(native(macho).command_defects) == 32
