"""Facts of a C archive's object, built byte by byte in each format, and what its rules make of them."""

import pytest

from formats import Window
from inspector.intent import Plan
from inspector.model import NOT_LINKED, Declared, Intent, Recorded, Skipped, Unknown
from inspector.pipeline import Options, inspect_artifact
from inspector.rules import select
from inspector.sources import Artifact, Place
from tests.build.objects import BUILD_ID, archive, coff_object, elf_object, macho_object, member

ELF, MACHO, COFF = elf_object(), macho_object(), coff_object()
C_OBJECT = member("000000.o/", b"an object of C")


def inspected(data: bytes, intent: Intent | None = None):
    artifact = Artifact(place=Place("lib.a", True, "lib.a", ()), window=Window.of_bytes(data), mode=0o644)
    met = list(inspect_artifact(artifact, Options(plan=Plan(declared=intent or Intent()), rules=select())))
    skipped = [row for row in met if isinstance(row, Skipped)]
    return next((file for file in met if not isinstance(file, Skipped)), None), skipped


def report(data: bytes, intent: Intent | None = None):
    file, skipped = inspected(data, intent)
    assert file is not None, skipped
    (found,) = file.images
    return found


@pytest.mark.parametrize(
    ("data", "goos", "goarch"),
    [
        (ELF, "linux", "amd64"),
        (MACHO, "darwin", "arm64"),
        (macho_object(platform=2), "ios", "arm64"),
        (COFF, "windows", "amd64"),
        (elf_object(symbols=False), "linux", "amd64"),
        (elf_object(named=False), "linux", "amd64"),
    ],
    ids=["elf", "macho", "ios", "coff", "elf without symbols", "elf without its sections' names"],
)
def test_port_and_build_mode(data, goos, goarch):
    build = report(archive(member("go.o/", data), C_OBJECT)).build
    assert (build.observed.goos, build.observed.goarch) == (goos, goarch)
    assert (build.observed.buildmode, build.observed.cgo) == ("c-archive", True)


@pytest.mark.parametrize("data", [ELF, MACHO, COFF], ids=["elf", "macho", "coff"])
def test_version_record_and_build_id(data):
    build = report(archive(member("go.o/", data), C_OBJECT)).build
    assert build.observed.go_version == "go1.27.3"
    assert isinstance(build.recorded, Recorded)
    assert (build.recorded.path, build.recorded.settings) == ("example.com/lib", {"-buildmode": "c-archive"})
    assert build.observed.build_id == BUILD_ID
    assert build.observed.pristine == "modified"  # an ID made up


def test_without_symbols_no_pointer_proves_the_version():
    build = report(archive(member("go.o/", elf_object(symbols=False)))).build
    assert build.observed.go_version == Unknown("go1.20 or later")
    assert build.traits.go_minor == 27


@pytest.mark.parametrize("data", [ELF, MACHO, COFF], ids=["elf", "macho", "coff"])
def test_what_the_link_decides_is_not_said(data):
    observed = report(archive(member("go.o/", data))).build.observed
    for fact in ("link_mode", "linkage", "interpreter", "needed", "rpath", "libc", "glibc_floor"):
        assert getattr(observed, fact) == NOT_LINKED, fact


def test_rules_that_need_a_linked_file_do_not_apply():
    intent = Intent(static=Declared(value=True, source="option --static"))
    outcomes = {o.rule: o for o in report(archive(member("go.o/", ELF)), intent).outcomes}
    for rule in ("dynamic-not-static", "libc-needed", "odd-interpreter", "insecure-rpath", "executable-stack"):
        assert outcomes[rule].status == "not-applicable", rule
        assert outcomes[rule].reason == "an archive of objects is not linked"
    assert outcomes["odd-extension"].status == "not-applicable"
    assert outcomes["mode-not-executable"].status == "not-applicable"


def test_another_build_mode_is_wrong():
    for mode, status in (("c-archive", "pass"), ("c-shared", "fail")):
        intent = Intent(buildmode=Declared(value=mode, source="option --buildmode"))
        outcomes = {o.rule: o.status for o in report(archive(member("go.o/", ELF)), intent).outcomes}
        assert outcomes["wrong-buildmode"] == status


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (archive(C_OBJECT), "not-executable", "none of them Go's own"),
        (archive(member("go.o/", coff_object(go=False))), "not-go", "but not Go"),
    ],
)
def test_archives_without_go_are_told(data, kind, words):
    file, (row,) = inspected(data)
    assert file is None
    assert isinstance(row, Skipped)
    assert row.kind == kind
    assert words in row.reason
