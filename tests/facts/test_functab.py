"""Function tables of every layout, byte order and pointer size; embedded copies; hostile ones."""

import struct
import time

import pytest

import formats
from formats import Unknown, Window
from formats.image import Image
from inspector.facts.functab import FunctionTable, find_table
from tests.build.elf import PT_LOAD, Elf
from tests.build.gotables import MAGICS, moduledata, pclntab

FUNCTIONS = ["runtime.main", "main.main", "time.LoadLocation", "go.(*T[...]).x"]
FILES = ["/usr/local/go/src/runtime/proc.go", "/usr/local/go/src/runtime/rt0_linux_amd64.s", "/home/me/app/main.go"]


def image_of(data: bytes) -> Image:
    (image,) = formats.read(Window.of_bytes(data))
    assert isinstance(image, Image)
    return image


@pytest.mark.parametrize("layout", sorted(MAGICS))
@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
@pytest.mark.parametrize("named", [True, False], ids=["section", "pointer"])
def test_every_layout_gives_the_same_table(layout, bits, order, named):
    elf = Elf(bits=bits, order=order)
    raw = pclntab(layout, FUNCTIONS, FILES, elf)
    at = elf.add(raw)
    if named:
        elf.section(".gopclntab", 1, at, len(raw))
    else:
        elf.add(moduledata(layout, at, elf))
    elf.load_all()
    table = find_table(image_of(elf.build()))
    assert isinstance(table, FunctionTable)
    assert table.files == tuple(FILES)
    assert table.goroot == "/usr/local/go/src/"
    assert table.std == {"runtime/proc.go", "runtime/rt0_linux_amd64.s"}
    assert all(table.links(name) for name in FUNCTIONS)
    assert not table.links("time.LoadLoc")
    assert not table.links("LoadLocation")
    assert elf.build()[table.file_offset(FILES[2]) :].startswith(FILES[2].encode())


def test_an_embedded_programs_table_is_not_taken():
    elf = Elf()
    embedded = elf.add(pclntab("1.20", ["main.inner"], ["runtime/proc.go"], elf))
    own = elf.add(pclntab("1.18", ["main.outer"], ["runtime/proc.go"], elf))
    elf.add(moduledata("1.18", own, elf))
    elf.load_all()
    table = find_table(image_of(elf.build()))
    assert isinstance(table, FunctionTable)
    assert table.offset == own != embedded
    assert table.links("main.outer")


def test_two_tables_that_are_both_pointed_to_are_not_guessed_between():
    elf = Elf()
    places = [elf.add(pclntab("1.20", [name], ["runtime/proc.go"], elf)) for name in ("main.a", "main.b")]
    for at in places:
        elf.add(moduledata("1.20", at, elf))
    elf.load_all()
    found = find_table(image_of(elf.build()))
    assert isinstance(found, Unknown)
    assert "2 function tables" in found.reason


def test_a_pointer_in_read_only_data_proves_nothing():
    elf = Elf()
    at = elf.add(pclntab("1.20", FUNCTIONS, FILES, elf))
    elf.add(moduledata("1.20", at, elf))
    elf.load_all(flags=4)
    assert isinstance(find_table(image_of(elf.build())), Unknown)


@pytest.mark.parametrize("layout", ["1.16", "1.18", "1.20"])
def test_a_pointer_that_is_no_moduledatas_proves_nothing(layout):
    """A C program that looks for tables may hold a whole one and point to it, but not to its names beside."""
    elf = Elf()
    at = elf.add(pclntab(layout, FUNCTIONS, FILES, elf))
    names = at + 8 + 8 * (7 if layout == "1.16" else 8)
    elf.add(struct.pack("<4Q", elf.base + at, 0x1000, elf.base + names, 0x1000))
    elf.load_all()
    assert isinstance(find_table(image_of(elf.build())), Unknown)


def test_the_addend_of_a_relocation_is_a_pointer():
    elf = Elf(type=3)
    at = elf.add(pclntab("1.20", FUNCTIONS, FILES, elf))
    table, names = elf.base + at, elf.base + at + 72
    rela = elf.add(struct.pack("<6Q", elf.base + 0x900, 8, table, elf.base + 0x908, 8, names), 8)
    elf.dynamic([(7, elf.base + rela), (8, 48)])
    elf.program(PT_LOAD, 0, 0x100000, 4)
    data = elf.build()
    # The whole file is mapped read-only: nothing but the relocation points at the table.
    data = data.ljust(0x100000, b"\0")
    assert isinstance(find_table(image_of(data)), FunctionTable)


@pytest.mark.parametrize("word", range(8))
def test_a_header_with_an_absurd_word_is_no_table(word):
    elf = Elf()
    raw = bytearray(pclntab("1.20", FUNCTIONS, FILES, elf))
    struct.pack_into("<Q", raw, 8 + 8 * word, 1 << 62)
    at = elf.add(bytes(raw))
    elf.section(".gopclntab", 1, at, len(raw))
    elf.load_all()
    found = find_table(image_of(elf.build()))
    # Word 2 is the start of the text, which no reader needs; every other one would lead astray.
    assert isinstance(found, FunctionTable if word == 2 else Unknown)


def test_a_file_of_nothing_but_look_alikes_ends_soon():
    elf = Elf()
    header = struct.pack("<I4B", 0xFFFFFFF1, 0, 0, 1, 8)
    elf.add(header * 100_000)
    elf.load_all()
    assert isinstance(find_table(image_of(elf.build())), Unknown)


def test_the_standard_librarys_assembly_may_stand_under_another_prefix():
    """As in bazelisk 1.3.0, which rules_go built with Go 1.13."""
    elf = Elf()
    names = ["GOROOT/src/runtime/proc.go", "src/runtime/asm_amd64.s", "src/runtime/rt0_linux_amd64.s", "src/app/x.go"]
    raw = pclntab("1.2", FUNCTIONS, names, elf)
    elf.section(".gopclntab", 1, elf.add(raw), len(raw))
    table = find_table(image_of(elf.build()))
    assert table.goroot == "GOROOT/src/"
    assert {"runtime/proc.go", "runtime/asm_amd64.s", "runtime/rt0_linux_amd64.s"} <= table.std
    at = table.std_offset("runtime/rt0_linux_amd64.s")
    assert elf.build()[at:].startswith(b"src/runtime/rt0_linux_amd64.s\0")


def test_the_fullest_of_very_many_runtimes_is_gos():
    others = [f"/home/me/{number}/runtime/proc.go" for number in range(100_000)]
    files = (*others, "/srv/runtime/go/src/runtime/proc.go", "/srv/runtime/go/src/runtime/rt0_linux_amd64.s")
    start = time.process_time()
    table = FunctionTable(0, "1.20", b"", files, (0, b""))
    assert table.goroot == "/srv/runtime/go/src/"
    assert table.std == {"runtime/proc.go", "runtime/rt0_linux_amd64.s"}
    assert time.process_time() - start < 2
