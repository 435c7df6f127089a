"""Facts that only rules of needs use: watched functions, cgo stubs, glibc's name service, versions, alignment."""

import struct

import pytest

import formats
from formats import Window
from formats.image import Image, Unknown
from inspector.facts.cgostub import cgo_stubs
from inspector.facts.elf import load_alignment
from inspector.facts.functab import FunctionTable
from inspector.facts.glibc import floor_proof
from inspector.facts.linked import WATCHED, linked, linked_proofs
from inspector.facts.nss import static_nss
from tests.build.elf import DYN, PT_LOAD, Elf

NO_TABLE = Unknown("no function table")
STUB = "go-sqlite3 requires cgo to work. This is a stub"


def image_of(elf: Elf) -> Image:
    elf.load_all(flags=4)
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return image


def holding(*texts: bytes) -> Image:
    """An image with these bytes in its read-only data."""
    elf = Elf()
    for text in texts:
        elf.add(text)
    return image_of(elf)


def table(*functions: str, files: tuple[str, ...] = ()) -> FunctionTable:
    names = b"\0".join(name.encode() for name in functions) + b"\0"
    return FunctionTable(0x1000, "1.20", names, files, (0x1100, b"\0".join(f.encode() for f in files) + b"\0"))


# --- functions ---------------------------------------------------------------------------------------------


def test_only_watched_functions_are_found_and_each_with_its_place():
    image = holding(b"x")
    functions = table("os/exec.LookPath", "os/user.Current", "main.main", "os/user.CurrentX", "my/os/user.Lookup")
    found = linked(functions)
    assert found == {"os/exec.LookPath", "os/user.Current"}
    proofs = linked_proofs(image, functions, found)
    assert {name: [(e.value, e.offset) for e in proof] for name, proof in proofs.items()} == {
        "linked.os/exec.LookPath": [("os/exec.LookPath", 0x1000)],
        "linked.os/user.Current": [("os/user.Current", 0x1000)],
    }


def test_without_a_table_it_is_unknown():
    assert linked(NO_TABLE) == NO_TABLE
    assert linked_proofs(holding(b"x"), NO_TABLE, NO_TABLE) == {}


def test_none_is_watched_twice():
    assert len(WATCHED) == len(set(WATCHED))


# --- stubs of cgo packages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [
        "github.com/mattn/go-sqlite3@v1.14.22/static_mock.go",
        "/go/pkg/mod/github.com/mattn/go-sqlite3@v1.14.22/static_mock.go",
        "/src/vendor/github.com/mattn/go-sqlite3/static_mock.go",
    ],
)
def test_a_stub_is_its_file_and_its_text(file):
    image = holding(b"panic: Binary was compiled with 'CGO_ENABLED=0', " + STUB.encode() + b"main")
    found = cgo_stubs(image, table(files=("runtime/proc.go", file)))
    assert isinstance(found, tuple)
    listed, text = found
    shown = file[file.index("mattn/") :]
    assert (listed.value, listed.offset) == (shown, 0x1100 + len("runtime/proc.go") + 1 + file.index("mattn/"))
    assert text.value == "requires cgo to work. This is a stub"
    assert text.offset is not None
    assert image.window.read(text.offset, 15) == b"requires cgo to"


def test_neither_alone_is_a_stub():
    file = "github.com/mattn/go-sqlite3@v1.14.22/static_mock.go"
    assert cgo_stubs(holding(STUB.encode()), table(files=("main.go",))) == ()  # a scanner, a manual
    assert cgo_stubs(holding(b"x"), table(files=(file,))) == ()
    assert cgo_stubs(holding(STUB.encode()), table(files=("example.com/my_static_mock.go",))) == ()
    assert cgo_stubs(holding(STUB.encode()), NO_TABLE) == NO_TABLE


# --- glibc's name service in static programs -----------------------------------------------------------------

GLIBC_236 = b"\0libnss_files.so.2\0libnss_%s.so%s\0"
GLIBC_231 = b"\0.so\0libnss_\0"


@pytest.mark.parametrize("strings", [GLIBC_236, GLIBC_231])
@pytest.mark.parametrize(("resolver", "users"), [("cgo", None), (None, "cgo"), ("cgo", "cgo"), ("go", "cgo")])
@pytest.mark.parametrize("linkage", ["static", "static-pie"])
def test_a_lookup_in_c_and_glibc_s_string_are_the_switch(strings, resolver, users, linkage):
    image = holding(strings)
    found = static_nss(image, linkage, resolver, users)
    assert isinstance(found, tuple)
    (proof,) = found
    assert proof.offset is not None
    assert image.window.read(proof.offset - 1, len(proof.value) + 2) == b"\0" + proof.value.encode() + b"\0"


def test_glibc_s_start_files_are_evidence_too():
    elf = Elf()
    elf.add(GLIBC_236)
    elf.note(b"GNU", 1, struct.pack("<4I", 0, 3, 2, 0))
    found = static_nss(image_of(elf), "static", "cgo", None)
    assert isinstance(found, tuple)
    assert [proof.label for proof in found] == ["C string", "ELF note"]


@pytest.mark.parametrize(
    ("strings", "linkage", "resolver", "users"),
    [
        (GLIBC_236, "dynamic", "cgo", "cgo"),
        (GLIBC_236, "static", "go", "go"),
        (GLIBC_236, "static", None, None),
        (b"nsswitch.confinvalid", "static", "cgo", "cgo"),  # musl, and Go's own resolver
        (b"we look for libnss_%s.so%s in strings", "static", "cgo", "cgo"),  # a Go string has no NULs around it
    ],
)
def test_without_one_of_them_there_is_none(strings, linkage, resolver, users):
    assert static_nss(holding(strings), linkage, resolver, users) == ()


def test_an_unknown_fact_is_passed_on():
    assert static_nss(holding(GLIBC_236), "static", NO_TABLE, NO_TABLE) == NO_TABLE
    assert static_nss(holding(GLIBC_236), Unknown("cut"), "cgo", "cgo") == Unknown("cut")


# --- glibc versions --------------------------------------------------------------------------------------------


def versioned(*versions: str) -> Image:
    elf = Elf(type=DYN)
    strings = b"\0libc.so.6\0"
    names = []
    for version in versions:
        names.append(len(strings))
        strings += version.encode() + b"\0"
    raw = struct.pack("<HHIII", 1, len(versions), 1, 16, 0)
    for n, name in enumerate(names):
        raw += struct.pack("<IHHII", 0, 0, 2 + n, name, 16 if n + 1 < len(names) else 0)
    elf.dynamic([(1, 1), (0x6FFFFFFE, elf.base + elf.add(raw)), (0x6FFFFFFF, 1)], strings)
    return image_of(elf)


def test_the_floor_is_proved_by_the_version_that_decides_it():
    image = versioned("GLIBC_2.17", "GLIBC_2.34", "GLIBC_2.4", "GLIBCXX_3.4")
    (proof,) = floor_proof(image, "2.34")
    assert (proof.label, proof.value) == ("symbol version of libc.so.6", "GLIBC_2.34")
    assert proof.offset is not None
    assert image.window.string(proof.offset) == b"GLIBC_2.34"


def test_packed_relocations_prove_2_36():
    (proof,) = floor_proof(versioned("GLIBC_2.17", "GLIBC_ABI_DT_RELR"), "2.36")
    assert proof.value == "GLIBC_ABI_DT_RELR"


@pytest.mark.parametrize("floor", [None, Unknown("cut")])
def test_no_floor_needs_no_proof(floor):
    assert floor_proof(versioned("GLIBC_2.17"), floor) == ()


# --- alignment -------------------------------------------------------------------------------------------------


def test_the_least_aligned_segment_decides():
    elf = Elf()
    for align in (0x10000, 0x1000, 0x4000):
        elf.program(PT_LOAD, elf.add(b"data"), 4, align=align)
    (image,) = formats.read(Window.of_bytes(elf.build()))
    found = load_alignment(image)
    assert found is not None
    least, proof = found
    assert least == 0x1000
    assert proof.value == "aligned to 0x1000"
    assert proof.offset is not None
    # p_align is the last word of Elf64_Phdr, 48 bytes in
    assert image.window.integer(proof.offset + 48, 8, "little") == 0x1000


def test_what_loads_nothing_has_none():
    elf = Elf()
    elf.program(PT_LOAD, 0, 0, align=0x1000)
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert load_alignment(image) is None
