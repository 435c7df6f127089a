"""Published programs that Go 1.8 to 1.18 built: every older layout of the tables, and versions nobody recorded."""

from pathlib import Path

import lief
import pytest

import formats
from inspector.facts.functab import FunctionTable, find_table
from inspector.model import Unknown
from tests.real.edited import saved, without_section_headers
from tests.real.inspected import build_of
from tests.real.published import Published, load

pytestmark = pytest.mark.wide

UNRECORDED = 13  # Go 1.13 was the first to record anything


def minor(program: Published) -> int:
    return int((program.go or "go1.0").split(".")[1])


PROGRAMS = [
    p for p in load() if p.kind == "go" and 5 <= minor(p) <= 18 and len(p.ports) == 1 and "wasm" not in p.ports[0]
]
LAYOUTS = {**dict.fromkeys(range(2, 16), "1.2"), 16: "1.16", 17: "1.16", 18: "1.18"}

old = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.id)
elf = pytest.mark.parametrize(
    "program", [p for p in PROGRAMS if p.ports[0].split("/")[0] not in {"windows", "darwin"}], ids=lambda p: p.id
)


def version_by_symbol(path: Path) -> str | None:
    """What runtime.buildVersion holds, by the symbol table; None when the program was stripped of it."""
    binary = lief.parse(path)
    found = [s for s in binary.symbols if s.name in {"runtime.buildVersion", "_runtime.buildVersion"}]
    if not found:
        return None
    size = 4 if binary.abstract.header.is_32 else 8
    order = "big" if binary.abstract.header.endianness == lief.Header.ENDIANNESS.BIG else "little"
    at = found[0].value
    if isinstance(binary, lief.PE.Binary):  # a COFF symbol's value counts from its section
        at += binary.imagebase + binary.sections[found[0].section_idx - 1].virtual_address
    header = bytes(binary.get_content_from_virtual_address(at, 2 * size))
    address, length = int.from_bytes(header[:size], order), int.from_bytes(header[size:], order)
    return bytes(binary.get_content_from_virtual_address(address, length)).decode()


def test_every_layout_both_widths_and_both_byte_orders_are_there():
    assert {LAYOUTS[minor(p)] for p in PROGRAMS} == {"1.2", "1.16", "1.18"}
    assert {minor(p) for p in PROGRAMS} >= {8, 9, *range(12, 19)}
    before = {p.ports[0] for p in PROGRAMS if minor(p) < UNRECORDED}
    assert before >= {
        "linux/amd64",
        "linux/arm",
        "linux/386",
        "freebsd/386",
        "solaris/amd64",
        "darwin/386",
        "windows/386",
    }
    assert "linux/s390x" in {p.ports[0] for p in PROGRAMS if minor(p) == 17}


@old
def test_the_version_is_the_runtimes(program: Published):
    build = build_of(program.file)
    assert build.observed.go_version == program.go
    assert build.traits.go_minor == minor(program)
    assert version_by_symbol(program.file) in {program.go, None}
    assert (build.recorded == Unknown("no build info")) is (minor(program) < UNRECORDED)


def test_a_symbol_tells_the_version_of_most_programs_without_a_record():
    told = [p for p in PROGRAMS if minor(p) < UNRECORDED and version_by_symbol(p.file)]
    assert len(told) >= 9


@old
def test_the_function_table(program: Published):
    with program.file.open("rb") as file:
        (image,) = formats.read(formats.Window.of_file(file))
        table = find_table(image)
    assert isinstance(table, FunctionTable)
    assert table.layout == LAYOUTS[minor(program)]
    assert table.links("main.main")
    assert table.links("runtime.main")
    assert "runtime/proc.go" in table.std
    started = any(file.startswith("runtime/rt0_{}_".format(program.ports[0].split("/")[0])) for file in table.std)
    assert started or build_of(program.file).observed.link_mode == "external"


@old
def test_how_it_was_linked(program: Published):
    observed = build_of(program.file).observed
    assert observed.compiler == "gc"
    if observed.link_mode == "external":
        assert observed.cgo is True
        return
    since = 1 if program.ports[0] == "darwin/arm64" else {"windows": 15}.get(observed.goos, 99)
    assert observed.buildmode == ("pie" if minor(program) >= since else "exe")
    # openbsd's libc is called since 1.16; until then its system calls were made directly, as they still are elsewhere.
    direct = {"linux", "freebsd", "netbsd", *(("openbsd",) if minor(program) < 16 else ())}
    assert observed.linkage == ("static" if observed.goos in direct else "dynamic")
    # Until 1.9 the build ID held no hash of the program's bytes; Bazel's rules_go sets one of its own.
    bare = minor(program) < 10 or program.package.name.startswith("@bazel/")
    assert observed.pristine == ("unverifiable" if bare else "pristine")


@elf
def test_without_section_headers_the_same_is_known(program: Published, tmp_path: Path):
    whole = build_of(program.file)
    build = build_of(saved(tmp_path, "app", without_section_headers(program.file.read_bytes(), cut=True)))
    for fact in ("goos", "goarch", "go_version", "cgo", "link_mode", "buildmode", "linkage", "needed", "build_id"):
        assert getattr(build.observed, fact) == getattr(whole.observed, fact), fact
    assert build.recorded == whole.recorded
