"""Mach-O reader: built files, universal files, hostile files, damaged real files."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import BadSlice, FormatError, Window, read
from formats.image import Image, MachoNative, Unknown
from tests.build.damage import damaged
from tests.build.macho import (
    ARM64,
    I386,
    OBJECT,
    PPC,
    RW,
    RX,
    X86_64,
    Macho,
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


def test_load_commands_are_named_as_apple_does_or_by_number():
    """Names and numbers of mach-o/loader.h; macholib lacks the newest and spells one in its own way."""
    expected = {
        0x1E: "LC_SEGMENT_SPLIT_INFO",
        0x36: "LC_ATOM_INFO",
        0x37: "LC_FUNCTION_VARIANTS",
        0x38: "LC_FUNCTION_VARIANT_FIXUPS",
        0x39: "LC_TARGET_TRIPLE",
        0x3A: "LC_LAZY_LOAD_DYLIB_INFO",
        0x80000033: "LC_DYLD_EXPORTS_TRIE",
        0x7777: "0x7777",
        0x8000FFFF: "0x8000ffff",
    }
    macho = Macho(file_type=OBJECT)
    for number in expected:
        macho.command(number, bytes(8))
    found = native(macho).load_commands
    assert [command.name for command in found] == list(expected.values())
    assert [(command.size, command.offset) for command in found] == [(16, 32 + 16 * i) for i in range(len(expected))]


@pytest.mark.parametrize(
    ("kind", "size"), [(0, 0x40), (1, 0), (2, 0x40), (0xC, 0), (0xD, 0x40), (0x12, 0), (0x13, 0x40)]
)
def test_sections_of_zeros_take_no_room(kind, size):
    macho = Macho()
    macho.segment("__DATA", 0, 0x4000, 0, 0x4000, RW, macho.section("__DATA", "__x", 0x100, 0x40, 0x100, 0x100 | kind))
    assert image(macho).sections[0].size == size


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


def test_a_signature_outside_the_file_leaves_the_rest():
    macho = program(signed=False)
    macho.data(0x1D, 0x9000, 0x100)
    found = native(macho)
    assert found.signature_range == (0x9000, 0x100)
    assert isinstance(found.signature, Unknown)
    assert "reaches past the end" in found.signature.reason
    assert found.uuid is not None


# --- damage ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(samples) -> list[bytes]:
    names = ("hello-darwin-amd64-go1.27", "hello-darwin-arm64-go1.27", "uses-darwin-arm64-go1.27-stripped")
    thin_files = [samples[name].path.read_bytes() for name in names]
    return [*thin_files, fat((X86_64, 3, thin_files[0]), (ARM64, 0, thin_files[1]))]


@settings(max_examples=150)
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


@settings(max_examples=200)
@given(
    st.sampled_from([b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xca\xfe\xba\xbe\0\0\0\2", b"\xca\xfe\xba\xbf"]),
    st.binary(max_size=600),
)
def test_nothing_but_a_format_error_comes_of_noise(magic, noise):
    with suppress(FormatError):
        assert all(isinstance(found, BadSlice | Image) for found in read(Window.of_bytes(magic + noise)))
