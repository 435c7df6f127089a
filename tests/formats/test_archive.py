"""C archive reader: built archives of every format's object, other archives, hostile ones."""

import struct
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import formats
from formats import Bundle, FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import BadSlice, Image, ObjectNative
from tests.build.damage import damaged
from tests.build.macho import EXECUTE, fat
from tests.build.objects import (
    VERSION,
    archive,
    bsd_member,
    coff_object,
    elf_object,
    macho_object,
    member,
)

OBJECTS = {
    "elf 64": elf_object(),
    "elf 64 big-endian": elf_object(order="big"),
    "elf 32": elf_object(bits=32),
    "macho": macho_object(),
    "coff": coff_object(),
    "coff 32": coff_object(0x14C, 32, 0xE0),
    "coff without an optional header": coff_object(optional=0),
}
C_OBJECT = member("000000.o/", b"\x7fELF, an object of C")


def image(data: bytes) -> Image:
    (found,) = read(Window.of_bytes(data))
    assert isinstance(found, Image)
    return found


def native(data: bytes) -> ObjectNative:
    found = image(data).native
    assert isinstance(found, ObjectNative)
    return found


# --- what is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("elf 64", ("elf", "x86-64", 64, "little")),
        ("elf 64 big-endian", ("elf", "x86-64", 64, "big")),
        ("elf 32", ("elf", "x86-64", 32, "little")),
        ("macho", ("macho", "aarch64", 64, "little")),
        ("coff", ("pe", "x86-64", 64, "little")),
        ("coff 32", ("pe", "i386", 32, "little")),
    ],
)
def test_the_image_is_that_of_the_object(name, expected):
    found = image(archive(member("go.o/", OBJECTS[name]), C_OBJECT))
    assert (found.format, found.machine, found.bits, found.byteorder) == expected
    assert found.slice is None


@pytest.mark.parametrize("name", OBJECTS)
def test_the_window_is_the_members_and_the_archive_is_kept(name):
    raw = archive(member("/", b"an index"), member("go.o/", OBJECTS[name]), C_OBJECT)
    found = image(raw)
    assert found.window.size == len(OBJECTS[name])
    assert found.window.base == raw.index(OBJECTS[name])
    assert found.archive is not None
    assert (found.archive.base, found.archive.size) == (0, len(raw))
    assert found.native.member == "go.o"


@pytest.mark.parametrize("name", OBJECTS)
def test_symbols_say_where_things_are(name):
    found = image(archive(member("go.o/", OBJECTS[name])))
    places = found.native.landmarks
    assert found.window.read(places["runtime.buildVersion.str"], len(VERSION)) == VERSION
    magic = found.window.integer(places["runtime.pclntab"], 4, found.byteorder)
    assert magic == 0xFFFFFFF1
    assert found.native.symbols


@pytest.mark.parametrize("name", OBJECTS)
def test_sections_get_addresses_of_their_own(name):
    found = image(archive(member("go.o/", OBJECTS[name])))
    assert len(found.segments) >= 3
    end = 1
    for segment in found.segments:
        assert segment.address >= end
        assert segment.address % 16 == 0
        end = segment.address + segment.file_size
        assert found.read_at(segment.address, 1) == found.window.read(segment.offset, 1)
    assert any(segment.writable for segment in found.segments)
    assert not any(segment.writable and segment.executable for segment in found.segments)


@pytest.mark.parametrize(
    "members",
    [
        (member("go.o", elf_object()),),
        (member("__.SYMDEF", b"index "), bsd_member("go.o", elf_object())),
        (bsd_member("__.SYMDEF SORTED", b"index"), bsd_member("go.o", elf_object())),
        (member("/", b"index"), member("//", b"a_name_of_many_letters.o/\n"), C_OBJECT, member("go.o/", elf_object())),
    ],
    ids=["plain", "Berkeley", "Apple", "System V"],
)
def test_every_kind_of_ar_is_read(members):
    assert native(archive(*members)).landmarks["runtime.pclntab"]


def test_without_symbols_there_are_no_landmarks():
    found = native(archive(member("go.o/", elf_object(symbols=False))))
    assert found.landmarks == {}
    assert not found.symbols


def test_the_names_of_debug_sections_come_from_the_string_table():
    found = image(archive(member("go.o/", coff_object())))
    assert found.section(".debug_info") is not None
    assert found.native.dwarf
    assert ".debug_info" not in {segment.name for segment in found.segments}


def test_the_notes_of_an_elf_object_are_kept():
    assert [note.owner for note in native(archive(member("go.o/", elf_object()))).notes] == ["Go"]


def test_slices_that_are_archives_are_read_as_such():
    arm, intel = (archive(member("go.o/", macho_object(cpu_type=cpu))) for cpu in (0x0100000C, 0x01000007))
    found = read(Window.of_bytes(fat((0x0100000C, 0, arm), (0x01000007, 3, intel))))
    assert [(i.slice, i.machine) for i in found] == [("arm64", "aarch64"), ("x86_64", "x86-64")]
    assert all(i.archive is not None and i.archive.base >= 0x4000 for i in found)


# --- what is refused -------------------------------------------------------------------------------------


def refused(raw: bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(Window.of_bytes(raw))
    return caught.value


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (archive(), "none of them Go's own"),
        (archive(C_OBJECT), "none of them Go's own"),
        (archive(member("__.PKGDEF", b"go object linux amd64"), member("_go_.o", b"x")), "a compiled Go package"),
        (archive(member("go.o/", b"text that is no object, of some length")), "nor a COFF object"),
        (archive(member("go.o/", b"")), "too short for an object"),
        (archive(member("go.o/", macho_object(file_type=EXECUTE))), "a Mach-O file of type MH_EXECUTE"),
        (archive(member("go.o/", fat((0x0100000C, 0, macho_object())))), "a universal file"),
        (archive(member("go.o/", coff_object(flags=0x22))), "nor a COFF object"),
    ],
)
def test_archives_of_other_things(raw, words):
    error = refused(raw)
    assert isinstance(error, NotRecognised)
    assert words in error.what


def test_a_program_named_as_an_object():
    raw = bytearray(elf_object())
    raw[16] = 2  # ET_EXEC
    assert "an ELF file of type EXEC" in refused(archive(member("go.o/", bytes(raw)))).what


def test_a_debian_package_is_no_archive_of_objects():
    head = archive(member("debian-binary", b"2.0\n"))
    assert formats.sniff(head[: formats.HEAD]) is None
    assert formats.sniff(archive()) is Bundle.C_ARCHIVE


def test_a_slice_that_is_no_go_archive_leaves_the_others():
    good, other = archive(member("go.o/", macho_object())), archive(C_OBJECT)
    arm, intel = read(Window.of_bytes(fat((0x0100000C, 0, good), (0x01000007, 3, other))))
    assert isinstance(arm, Image)
    assert isinstance(intel, BadSlice)
    assert "none of them Go's own" in intel.error.what


@pytest.mark.parametrize("cut", [1, 2, 30, 59])
def test_a_cut_archive_is_truncated_wherever_its_object_stands(cut):
    raw = archive(member("go.o/", elf_object()), member("000000.o/", b"c" * 64))
    assert isinstance(refused(raw[:-cut]), Truncated)


@pytest.mark.parametrize(
    "bad",
    [member("x", b"x", end=b"xx"), member("x", b"x").replace(b"1         `", b"-1        `"), b"\0" * 60],
    ids=["no end mark", "a negative size", "zeros"],
)
def test_a_member_without_a_header_is_malformed(bad):
    assert isinstance(refused(archive(member("go.o/", elf_object()), bad)), Malformed)


def test_a_size_beyond_the_file_is_truncated():
    assert isinstance(refused(archive(member("go.o/", elf_object(), size=9999999999))), Truncated)


def test_members_without_end_are_a_limit():
    start = time.process_time()
    assert isinstance(refused(archive(member("x", b"") * 65537)), LimitExceeded)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        (2, b"\xff\xff", LimitExceeded),  # sections
        (2, b"\xff\x0f", Truncated),
        (8, b"\xff\xff\xff\xff", Truncated),  # the symbol table's offset
        (12, b"\xff\xff\xff\xff", Truncated),  # the number of symbols
        (16, b"\xff\xff", FormatError),  # the optional header's size
    ],
)
def test_lying_headers_of_a_coff_object(field, value, kind):
    raw = coff_object()
    bad = raw[:field] + value + raw[field + len(value) :]
    assert isinstance(refused(archive(member("go.o/", bad))), kind)


def test_symbols_that_point_nowhere_are_no_landmarks():
    raw = coff_object()
    at = raw.rindex(struct.pack("<IhHBB", 0x20, 2, 0, 2, 0))
    for value in (struct.pack("<Ih", 0x20, 99), struct.pack("<Ih", 0x20, -1), struct.pack("<Ih", 0x7FFFFFFF, 2)):
        found = native(archive(member("go.o/", raw[:at] + value + raw[at + 6 :])))
        assert set(found.landmarks) == {"runtime.buildVersion.str"}


@pytest.mark.parametrize("entry", [b"\0\0\0\1\5\0\0\0" + bytes(10), b"\5\0\0\0" * 9], ids=["short names", "unaligned"])
def test_a_million_symbols_with_the_offset_of_a_landmarks_name_cost_little(entry):
    strings = struct.pack("<I", 21) + b"\0runtime.pclntab\0"
    table = entry * (18_000_000 // len(entry))
    raw = struct.pack("<HHIIIHH", 0x8664, 0, 0, 20, len(table) // 18, 0, 0) + table + strings
    start = time.process_time()
    assert native(archive(member("go.o/", raw))).landmarks == {}
    assert time.process_time() - start < 1


# --- damage ----------------------------------------------------------------------------------------------

BIG = [archive(member("go.o/", data), member("000000.o/", bytes(8000))) for data in OBJECTS.values()]


@settings(max_examples=300)
@given(st.data())
def test_only_a_format_error_comes_of_damage(data):
    with suppress(FormatError):
        found = image(data.draw(damaged(BIG)))
        for segment in found.segments:
            assert segment.offset + segment.file_size <= found.window.size
        for offset in found.native.landmarks.values():
            assert offset < found.window.size


def test_every_word_of_an_object_at_its_extremes():
    for name, original in OBJECTS.items():
        ends = 64 if name.startswith("elf") else 2000
        starts = [*range(0, min(ends, len(original)), 2), *range(max(len(original) - 600, 0), len(original), 2)]
        for at in starts:
            for extreme in (b"\xff\xff", b"\0\0", b"\x7f\x7f"):
                with suppress(FormatError):
                    read(Window.of_bytes(archive(member("go.o/", original[:at] + extreme + original[at + 2 :]))))
