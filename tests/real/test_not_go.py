"""Programs of other languages, whatever they hold of Go's: never taken for Go, never for packed or scrambled."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import lief
import msgspec
import pytest

from inspector.batch import inspect_paths
from inspector.model import SkipKind
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.hostile import RECORD, carrying, compiled, main, marks, section_of
from tests.real.indexes import member, npm
from tests.real.inspected import is_not_go
from tests.samples import Samples

ZIG = ["x86_64-linux-musl", "aarch64-macos", "x86_64-windows-gnu", "wasm32-freestanding"]


@pytest.mark.parametrize("target", ZIG)
def test_marks_as_data_make_no_go_program(target: str, tmp_path: Path):
    path = compiled(marks(), tmp_path, target)
    assert b"\xff Go buildinf:" in path.read_bytes()
    assert is_not_go(path)


@pytest.mark.parametrize("target", ZIG[:3])
def test_the_table_of_another_program_makes_none(target: str, samples: Samples, tmp_path: Path):
    table = section_of(samples["hello-linux-amd64-go1.27"].path, ".gopclntab")
    path = compiled(carrying(table), tmp_path, target)
    assert table in path.read_bytes()
    assert is_not_go(path)


@pytest.mark.parametrize(
    ("target", "section"),
    [("x86_64-linux-musl", ".go.buildinfo"), ("aarch64-macos", "__DATA,__go_buildinfo")],
)
def test_a_record_in_gos_own_section_makes_none_without_a_table(target: str, section: str, tmp_path: Path):
    """`go version` believes the section; there is no program behind it."""
    path = compiled(carrying(RECORD, section), tmp_path, target)
    binary = lief.parse(io.BytesIO(path.read_bytes()))
    assert bytes(binary.get_section(section.rpartition(",")[2]).content).startswith(b"\xff Go buildinf:")
    assert is_not_go(path)


@pytest.mark.wide
@pytest.mark.parametrize("flags", ["pie", "static"])
def test_a_whole_go_program_inside_makes_none(flags: str, samples: Samples, tmp_path: Path):
    """As with #embed; gcc takes it through the assembler."""
    carried = samples["hello-linux-amd64-go1.27"].path
    assembly = f'__asm__(".data\\n.balign 4096\\n.globl carried\\ncarried: .incbin \\"{carried}\\"\\n.previous\\n");\n'
    source = assembly + "extern char carried[];\n" + main("carried")
    code = tmp_path / "main.c"
    code.write_text(source, encoding="utf-8")
    path = tmp_path / "app"
    subprocess.run(["gcc", f"-{flags}", "-o", path, code], check=True, capture_output=True)
    assert carried.read_bytes() in path.read_bytes()
    assert is_not_go(path)


@pytest.mark.wide
@pytest.mark.parametrize("source", [marks(), carrying(RECORD, ".go.buildinfo")], ids=["marks", "section"])
def test_what_gcc_builds(source: str, tmp_path: Path):
    assert is_not_go(compiled(source, tmp_path))


def test_a_build_id_note_makes_none(tmp_path: Path):
    note = b"\4\0\0\0\x53\0\0\0\4\0\0\0Go\0\0" + b"a" * 20 + b"/" + b"b" * 20 + b"/" + b"c" * 20 + b"/" + b"d" * 20
    body = ",".join(map(str, note + b"\0"))
    source = (
        '__attribute__((used, aligned(4), section(".note.go.buildid,\\"a\\",@note#"))) '
        f"unsigned char note[] = {{{body}}};\n" + main("note")
    )
    path = compiled(source, tmp_path, "x86_64-linux-musl")
    binary = lief.parse(io.BytesIO(path.read_bytes()))
    assert any(n.name.rstrip("\0") == "Go" for n in binary.notes)
    assert is_not_go(path)


def installed() -> list[Path]:
    """Programs of other languages that the tests' own environment has: C, C++ and Rust."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    extensions = [Path(module.__file__ or "") for module in (lief._lief, msgspec._core)]
    return [Path(sys.executable).resolve(), *extensions, *([Path(ruff)] if ruff else [])]


@pytest.mark.parametrize("path", installed(), ids=lambda path: path.name)
def test_programs_of_this_environment(path: Path):
    assert is_not_go(path)


PUBLISHED = {
    # .NET: managed assemblies, and the same compiled ahead of time
    "node-api-dotnet@0.9.27": [
        "net10.0/Microsoft.JavaScript.NodeApi.dll",
        "net472/System.Memory.dll",
        "linux-x64/Microsoft.JavaScript.NodeApi.node",
        "linux-arm64/Microsoft.JavaScript.NodeApi.node",
        "osx-x64/Microsoft.JavaScript.NodeApi.node",
        "osx-arm64/Microsoft.JavaScript.NodeApi.node",
        "win-x64/Microsoft.JavaScript.NodeApi.node",
        "win-arm64/Microsoft.JavaScript.NodeApi.node",
    ],
    # Rust for Windows
    "varlock@1.16.1": ["native-bins/win32-x64/varlock-local-encrypt.exe"],
}


@pytest.mark.wide
@pytest.mark.parametrize("package", PUBLISHED)
def test_published_programs(package: str, tmp_path: Path):
    for name in PUBLISHED[package]:
        path = tmp_path / Path(name).name
        path.write_bytes(member(npm(package), f"package/{name}")[0])
        assert is_not_go(path), name


@pytest.mark.wide
def test_swift_is_not_go_in_any_slice(tmp_path: Path):
    name = "package/native-bins/darwin/VarlockEnclave.app/Contents/MacOS/varlock-local-encrypt"
    path = tmp_path / "app"
    path.write_bytes(member(npm("varlock@1.16.1"), name)[0])
    assert b"libswiftCore" in path.read_bytes()
    report = inspect_paths([str(path)], Options(rules=select()))
    assert report.files == ()
    assert [(row.slice, row.kind) for row in report.skipped] == [
        ("arm64", SkipKind.NOT_GO),
        ("x86_64", SkipKind.NOT_GO),
    ]
