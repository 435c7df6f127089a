"""Programs that others built and published: every fact held to other readers, and not one finding that is not true.

`npm` and `pip` fetch them once into the samples' cache. See published.toml for what they are.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import lief
import pytest

from inspector.batch import inspect_paths
from inspector.cli import main
from inspector.model import FileReport, ImageReport, Report, SkipKind, Unknown
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.published import Published, load
from tests.real.test_oracle_go import as_go_prints
from tests.samples import Samples

pytestmark = pytest.mark.wide

NEWEST = "1.27.3"
PROGRAMS = load()


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    found = [pytest.param(published, id=published.id) for published in PROGRAMS if published.kind in kinds]
    return pytest.mark.parametrize("published", found)


def read(*paths: Path) -> Report:
    return inspect_paths([str(path) for path in paths], Options(rules=select()))


def report_on(published: Published) -> FileReport:
    report = read(published.file)
    assert not report.skipped, report.skipped
    (file,) = report.files
    return file


def image_of(published: Published) -> ImageReport:
    """The image of a file that has one."""
    (image,) = report_on(published).images
    return image


def test_the_list_is_as_wide_as_it_claims():
    programs = [published for published in PROGRAMS if published.kind == "go"]
    ports = {port for published in programs for port in published.ports}
    minors = {int(published.go.split(".")[1]) for published in programs if published.go}
    assert len(programs) >= 100
    assert len(ports) >= 25
    assert minors >= set(range(12, 28))
    assert {"android/386", "android/amd64", "android/arm", "ios/arm64", "ios/amd64", "aix/ppc64", "js/wasm"} <= ports
    assert {published.compiler for published in programs} == {"gc", "tinygo"}
    assert {published.kind for published in PROGRAMS} == {"go", "not-go", "packed"}
    assert len({published.sha256 for published in PROGRAMS}) == len(PROGRAMS)


@of_kind("go")
def test_target_release_and_compiler(published: Published):
    images = report_on(published).images
    assert tuple(f"{image.build.observed.goos}/{image.build.observed.goarch}" for image in images) == published.ports
    for image in images:
        observed = image.build.observed
        assert observed.compiler == published.compiler
        if published.go is None:
            assert isinstance(observed.go_version, Unknown)
        else:
            assert observed.go_version == published.go


@of_kind("go")
def test_the_record_is_what_the_go_command_reads(published: Published, samples: Samples):
    command = [samples.go(NEWEST), "version", "-m", published.file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    theirs = done.stdout.removeprefix(f"{published.file}: ")
    for image in report_on(published).images:
        recorded = image.build.recorded
        if theirs:
            assert not isinstance(recorded, Unknown)
            assert as_go_prints(recorded) == theirs
        elif not isinstance(recorded, Unknown):
            # The go command reads no wasm, no archive, and no XCOFF without symbols. The text is there word for word.
            data = published.file.read_bytes()
            assert recorded.go_version == published.go
            for key, value in recorded.settings.items():
                assert f"build\t{key}={value}".encode() in data or " " in value
            assert all(f"dep\t{dep.path}\t{dep.version}".encode() in data for dep in recorded.deps)


@of_kind("go")
def test_headers_are_what_lief_reads(published: Published):
    data = published.file.read_bytes()
    if published.ports[0] in {"js/wasm", "aix/ppc64"} or len(published.ports) > 1:
        return  # lief reads no wasm, no XCOFF, no archive
    observed = image_of(published).build.observed
    other = lief.parse(io.BytesIO(data))
    if isinstance(other, lief.PE.Binary):
        header = other.optional_header
        assert observed.needed == tuple(library.name for library in other.imports)
        assert (observed.pe.machine, observed.pe.checksum.stored) == (
            PE_MACHINES[other.header.machine],
            header.checksum,
        )
        assert (
            observed.pe.os_version == f"{header.major_operating_system_version}.{header.minor_operating_system_version}"
        )
        assert observed.pe.dynamic_base is header.has(lief.PE.OptionalHeader.DLL_CHARACTERISTICS.DYNAMIC_BASE)
        assert (observed.pe.signature != "absent") is other.has_signatures
    elif isinstance(other, lief.MachO.Binary):
        own = lief.MachO.LoadCommand.TYPE.ID_DYLIB  # a library's name for itself
        assert observed.macho.dylibs == tuple(lib.name for lib in other.libraries if lib.command != own)
        assert (observed.uuid is not None) is other.has_uuid
        assert (observed.macho.signature.kind != "none") is other.has_code_signature
        if other.has_build_version:
            assert observed.macho.min_os == ".".join(map(str, other.build_version.minos[:2]))
            assert observed.macho.sdk == ".".join(map(str, other.build_version.sdk[:2]))
    else:
        assert observed.interpreter == (other.interpreter if other.has_interpreter else None)
        assert observed.needed == tuple(other.libraries)
        dynamic = other.has_interpreter or bool(other.libraries)
        assert observed.linkage == ("dynamic" if dynamic else "static")


PE_MACHINES = {
    lief.PE.Header.MACHINE_TYPES.AMD64: "amd64",
    lief.PE.Header.MACHINE_TYPES.I386: "i386",
    lief.PE.Header.MACHINE_TYPES.ARM64: "arm64",
}


@of_kind("go")
def test_an_elf_programs_needs_are_what_readelf_reads(published: Published):
    if published.file.read_bytes()[:4] != b"\x7fELF":
        return
    observed = image_of(published).build.observed
    command = ["readelf", "--wide", "-l", "-d", "-V", published.file]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    interpreter = re.search(r"Requesting program interpreter: (.*)\]", text)
    assert observed.interpreter == (interpreter[1] if interpreter else None)
    assert observed.needed == tuple(re.findall(r"\(NEEDED\)\s+Shared library: \[(.*)\]", text))
    glibc = [tuple(map(int, found.split("."))) for found in re.findall(r"Name: GLIBC_(\d[\d.]*)\s", text)]
    assert observed.glibc_floor == (".".join(map(str, max(glibc))) if glibc else None)


@of_kind("go", "packed")
def test_every_error_and_warning_is_true(published: Published):
    for image in report_on(published).images:
        worse = {o.rule for o in image.outcomes if o.status == "fail" and o.severity != "note"}
        assert worse == set(published.findings)
        assert not [o for o in image.outcomes if o.status == "error"]


@of_kind("packed")
def test_nothing_is_told_of_what_a_packer_hides(published: Published):
    assert b"UPX!" in published.file.read_bytes()
    build = image_of(published).build
    assert "UPX" in (build.traits.packer or "")
    hidden = (build.recorded, build.observed.go_version, build.observed.cgo)
    assert all(isinstance(fact, Unknown) for fact in hidden)
    assert isinstance(build.observed.goos, Unknown) is (not published.path.endswith(".exe"))  # a PE file is for windows


@of_kind("not-go")
def test_other_languages_in_the_same_packages_are_not_go(published: Published):
    (row,) = read(published.file).skipped
    assert row.kind is SkipKind.NOT_GO


def test_all_of_them_at_once_in_one_json_report(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]):
    """The whole program over the whole list: no traceback, every file a row, as a release sweep would see them."""
    report = tmp_path / "report.json"
    code = main([*(str(published.file) for published in PROGRAMS), "--format", f"json={report}"])
    assert b"Traceback" not in capsysbinary.readouterr().err
    assert code == 1  # the packages' own errors: programs whose mode lets nobody execute them
    document = json.loads(report.read_bytes())
    assert len(document["files"]) == sum(published.kind != "not-go" for published in PROGRAMS)
    assert len(document["skipped"]) == sum(published.kind == "not-go" for published in PROGRAMS)
