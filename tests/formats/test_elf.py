"""The ELF reader on minimal files: every class and byte order, with and without sections, and bad ones."""

import struct
import time

import pytest

import formats
from formats import LimitExceeded, Malformed, NotRecognised, Truncated, Unknown, Window
from formats.image import ElfNative, Image
from tests.build.elf import DYN, EXEC, PT_GNU_RELRO, PT_GNU_STACK, PT_LOAD, PT_NOTE, Elf

EVERY_LAYOUT = pytest.mark.parametrize(
    ("bits", "order", "machine", "name"),
    [(64, "little", 62, "x86-64"), (64, "big", 22, "s390x"), (32, "little", 40, "arm"), (32, "big", 8, "mips")],
)


def read(data: bytes) -> tuple[Image, ElfNative]:
    (image,) = formats.read(Window.of_bytes(data))
    assert isinstance(image, Image)
    assert isinstance(image.native, ElfNative)
    return image, image.native


@EVERY_LAYOUT
def test_a_static_program(bits, order, machine, name):
    elf = Elf(bits=bits, order=order, machine=machine)
    text = elf.add(b"code")
    elf.section(".text", 1, text, 4, 6)
    elf.program(PT_GNU_STACK, 0, 0, flags=6)
    elf.load_all(flags=5)
    image, native = read(elf.build())
    assert (image.machine, image.bits, image.byteorder) == (name, bits, order)
    assert native.type == "EXEC"
    assert native.interpreter is None
    assert not native.dynamic
    assert native.needed == ()
    assert native.stack_flags == 6
    assert image.section(".text").offset == text
    assert image.read_at(elf.base + text, 4) == b"code"
    (segment,) = image.segments
    assert (segment.readable, segment.writable, segment.executable) == (True, False, True)


@EVERY_LAYOUT
def test_a_dynamic_program(bits, order, machine, name):
    elf = Elf(bits=bits, order=order, machine=machine, type=DYN)
    elf.interpreter("/lib/ld-test.so.1")
    strings = b"\0libc.so.6\0libm.so.6\0/opt/lib:$ORIGIN\0"
    elf.dynamic([(1, 1), (1, 11), (29, 21), (0x6FFFFFFB, 0x08000001)], strings)
    elf.program(PT_GNU_RELRO, 0, 16)
    elf.load_all()
    image, native = read(elf.build())
    assert image.machine == name
    assert native.interpreter.value == "/lib/ld-test.so.1"
    assert [library.value for library in native.needed] == ["libc.so.6", "libm.so.6"]
    assert [path.value for path in native.rpath] == ["/opt/lib", "$ORIGIN"]
    assert native.df1_pie is True
    assert native.bind_now is True
    assert native.relro


def test_without_section_headers_what_they_tell_is_unknown_and_the_rest_is_read():
    elf = Elf(type=DYN)
    elf.section(".symtab", 2, elf.add(b"x"), 1)
    elf.dynamic([(1, 1)], b"\0libc.so.6\0")
    elf.note(b"Go", 4, b"a/b/c/d")
    elf.load_all()
    image, native = read(elf.build(with_sections=False) + b"symbols")
    assert isinstance(image.sections, Unknown)
    assert isinstance(native.symtab, Unknown)
    assert isinstance(native.dwarf, Unknown)
    assert native.needed[0].value == "libc.so.6"
    assert (native.notes[0].owner, native.notes[0].type, native.notes[0].desc) == ("Go", 4, b"a/b/c/d")


def test_a_file_cut_off_behind_its_last_segment_has_no_symbols_and_no_dwarf():
    elf = Elf()
    elf.load_all()
    _, native = read(elf.build())
    assert native.symtab is False
    assert native.dwarf is False


@EVERY_LAYOUT
def test_without_section_headers_the_gnu_build_id_is_found_behind_gos(bits, order, machine, name):  # noqa: ARG001
    elf = Elf(bits=bits, order=order, machine=machine)
    elf.note(b"Go", 4, b"a/b/c/d")
    elf.add(struct.pack(f"{elf.mark}3I", 4, 20, 3) + b"GNU\0" + bytes(range(20)), 4)
    elf.load_all()
    _, native = read(elf.build())
    assert [(note.owner, note.type) for note in native.notes] == [("Go", 4), ("GNU", 3)]
    assert native.notes[1].desc == bytes(range(20))


def test_what_else_stands_behind_gos_note_is_no_note():
    elf = Elf()
    elf.note(b"Go", 4, b"a/b/c/d")
    elf.add(struct.pack("<3I", 4, 16, 1) + b"GNU\0" + bytes(16), 4)
    elf.load_all()
    _, native = read(elf.build())
    assert [(note.owner, note.type) for note in native.notes] == [("Go", 4)]


def test_notes_of_two_alignments_in_one_segment():
    """As mold 1.10 lays them out: a property note, which is aligned to 8, and behind it those that are aligned to 4."""
    elf = Elf()
    desc = struct.pack("<3I4x", 0xC0008002, 4, 1)
    raw = struct.pack("<3I", 4, len(desc), 5) + b"GNU\0" + desc
    raw += struct.pack("<3I", 4, 20, 3) + b"GNU\0" + bytes(range(20))
    raw += struct.pack("<3I", 8, 1, 1) + b"Android\0" + b"x\0\0\0"
    raw += struct.pack("<3I", 3, 7, 4) + b"Go\0\0" + b"a/b/c/d\0"
    elf.program(PT_NOTE, elf.add(raw, 8), len(raw), align=8)
    elf.load_all()
    _, native = read(elf.build())
    assert [(note.owner, note.type, note.desc) for note in native.notes] == [
        ("GNU", 5, desc),
        ("GNU", 3, bytes(range(20))),
        ("Android", 1, b"x"),
        ("Go", 4, b"a/b/c/d"),
    ]


def test_version_needs_are_read_by_address():
    elf = Elf(type=DYN)
    strings = b"\0libc.so.6\0GLIBC_2.17\0GLIBC_2.34\0"
    need = struct.pack("<HHIII", 1, 2, 1, 16, 0)
    need += struct.pack("<IHHII", 0, 0, 2, 11, 16) + struct.pack("<IHHII", 0, 0, 3, 22, 0)
    at = elf.add(need)
    elf.dynamic([(1, 1), (0x6FFFFFFE, elf.base + at), (0x6FFFFFFF, 1)], strings)
    elf.load_all()
    _, native = read(elf.build())
    assert [(v.library, v.version) for v in native.version_needs] == [
        ("libc.so.6", "GLIBC_2.17"),
        ("libc.so.6", "GLIBC_2.34"),
    ]


def test_a_bad_string_table_costs_only_what_needs_it():
    elf = Elf(type=DYN)
    elf.interpreter("/lib/ld.so")
    elf.dynamic([(1, 9999)], b"\0")
    elf.load_all()
    _, native = read(elf.build())
    assert isinstance(native.needed, Unknown)
    assert native.interpreter.value == "/lib/ld.so"


def test_a_loop_in_the_version_table_ends():
    elf = Elf(type=DYN)
    at = elf.add(struct.pack("<HHIII", 1, 0xFFFF, 1, 0, 0) + bytes(16))
    # Each Verneed points at itself as its first entry, and says there are 65,535 of them.
    elf.dynamic([(0x6FFFFFFE, elf.base + at), (0x6FFFFFFF, 0xFFFFFFFF)], b"\0a\0")
    elf.load_all()
    _, native = read(elf.build())
    assert isinstance(native.version_needs, Unknown | tuple)


@pytest.mark.parametrize("what", ["segment", "section", "section table", "program table"])
def test_what_reaches_past_the_end_is_truncated(what):
    elf = Elf()
    text = elf.add(bytes(64))
    elf.section(".text", 1, text, 64 if what != "section" else 1 << 40)
    elf.program(PT_LOAD, text, 64 if what != "segment" else 1 << 40)
    data = bytearray(elf.build())
    if what == "section table":
        struct.pack_into("<Q", data, 40, len(data) - 10)
    if what == "program table":
        struct.pack_into("<Q", data, 32, len(data) - 10)
    with pytest.raises(Truncated, match="past the end"):
        formats.read(Window.of_bytes(bytes(data)))


def test_a_table_of_absurd_size_is_refused():
    elf = Elf()
    elf.load_all()
    data = bytearray(elf.build())
    struct.pack_into("<H", data, 56, 0xFFFF)
    with pytest.raises(LimitExceeded):
        formats.read(Window.of_bytes(bytes(data)))


def test_an_undefined_class_is_malformed():
    data = bytearray(Elf().build())
    data[4] = 7
    with pytest.raises(Malformed, match="class 7"):
        formats.read(Window.of_bytes(bytes(data)))


def test_a_section_name_index_out_of_range_leaves_sections_unknown():
    elf = Elf(type=EXEC)
    elf.section(".text", 1, elf.add(b"x"), 1)
    elf.load_all()
    data = bytearray(elf.build())
    struct.pack_into("<H", data, 62, 999)
    image, _ = read(bytes(data))
    assert isinstance(image.sections, Unknown)
    assert image.segments


def test_segments_that_map_the_same_bytes_again_and_again_are_refused():
    elf = Elf()
    at = elf.add(bytes(0x10000))
    for number in range(60):
        elf.programs.append((PT_LOAD, 6, at, 0x400000 + number * 0x100000, 0x10000, 0x10000, 0x1000))
    with pytest.raises(LimitExceeded, match="overlap"):
        formats.read(Window.of_bytes(elf.build()))


def test_a_file_mapped_for_reading_and_once_more_for_writing_is_read():
    elf = Elf()
    elf.add(bytes(0x1000))
    elf.load_all(flags=5)
    elf.load_all(flags=6)
    assert len(read(elf.build())[0].segments) == 2


def test_more_segments_than_any_program_has_are_refused():
    elf = Elf()
    elf.head_size = 0x10000
    at = elf.add(bytes(0x1000))
    for number in range(300):
        elf.program(PT_LOAD, at + number, 1)
    with pytest.raises(LimitExceeded, match="300 ranges"):
        formats.read(Window.of_bytes(elf.build()))


def test_a_core_dump_is_no_executable():
    elf = Elf(type=4)
    elf.load_all()
    with pytest.raises(NotRecognised, match="core dump"):
        formats.read(Window.of_bytes(elf.build()))


@pytest.mark.parametrize(
    ("tag", "text", "reason"),
    [(1, b"x" * 4000, "strings of more than 1048576 bytes"), (29, b":" * 4000, "more than 1024 directories")],
    ids=["DT_NEEDED", "DT_RUNPATH"],
)
def test_many_entries_that_name_one_long_string_are_unknown(tag, text, reason):
    elf = Elf(type=DYN)
    elf.dynamic([(tag, 1)] * 60_000, b"\0" + text + b"\0")
    elf.load_all()
    start = time.process_time()
    _, native = read(elf.build())
    assert time.process_time() - start < 2
    found = native.needed if tag == 1 else native.rpath
    assert isinstance(found, Unknown)
    assert reason in found.reason


def test_note_segments_that_overlap_are_read_in_bounded_time():
    elf = Elf()
    elf.head_size = 0x40000
    empty = struct.pack("<3I4s", 4, 0, 3, b"GNU\0")
    at = elf.add(empty * 0x10000)
    for number in range(4000):
        elf.program(PT_NOTE, at + number * len(empty), 0x80000, align=4)
    elf.load_all()
    start = time.process_time()
    _, native = read(elf.build())
    assert time.process_time() - start < 2
    assert {(note.owner, note.type, note.desc) for note in native.notes} == {("GNU", 3, b"")}
