"""PE reader: built files, hostile files, damaged real files."""

import struct
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import Image, PeNative, Unknown
from tests.build.damage import damaged
from tests.build.pe import BSS, CODE, DEBUG, DLL, HEADERS, SECURITY, Pe, program

OPTIONAL = 0x80 + 24  # offset of the optional header in built files


def image(data: bytes | Pe) -> Image:
    raw = data.build() if isinstance(data, Pe) else data
    (found,) = read(Window.of_bytes(raw))
    assert isinstance(found, Image)
    return found


def native(data: bytes | Pe) -> PeNative:
    found = image(data).native
    assert isinstance(found, PeNative)
    return found


def patched(data: bytes, offset: int, value: bytes) -> bytes:
    return data[:offset] + value + data[offset + len(value) :]


# --- what is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "machine", "name"),
    [(64, 0x8664, "x86-64"), (64, 0xAA64, "aarch64"), (32, 0x14C, "i386"), (32, 0x1C4, "arm"), (32, 0x200, "0x200")],
)
def test_width_and_machine(bits, machine, name):
    found = image(program(bits=bits, machine=machine, image_base=0x400000))
    assert (found.bits, found.machine, found.byteorder, found.slice) == (bits, name, "little", None)
    assert found.window.integer(found.machine_offset, 2, "little") == machine
    assert found.native.image_base == 0x400000


def test_a_section_is_a_segment_at_the_preferred_base():
    found = image(program())
    text, data = found.segments[:2]
    assert (text.name, text.address, text.offset) == (".text", 0x140001000, HEADERS)
    assert (text.readable, text.writable, text.executable) == (True, False, True)
    assert (data.readable, data.writable, data.executable) == (True, True, False)
    assert (text.file_size, text.memory_size) == (0x123, 0x123)  # of 0x200 bytes the last are padding
    assert (data.file_size, data.memory_size) == (0x200, 0x2345)
    assert found.section(".text").size == 0x200
    assert found.read_at(0x140002000, 3) == b"ddd"


def test_a_section_without_bytes_is_read():
    pe = program()
    pe.add(".bss", b"", BSS, memory=0x5000)
    bss = image(pe).segments[-1]
    assert (bss.name, bss.file_size, bss.memory_size) == (".bss", 0, 0x5000)
    assert native(pe).layout_defects == ()


def test_long_names_come_from_the_string_table():
    pe = program(symbols=2, strings=struct.pack("<I", 30) + b".debug_abbrev\0.zdebug_info\0")
    pe.add("/4", b"x", DEBUG)
    pe.add("/18", b"x", DEBUG)
    assert [section.name for section in image(pe).sections[-2:]] == [".debug_abbrev", ".zdebug_info"]
    assert native(pe).dwarf
    assert native(pe).symbols


@pytest.mark.parametrize("name", ["/4", "/99999", "/x", "/"])
def test_a_long_name_that_cannot_be_read_stays_as_it_is(name):
    pe = program(strings=b"" if name == "/4" else struct.pack("<I", 4))
    pe.add(name, b"x", DEBUG)
    assert image(pe).sections[-1].name == name
    assert not native(pe).dwarf


def test_a_string_table_alone_is_no_symbol():
    pe = program(strings=struct.pack("<I", 4))  # what Go writes with -s
    assert not native(pe).symbols


def test_imports_in_table_order_with_their_place():
    pe = Pe()
    pe.add(".text", b"\x90", CODE)
    pe.imports("KERNEL32.dll", "ws2_32.dll", "api-ms-win-crt-runtime-l1-1-0.dll")
    raw = pe.build()
    found = native(raw).imports
    assert [dll.value for dll in found] == ["KERNEL32.dll", "ws2_32.dll", "api-ms-win-crt-runtime-l1-1-0.dll"]
    assert all(raw[dll.offset :].startswith(dll.value.encode() + b"\0") for dll in found)


def test_a_table_is_found_beside_a_section_without_bytes():
    pe = Pe()
    pe.add(".text", b"\x90", CODE)
    pe.imports("kernel32.dll")
    pe.add(".bss", b"", BSS, memory=0x1000)
    pe.rows[(2, "VirtualAddress")] = 0x2000  # as .idata
    assert [dll.value for dll in native(pe).imports] == ["kernel32.dll"]
    pe.sections[1], pe.sections[2] = pe.sections[2], pe.sections[1]
    pe.rows = {(1, "VirtualAddress"): 0x2000, (2, "VirtualAddress"): 0x2000}
    assert [dll.value for dll in native(pe).imports] == ["kernel32.dll"]


def test_exports():
    pe = program(characteristics=0x22 | DLL)
    pe.exports("Start", "_cgo_dummy_export")
    assert native(pe).exported == ("Start", "_cgo_dummy_export")
    empty = program()
    empty.exports()
    assert native(empty).exported == ()


def test_a_program_without_tables():
    pe = Pe()
    pe.add(".text", b"\x90", CODE)
    found = native(pe)
    assert (found.imports, found.exported, found.relocations, found.certificates) == ((), (), None, None)
    assert found.layout_defects == ()


def test_relocations_are_given_by_file_offset():
    raw = program().build()
    at, size = native(raw).relocations
    section = image(raw).section(".reloc")
    assert (at, size) == (section.offset, 12)
    assert struct.unpack_from("<2I", raw, native(raw).relocations_offset) == (0x6000, 12)


@pytest.mark.parametrize(("count", "relocations"), [(6, (0xA00, 12)), (5, None), (2, None)])
def test_fewer_data_directories(count, relocations):
    found = native(program(fields={"NumberOfRvaAndSizes": count}))
    assert found.relocations == relocations
    assert (found.relocations_offset is None) == (relocations is None)
    assert [dll.value for dll in found.imports] == ["kernel32.dll"]


def test_an_optional_header_without_any_directory():
    raw = program().build()
    rows = raw[OPTIONAL + 240 : OPTIONAL + 240 + 4 * 40]
    short = patched(patched(raw, 0x80 + 20, struct.pack("<H", 112)), OPTIONAL + 112, rows)
    assert [section.name for section in image(short).sections] == [".text", ".data", ".idata", ".reloc"]
    assert native(short).imports == ()
    with pytest.raises(Malformed, match="an optional header of 111 bytes"):
        read(Window.of_bytes(patched(raw, 0x80 + 20, struct.pack("<H", 111))))


def test_a_table_in_the_headers():
    pe = Pe()
    pe.add(".text", b"\x90", CODE)
    pe.directories[1] = (0x3D8, 40)
    table = struct.pack("<5I", 1, 0, 0, 0x3C0, 1) + bytes(20)
    raw = patched(patched(pe.build(), 0x3C0, b"in.dll\0"), 0x3D8, table)
    assert [(dll.value, dll.offset) for dll in native(raw).imports] == [("in.dll", 0x3C0)]
    past = patched(pe.build(), OPTIONAL + 112 + 8, struct.pack("<2I", 0x3F0, 40))
    assert isinstance(native(past).imports, Unknown)


def test_certificates_lie_outside_sections():
    pe = program()
    end = len(pe.build())
    pe.directories[SECURITY] = (end, 16)
    assert native(pe.build() + bytes(16)).certificates == (end, 16)


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", [b"\0\0\0\0", b"This", b"PE\0\1", b"PE\1\0"])
def test_a_dos_program_is_not_recognised(signature):
    with pytest.raises(NotRecognised, match="a DOS program, not PE"):
        read(Window.of_bytes(patched(program().build(), 0x80, signature)))


def test_a_dos_program_whose_code_stands_for_the_new_header():
    raw = patched(program().build(), 0x18, struct.pack("<H", 0x1C))
    with pytest.raises(NotRecognised, match="a DOS program, not PE"):
        read(Window.of_bytes(patched(raw, 0x3C, b"\xff\xff\xff\x7f")))


@pytest.mark.parametrize(
    ("signature", "words"), [(b"NE\5\1", "16-bit"), (b"LE\0\0", "device driver"), (b"LX\0\0", "OS/2")]
)
def test_older_kinds_are_named(signature, words):
    with pytest.raises(NotRecognised, match=words):
        read(Window.of_bytes(patched(program().build(), 0x80, signature)))


def test_a_header_past_the_end_is_truncated():
    with pytest.raises(Truncated, match="before its PE header at 0x80"):
        read(Window.of_bytes(program().build()[:0x82]))


def test_an_unknown_optional_header_is_malformed():
    with pytest.raises(Malformed, match="0x107 is not the magic"):
        read(Window.of_bytes(program(fields={"Magic": 0x107}).build()))


def test_a_short_optional_header_is_malformed():
    with pytest.raises(Malformed, match="an optional header of 64 bytes"):
        read(Window.of_bytes(patched(program().build(), 0x80 + 20, struct.pack("<H", 64))))


def test_a_section_past_the_end_is_truncated():
    raw = program().build()
    with pytest.raises(Truncated, match="section at 0xa00 of 512 bytes"):
        read(Window.of_bytes(raw[:-1]))


def test_a_section_table_past_the_end_is_truncated():
    raw = patched(program().build(), 0x80 + 6, struct.pack("<H", 4000))
    with pytest.raises(Truncated, match="section table"):
        read(Window.of_bytes(raw))


def test_too_many_sections_are_a_limit():
    raw = patched(program().build(), 0x80 + 6, struct.pack("<H", 0xFFFF))
    with pytest.raises(LimitExceeded, match="65535 sections"):
        read(Window.of_bytes(raw))


def test_certificates_past_the_end_are_truncated():
    pe = program()
    pe.directories[SECURITY] = (len(pe.build()), 16)
    with pytest.raises(Truncated, match="certificate table"):
        read(Window.of_bytes(pe.build()))


# --- tables that cannot be read leave the rest ------------------------------------------------------------


def test_an_import_table_outside_every_section_is_unknown():
    pe = program()
    pe.directories[1] = (0x900000, 40)
    found = native(pe)
    assert isinstance(found.imports, Unknown)
    assert "not in any section" in found.imports.reason
    assert found.relocations is not None


def test_an_import_table_without_end_is_unknown():
    pe = Pe()
    pe.add(".text", b"\x90", CODE)
    pe.add(".idata", struct.pack("<5I", 1, 0, 0, 0x1000, 1) * 100)
    pe.directories[1] = (0x2000, 2000)
    assert isinstance(native(pe).imports, Unknown)


def test_more_imports_than_any_program_has_are_unknown():
    pe = Pe()
    pe.add(".text", b"a.dll\0", CODE)
    pe.add(".idata", struct.pack("<5I", 1, 0, 0, 0x1000, 1) * 5000)
    pe.directories[1] = (0x2000, 100000)
    assert native(pe).imports == Unknown("more than 4096 imported DLLs")


def test_a_count_of_exports_that_no_file_holds_is_unknown():
    pe = program()
    pe.add(".edata", struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, 0, 1, 1, 0xFFFFFFFF, 0, 0x7000, 0))
    pe.directories[0] = (0x7000, 40)
    assert isinstance(native(pe).exported, Unknown)


def test_exported_names_that_share_one_long_string_are_bounded():
    count = 60000
    pe = program()
    names = struct.pack("<I", 0x7000 + 40 + 4 * count) * count
    head = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, 0, 1, count, count, 0, 0x7000 + 40, 0)
    pe.add(".edata", head + names + b"n" * 4000 + b"\0")
    pe.directories[0] = (0x7000, 40)
    raw = pe.build()
    tracemalloc.start()
    try:
        assert isinstance(native(raw).exported, Unknown)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


# --- damage ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(samples) -> list[bytes]:
    """Real programs, cut behind their headers where what follows is not read."""
    names = ("hello-windows-386-go1.27", "hello-windows-amd64-go1.27", "uses-windows-386-go1.27-stripped")
    return [samples[name].path.read_bytes() for name in names]


@settings(max_examples=150)
@given(st.data())
def test_only_a_format_error_comes_of_damage(real, data):
    with suppress(FormatError):
        found = image(data.draw(damaged(real)))
        for segment in found.segments:
            assert segment.offset + segment.file_size <= found.window.size
        imports = found.native.imports
        for dll in () if isinstance(imports, Unknown) else imports:
            assert dll.offset < found.window.size
        relocations = found.native.relocations
        assert relocations is None or sum(relocations) <= found.window.size
        assert len(found.native.layout_defects) <= 32


@settings(max_examples=200)
@given(st.binary(max_size=600))
def test_noise_is_no_program(noise):
    with pytest.raises(FormatError):
        read(Window.of_bytes(b"MZ" + noise))
