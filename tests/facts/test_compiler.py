"""Go programs of other compilers, byte by byte. Real ones are in tests/real/test_other_compilers.py."""

import struct

import pytest

import formats
from formats import Window
from formats.image import Image, Unknown
from inspector.facts import origin
from inspector.facts.compiler import other_compiler
from inspector.facts.survey import Survey, survey
from tests.build import pe, wasm
from tests.build.elf import DYN, EXEC, Elf
from tests.build.gotables import framed

EXPORT = b"v3;\npackage main\npkgpath main\n"
SETTINGS = "path\texample.com/m\nbuild\t-compiler=gccgo\nbuild\tGOOS=linux\n"
ID = "i0etblvDe2qOt_uIaO6G/u_m_k9nD5GzD0SpZlKEW/IVjy3Ppv137dfgOptLBS/uh3A4p9zK13cpsaOCCLO"


def image_of(data: bytes) -> Image:
    (image,) = formats.read(Window.of_bytes(data))
    assert isinstance(image, Image)
    return image


def gccgo(kind: int = EXEC, export: bytes = EXPORT) -> Elf:
    elf = Elf(type=kind)
    elf.section(".go_export", 1, elf.add(export), len(export), 0)
    return elf


def surveyed(elf: Elf) -> Survey:
    elf.load_all()
    return survey(image_of(elf.build()))


def test_what_packages_export_is_gccgos():
    found = surveyed(gccgo())
    assert found.is_go
    assert found.made_by[0] == "gccgo"
    assert [(proof.label, proof.value) for proof in found.made_by[1]] == [("section", ".go_export")]
    assert found.table == Unknown("compiled by gccgo, whose runtime has no function table")
    assert origin.link_mode(found)[0] == "external"
    assert origin.version(found)[0] == Unknown("unknown to gccgo")
    assert found.info == Unknown("no build info")


@pytest.mark.parametrize("export", [b"", b"v3;\npackage ", b"v3 package main\n", b"not an export\n"])
def test_a_section_of_that_name_alone_is_not(export: bytes):
    assert not surveyed(gccgo(export=export)).is_go


def test_objects_are_no_programs():
    assert not surveyed(gccgo(kind=1)).is_go


def needing(library: bytes) -> Elf:
    elf = Elf(type=DYN)
    elf.dynamic([(1, 1)], b"\0" + library + b"\0")
    return elf


def test_libgo_is_gccgos():
    found = surveyed(needing(b"libgo.so.21"))
    assert found.made_by[0] == "gccgo"
    assert [(proof.label, proof.value) for proof in found.made_by[1]] == [("needed", "libgo.so.21")]


@pytest.mark.parametrize("library", [b"libgo.so", b"libgomp.so.1", b"libgo.so.21.0.0.bak"])
def test_other_libraries_say_nothing(library: bytes):
    assert not surveyed(needing(library)).is_go


@pytest.mark.parametrize("system", [0, 1, 3])
def test_the_abi_tag_names_the_system(system: int):
    elf = gccgo()
    elf.note(b"GNU", 1, struct.pack("<4I", system, 3, 2, 0))
    found, proof = origin.goos(surveyed(elf))
    assert (found == "linux") is (system == 0)
    assert bool(proof) is (system == 0)


def test_the_go_commands_record_is_read():
    elf = gccgo()
    at = elf.add(framed(SETTINGS))
    info = surveyed(elf).info
    assert not isinstance(info, Unknown)
    assert info.offset == at
    assert info.recorded.path == "example.com/m"
    assert info.recorded.settings["GOOS"] == "linux"
    assert info.recorded.go_version == Unknown("gccgo records no Go version")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ((framed("path\tx\nbuild\t-compiler=gc\n"),), "no build info of gccgo's"),
        ((framed(SETTINGS)[:-16],), "no build info"),
        ((framed(SETTINGS), framed(SETTINGS + "mod\tx\n")), "2 texts of build info"),
    ],
)
def test_a_record_that_may_be_anothers_is_not(texts: tuple[bytes, ...], reason: str):
    elf = gccgo()
    for text in texts:
        elf.add(text)
    assert surveyed(elf).info == Unknown(reason)


def test_the_build_id_is_text_in_the_gnu_note():
    elf = gccgo()
    elf.note(b"GNU", 3, ID.encode())
    ids = surveyed(elf).ids
    assert ids.go == ID
    assert elf.build()[ids.go_offset :].startswith(ID.encode())


def test_a_gnu_build_id_is_not_gos():
    elf = gccgo()
    elf.note(b"GNU", 3, bytes(range(20)))
    assert surveyed(elf).ids.go is None


def test_tinygos_toolchain_in_elf():
    elf = Elf()
    comment = b"Linker: LLD 20.1.1 (https://github.com/tinygo-org/llvm-project 670759811adc)\0"
    elf.section(".comment", 1, elf.add(comment), len(comment), 0)
    found = surveyed(elf)
    assert found.made_by[0] == "tinygo"
    assert origin.version(found)[0] == Unknown("unknown to TinyGo")
    assert found.info == Unknown("TinyGo records no build info")


def test_another_clang_is_not_tinygos():
    elf = Elf()
    comment = b"Linker: LLD 20.1.1 (https://github.com/llvm/llvm-project 670759811adc)\0"
    elf.section(".comment", 1, elf.add(comment), len(comment), 0)
    assert not surveyed(elf).is_go


def module(*imports: tuple[str, str], producer: str | None = None) -> Survey:
    parts = [wasm.section(wasm.IMPORT, wasm.vector([wasm.function(*one) for one in imports]))] if imports else []
    if producer is not None:
        parts.append(wasm.producers(language={"C11": ""}, processed_by={"clang": "20.1.1", producer: "0.40.1"}))
    return survey(image_of(wasm.module(*parts)))


WASI = ("wasi_snapshot_preview1", "fd_write")


@pytest.mark.parametrize(
    ("imports", "goos"),
    [
        ((("gojs", "runtime.ticks"), WASI), "js"),
        ((WASI, ("gojs", "syscall/js.valueGet")), "js"),
        ((WASI,), "wasip1"),
        ((), Unknown("the module imports nothing that js or wasip1 offers")),
        ((("env", "log"),), Unknown("the module imports nothing that js or wasip1 offers")),
    ],
)
def test_tinygo_in_wasm(imports: tuple[tuple[str, str], ...], goos: str | Unknown):
    found = module(*imports, producer="TinyGo")
    assert found.made_by[0] == "tinygo"
    assert origin.goos(found)[0] == goos
    assert found.table == Unknown("compiled by TinyGo 0.40.1, whose runtime has no function table")


@pytest.mark.parametrize("host", ["gojs", "env"])
def test_tinygo_without_its_producers(host: str):
    found = module((host, "runtime.ticks"), WASI)
    assert found.made_by[0] == "tinygo"
    assert origin.goos(found)[0] == "js"


@pytest.mark.parametrize(
    "imports", [(), (WASI,), (("env", "ticks"),), (("gojs", "runtime.wasmExit"),), (("wbg", "runtime.ticks"),)]
)
def test_other_modules_are_not(imports: tuple[tuple[str, str], ...]):
    assert not module(*imports, producer="rustc").is_go


def test_no_other_format_has_such_programs():
    made = pe.Pe()
    made.add(".comment", b"(https://github.com/tinygo-org/llvm-project 1)")
    assert other_compiler(image_of(made.build())) is None
