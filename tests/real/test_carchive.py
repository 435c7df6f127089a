"""C archives that Go built: one artifact whose facts are those of its object, go.o."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from formats import Image, Window, read
from inspector.cli import main
from inspector.model import NOT_LINKED, GoBuild, ImageReport, Recorded
from tests.real.gorecord import FRAME
from tests.real.inspected import image_of, report_on
from tests.samples import Sample, Samples, specs

pytestmark = pytest.mark.wide

NAMES = [spec.name for spec in specs("wide") if "-buildmode=c-archive" in spec.flags]


@pytest.fixture(params=NAMES)
def archive(request: pytest.FixtureRequest, samples: Samples) -> Sample:
    """A sample that is a C archive."""
    return samples[request.param]


@pytest.fixture
def report(archive: Sample) -> ImageReport:
    return image_of(archive.path)


@pytest.fixture
def build(report: ImageReport) -> GoBuild:
    return report.build


def test_there_are_some():
    assert NAMES


def test_the_object_is_the_one_that_ar_takes_out(archive: Sample):
    expected = subprocess.run(["ar", "p", archive.path, "go.o"], capture_output=True, check=True).stdout
    (found,) = read(Window.of_bytes(archive.path.read_bytes()))
    assert isinstance(found, Image)
    assert found.window.read(0, found.window.size) == expected


def test_the_archive_is_one_artifact(archive: Sample):
    report = report_on(archive.path)
    assert report.members == ()
    assert report.sha256 == hashlib.sha256(archive.path.read_bytes()).hexdigest()
    assert len(report.images) == 1


def test_facts(archive: Sample, build: GoBuild):
    observed = build.observed
    assert (observed.goos, observed.goarch, observed.go_version) == (archive.goos, archive.goarch, f"go{archive.go}")
    assert (observed.buildmode, observed.cgo, observed.compiler) == ("c-archive", True, "gc")
    unlinked = (observed.linkage, observed.link_mode, observed.interpreter, observed.needed, observed.rpath)
    assert set(map(id, unlinked)) == {id(NOT_LINKED)}
    assert (observed.elf, observed.pe, observed.macho) == (None, None, None)


def test_the_record_is_the_text_between_its_sentinels(archive: Sample, build: GoBuild):
    start, end = (re.escape(half) for half in FRAME)
    texts = set(re.findall(start + b"(.*?)" + end, archive.path.read_bytes(), re.DOTALL))
    (text,) = texts
    settings = dict(line[6:].split("=", 1) for line in text.decode().splitlines() if line.startswith("build\t"))
    assert isinstance(build.recorded, Recorded)
    assert build.recorded.settings == {key: value.strip('"') for key, value in settings.items()}
    assert build.recorded.settings["-buildmode"] == "c-archive"


def test_the_build_id_holds_the_hash_of_the_whole_archive(archive: Sample, build: GoBuild):
    data, found = archive.path.read_bytes(), build.observed.build_id
    assert isinstance(found, str)
    digest = hashlib.sha256(data.replace(found.encode(), bytes(len(found)))).digest()
    assert found.endswith("/" + base64.urlsafe_b64encode(digest[:15]).decode())
    assert build.observed.pristine == "pristine"


def test_a_change_in_any_member_shows(archive: Sample, tmp_path: Path):
    data = bytearray(archive.path.read_bytes())
    data[-20] ^= 1  # in the last of the objects that cgo made
    changed = tmp_path / "changed.a"
    changed.write_bytes(data)
    assert image_of(changed).build.observed.pristine == "modified"
    outcome = next(o for o in image_of(changed).outcomes if o.rule == "modified-after-link")
    assert (outcome.status, outcome.severity) == ("fail", "note")
    assert "one of its objects was changed" in outcome.message


def test_evidence_counts_from_the_start_of_the_archive(archive: Sample, build: GoBuild):
    data = archive.path.read_bytes()
    (file,) = build.proof("goos")
    assert file.offset is not None
    assert data[file.offset :].split(b"\0", 1)[0].endswith(file.value.encode())
    (version,) = build.proof("go_version")
    assert version.offset is not None
    assert data[version.offset :].startswith(version.value.encode() + b"\0")
    (member,) = build.proof("buildmode")
    assert member.offset is not None
    assert data[member.offset - 60 : member.offset].startswith(b"go.o")


def test_no_outcome_is_worse_than_a_note(report: ImageReport):
    worse = [o for o in report.outcomes if o.status in {"unknown", "error"}]
    worse += [o for o in report.outcomes if o.status == "fail" and o.severity != "note"]
    assert not worse, worse


ABOUT_PROGRAMS = ("mode-not-executable", "odd-interpreter", "executable-stack", "odd-extension", "macho-no-uuid",
                  "macho-load-commands", "pe-reloc-missing", "identity-chain-broken")  # fmt: skip


def test_rules_about_programs_do_not_apply(report: ImageReport):
    statuses = {o.rule: o.status for o in report.outcomes if o.rule in ABOUT_PROGRAMS}
    assert statuses == dict.fromkeys(ABOUT_PROGRAMS, "not-applicable")


@pytest.mark.parametrize(("options", "code"), [(["c-archive"], 0), (["c-archive", "--static"], 0), (["exe"], 1)])
def test_a_declared_build_mode(archive: Sample, options: list[str], code: int, capsys: pytest.CaptureFixture[str]):
    assert main(["--buildmode", *options, str(archive.path)]) == code
    assert "C archive" in capsys.readouterr().out


@pytest.mark.parametrize("archive", [name for name in NAMES if name.endswith("-gcc-carchive")], indirect=True)
def test_a_c_program_made_of_it_has_the_archives_hash(archive: Sample, tmp_path: Path):
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    whole = ["-Wl,--whole-archive", archive.path, "-Wl,--no-whole-archive", "-lpthread"]
    subprocess.run(["gcc", "-o", "app", "main.c", *whole], cwd=tmp_path, check=True, capture_output=True)
    report = image_of(tmp_path / "app")
    observed = report.build.observed
    assert observed.build_id == image_of(archive.path).build.observed.build_id
    assert (observed.goos, observed.compiler, observed.buildmode) == ("linux", "gc", "pie")
    assert observed.pristine == "unverifiable"
    (outcome,) = [o for o in report.outcomes if o.rule == "modified-after-link"]
    assert outcome.status == "unknown"
    assert "Go archive" in outcome.message
