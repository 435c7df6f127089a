"""What only WebAssembly has: a record without a blob, tables in linear memory, a build ID in a custom section."""

import struct

import pytest

import formats
from formats import Unknown, Window
from formats.image import Image, WasmNative
from inspector.facts.buildinfo import BuildInfo
from inspector.facts.functab import FunctionTable, find_table
from inspector.facts.goversion import observed_version
from inspector.facts.survey import survey
from inspector.facts.wasm import imported_functions, wasm_facts, wasm_record
from inspector.model import Evidence
from tests.build.gotables import END, MAGICS, START, framed, inline_blob, moduledata, pclntab
from tests.build.wasm import GoWasm, custom, exported, function, module, name, producers, section, vector
from tests.facts.wholefile import LINKED, digests_of, finish, ids_of, raw_id
from tests.facts.wholefile import program as elf_program

TEXT = "path\texample.com/app\nmod\texample.com/app\tv1.2.3\t\nbuild\tGOOS=js\n"
FUNCTIONS = ["runtime.main", "main.main", "time.LoadLocation"]
FILES = ["/usr/local/go/src/runtime/proc.go", "/usr/local/go/src/runtime/rt0_js_wasm.s", "/home/me/app/main.go"]
GO = producers(language={"Go": "go1.27.3"}, processed_by={"Go cmd/compile": "go1.27.3"})
IDS = ["go:buildid", "go.buildid"]  # since Go 1.20, and before


def image_of(data: bytes) -> Image:
    (image,) = formats.read(Window.of_bytes(data))
    assert isinstance(image, Image)
    return image


def record_of(go: GoWasm) -> BuildInfo | Unknown:
    image = image_of(go.build())
    assert isinstance(image.native, WasmNative)
    return wasm_record(image, image.native, find_table(image))


def program(layout: str = "1.20") -> GoWasm:
    """A program with a function table, and no record yet."""
    go = GoWasm(sections=[GO])
    go.add(b"data before the table")
    table = go.add(pclntab(layout, FUNCTIONS, FILES, go))
    go.add(moduledata(layout, table, go))
    return go


# --- the record ------------------------------------------------------------------------------------------


def test_the_module_text_is_what_a_go_string_in_memory_holds():
    go = program()
    at = go.string(framed(TEXT))
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert found.recorded.go_version == "go1.27.3"
    assert found.recorded.path == "example.com/app"
    assert found.recorded.main is not None
    assert found.recorded.main.version == "v1.2.3"
    assert found.recorded.settings == {"GOOS": "js"}
    assert found.offset == go.base + at
    assert image_of(go.build()).place(found.offset) == go.build().index(START)


@pytest.mark.parametrize(
    "leave",
    [
        lambda go: go.add(framed(TEXT)),  # no string: a program that carries another's file
        lambda go: go.string(b" " + framed(TEXT)),  # inside another string
        lambda go: go.string(framed(TEXT) + b" "),
        lambda go: go.string(framed(TEXT)[:-1]),
        lambda go: go.string(START + TEXT.encode()),
        lambda go: go.string(START + END),
        lambda go: (go.string(START), go.string(END)),  # as the go command itself has them
        lambda go: go.add(inline_blob("go1.27.3", framed(TEXT))),  # the blob of another format
        lambda go: go.add(b"four" + struct.pack("<QQ", go.base + go.add(framed(TEXT)), len(framed(TEXT)))),  # unaligned
    ],
)
def test_what_is_not_runtime_modinfo_is_no_record(leave):
    go = program()
    leave(go)
    assert record_of(go) == Unknown("no build info")


def test_two_texts_that_are_strings_both_are_not_guessed_between():
    go = program()
    go.string(framed(TEXT))
    go.string(framed(TEXT.replace("app", "other")))
    found = record_of(go)
    assert isinstance(found, Unknown)
    assert "2 module texts" in found.reason


def test_the_text_of_another_program_beside_ones_own_is_passed_over():
    go = program()
    go.add(framed(TEXT.replace("app", "carried")))
    go.string(framed(TEXT))
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert found.recorded.path == "example.com/app"


@pytest.mark.parametrize("runtime", ["go1.27.3-X:jsonv2", "go1.27.3 X:nocoverageredesign"])
def test_the_runtime_s_version_completes_the_recorded_one(runtime):
    go = program()
    go.string(framed(TEXT))
    go.string(runtime.encode())
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert found.recorded.go_version == runtime


def test_another_version_in_the_runtime_leaves_the_recorded_one():
    go = program()
    go.string(framed(TEXT))
    go.string(b"go1.26.1")
    image = image_of(go.build())
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert found.recorded.go_version == "go1.27.3"
    assert observed_version(image, find_table(image), found)[0] == "go1.26.1"


def test_where_the_producers_are_stripped_the_runtime_tells():
    go = program()
    go.sections = []
    go.string(framed(TEXT))
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert isinstance(found.recorded.go_version, Unknown)
    assert found.recorded.path == "example.com/app"
    go.string(b"go1.27.3")
    found = record_of(go)
    assert isinstance(found, BuildInfo)
    assert found.recorded.go_version == "go1.27.3"


# --- tables ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", sorted(MAGICS))
def test_every_layout_is_found_in_memory(layout):
    go = program(layout)
    data = go.build()
    image = image_of(data)
    table = find_table(image)
    assert isinstance(table, FunctionTable)
    assert table.files == tuple(FILES)
    assert table.links("time.LoadLocation")
    assert image.place(table.file_offset(FILES[2])) == data.index(FILES[2].encode())


def test_the_table_of_a_carried_program_is_not_taken():
    inner, outer = program(), GoWasm()
    outer.add(b"at another address than the carried program expects")
    outer.add(bytes(inner.memory))
    assert isinstance(find_table(image_of(outer.build())), Unknown)
    assert isinstance(find_table(image_of(inner.build())), FunctionTable)


def test_a_custom_section_named_like_elfs_is_none():
    go = GoWasm(sections=[custom(".gopclntab", pclntab("1.20", FUNCTIONS, FILES, GoWasm()))])
    go.add(b"data")
    assert isinstance(find_table(image_of(go.build())), Unknown)


# --- the build ID ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", IDS)
def test_the_build_id_is_a_custom_section(title):
    data = module(custom(title, raw_id(LINKED)), section(7, vector([exported("run")])))
    ids = ids_of(data)
    assert ids.go == LINKED
    assert ids.go_offset == data.index(LINKED.encode())
    assert ids.proofs["build_id"] == (Evidence("Go build ID", LINKED, ids.go_offset),)
    assert ids.host is None


def test_the_same_text_elsewhere_is_data():
    data = module(custom("note", raw_id(LINKED)), section(7, vector([exported(raw_id(LINKED).decode("latin-1"))])))
    assert ids_of(data).go is None


@pytest.mark.parametrize("title", IDS)
def test_the_self_hash_covers_the_whole_file(title):
    go = program()
    go.sections = [custom(title, raw_id(LINKED)), GO]
    data = finish(go.build())
    assert digests_of(data).images[0].pristine == "pristine"
    changed = data.replace(b"main.main", b"main.niam")
    assert digests_of(changed).images[0].pristine == "modified"


# --- what is Go, and facts for people --------------------------------------------------------------------


def test_marks_of_go_make_no_go_program():
    """A build ID, the framed text as data, the blob and a version, without a table that is pointed to."""
    go = GoWasm(sections=[GO])
    go.add(inline_blob("go1.27.3", framed(TEXT)))
    go.add(pclntab("1.20", FUNCTIONS, FILES, go))
    go.string(b"go1.27.3")
    assert not survey(image_of(go.build())).is_go
    assert survey(image_of(program().build())).is_go


def test_modules_are_named_once_and_functions_each_with_its_place():
    rows = [
        function("gojs", "runtime.wasmExit"),
        function("gojs", "debug"),
        name("env") + name("memory") + b"\2\0\1",
        function("env", "now"),
    ]
    image = image_of(GoWasm(imports=rows, sections=[GO]).build())
    assert isinstance(image.native, WasmNative)
    facts = wasm_facts(image.native)
    assert facts.imports == ("gojs", "env")
    assert facts.producers["language"] == {"Go": "go1.27.3"}
    found = imported_functions(image)
    assert [(e.label, e.value) for e in found] == [("gojs", "runtime.wasmExit"), ("gojs", "debug"), ("env", "now")]
    assert image.window.read(found[2].offset or 0, 8) == b"\3env\3now"


def test_other_formats_import_no_such_functions():
    (image,) = formats.read(Window.of_bytes(elf_program().build()))
    assert imported_functions(image) == ()
