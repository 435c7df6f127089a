"""Rules of zones and build hygiene on real programs, and on real programs changed in one point."""

import shutil
import subprocess
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan, from_options
from inspector.model import Outcome, Severity, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.edited import flipped, saved, with_damaged_zone
from tests.samples import Sample, Samples

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.UNKNOWN
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

LINUX, WINDOWS, MACOS = "uses-linux-amd64-go1.27", "uses-windows-amd64-go1.27", "uses-darwin-arm64-go1.27"
ZONED = ["uses-linux-amd64-go1.27-timetzdata", "uses-windows-amd64-go1.27-timetzdata", "tz-linux-amd64-go1.27"]
CODE = 0x8000 + 100


def judged(path: Path, **meant: str) -> dict[str, Outcome]:
    """The outcomes on a file; whatever fails shows evidence that lies inside the file."""
    report = inspect_paths([str(path)], Options(plan=Plan(declared=from_options(**meant)), rules=select()))
    ((image,),) = (file.images for file in report.files)
    for outcome in image.outcomes:
        if outcome.status is FAIL:
            assert outcome.evidence, outcome.rule
            assert all(e.offset is None or e.offset < path.stat().st_size for e in outcome.evidence)
    return {outcome.rule: outcome for outcome in image.outcomes}


def verdict(outcome: Outcome) -> tuple[Status, Severity]:
    return outcome.status, outcome.severity


# --- zones -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (WINDOWS, (FAIL, WARNING)),
        (LINUX, (FAIL, NOTE)),
        ("uses-openbsd-amd64-go1.27", (FAIL, NOTE)),
        (MACOS, (NOT_APPLICABLE, WARNING)),
        ("hello-windows-amd64-go1.27", (PASS, WARNING)),
        ("hello-linux-amd64-go1.27", (PASS, WARNING)),
        *((name, (PASS, WARNING)) for name in ZONED),
    ],
)
def test_zones_are_missing_where_a_system_has_none(name: str, expected: tuple[Status, Severity], samples: Samples):
    outcomes = judged(samples[name].path)
    assert verdict(outcomes["tzdata-missing"]) == expected
    assert outcomes["tzdata-corrupt"].status is (PASS if name in ZONED else NOT_APPLICABLE)
    assert outcomes["tzdata-unwanted"].status is NOT_APPLICABLE


@pytest.mark.parametrize("name", [LINUX, MACOS, "hello-linux-amd64-go1.27"])
def test_zones_declared_and_missing_are_an_error(name: str, samples: Samples):
    outcome = judged(samples[name].path, tzdata="embedded")["tzdata-missing"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "--tzdata" in outcome.message


@pytest.mark.parametrize("name", ZONED)
def test_zones_declared_and_there_pass_and_undeclared_fail(name: str, samples: Samples):
    assert judged(samples[name].path, tzdata="embedded")["tzdata-missing"].status is PASS
    assert verdict(judged(samples[name].path, tzdata="absent")["tzdata-unwanted"]) == (FAIL, ERROR)


def test_no_zones_declared_and_none_there_pass(samples: Samples):
    outcomes = judged(samples[WINDOWS].path, tzdata="absent")
    assert outcomes["tzdata-unwanted"].status is PASS
    assert outcomes["tzdata-missing"].status is NOT_APPLICABLE


@pytest.mark.parametrize("name", ZONED)
def test_one_byte_of_a_zone_changed_is_corrupt(name: str, samples: Samples, tmp_path: Path):
    data = with_damaged_zone(samples[name].path.read_bytes())
    outcomes = judged(saved(tmp_path, samples[name].path.name, data))
    assert verdict(outcomes["tzdata-corrupt"]) == (FAIL, ERROR)
    assert "Asia/Tokyo" in outcomes["tzdata-corrupt"].message
    assert outcomes["tzdata-missing"].status is PASS


# --- where it was built ----------------------------------------------------------------------------------


def test_trimpath_and_nothing_else_hides_the_paths(sample: Sample):
    outcome = judged(sample.path)["path-leak"]
    if "-trimpath" in sample.flags:
        assert outcome.status is PASS
        return
    assert verdict(outcome) == (FAIL, NOTE)
    data = sample.path.read_bytes()
    assert "GOROOT" in {e.label for e in outcome.evidence}
    for evidence in outcome.evidence:
        first = evidence.value.partition(", ")[0].partition(" and ")[0]
        assert data[evidence.offset or 0 :].startswith(first.encode() + b"\0")


@pytest.mark.wide
@pytest.mark.parametrize("release", ["1.21", "1.27"])
def test_a_dirty_tree_and_a_clean_one(release: str, samples: Samples):
    clean = judged(samples[f"hello-linux-amd64-go{release}-vcs"].path)
    dirty = judged(samples[f"hello-linux-amd64-go{release}-dirty"].path)
    assert clean["dirty-tree"].status is PASS
    assert verdict(dirty["dirty-tree"]) == (FAIL, NOTE)
    # Both were built at a tag, which only Go 1.24 and later stamp.
    assert clean["devel-version"].status is dirty["devel-version"].status is (PASS if release == "1.27" else FAIL)


def test_a_build_outside_of_version_control_has_no_version(samples: Samples):
    outcomes = judged(samples[LINUX].path)
    assert outcomes["dirty-tree"].status is NOT_APPLICABLE
    assert verdict(outcomes["devel-version"]) == (FAIL, NOTE)
    (evidence,) = outcomes["devel-version"].evidence
    data = samples[LINUX].path.read_bytes()
    assert data[evidence.offset or 0 :].startswith(b"\xff Go buildinf:")


# --- what it is ------------------------------------------------------------------------------------------


def test_only_instrumented_builds_are_called_so(sample: Sample):
    flags = {"-race", "-cover", "-msan", "-asan"} & set(sample.flags)
    outcome = judged(sample.path)["instrumented-build"]
    assert outcome.status is (FAIL if flags else PASS)
    assert all(flag in outcome.message for flag in flags)


@pytest.mark.parametrize("name", [LINUX, WINDOWS, "uses-linux-s390x-go1.27", "hello-linux-amd64-go1.21"])
def test_one_byte_changed_after_linking_is_seen(name: str, samples: Samples, tmp_path: Path):
    path = samples[name].path
    assert judged(path)["modified-after-link"].status is PASS
    outcome = judged(saved(tmp_path, path.name, flipped(path.read_bytes(), CODE)))["modified-after-link"]
    assert verdict(outcome) == (FAIL, NOTE)
    assert "nothing tells" in outcome.message


def test_symbols_that_the_linker_left_out_are_no_sign_of_strip(samples: Samples, tmp_path: Path):
    data = flipped(samples["uses-linux-amd64-go1.27-stripped"].path.read_bytes(), CODE)
    assert "nothing tells" in judged(saved(tmp_path, "app", data))["modified-after-link"].message


def test_a_program_without_build_id_cannot_be_checked(samples: Samples):
    assert judged(samples["hello-linux-amd64-go1.27-nobuildid"].path)["modified-after-link"].status is UNKNOWN


@pytest.mark.wide
def test_strip_is_recognised(samples: Samples, tmp_path: Path):
    stripped = tmp_path / "app"
    subprocess.run(["strip", "-o", stripped, samples[LINUX].path], check=True)
    outcome = judged(stripped)["modified-after-link"]
    assert verdict(outcome) == (FAIL, NOTE)
    assert "stripped" in outcome.message


# --- how it is stored ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [LINUX, MACOS, "hello-freebsd-amd64-go1.27"])
@pytest.mark.parametrize(("mode", "expected"), [(0o755, PASS), (0o711, PASS), (0o644, FAIL), (0o400, FAIL)])
def test_a_program_needs_an_execute_bit(name: str, mode: int, expected: Status, samples: Samples, tmp_path: Path):
    path = saved(tmp_path, "app", samples[name].path.read_bytes(), mode)
    outcome = judged(path)["mode-not-executable"]
    assert outcome.status is expected
    assert outcome.severity is ERROR


def test_a_windows_program_needs_none(samples: Samples, tmp_path: Path):
    path = saved(tmp_path, "app.exe", samples[WINDOWS].path.read_bytes(), 0o644)
    assert judged(path)["mode-not-executable"].status is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("sample_name", "file_name", "expected"),
    [
        (WINDOWS, "app.exe", PASS),
        (WINDOWS, "APP.EXE", PASS),
        (WINDOWS, "app", FAIL),
        (WINDOWS, "app.dll", FAIL),
        (WINDOWS, "app.exe~", NOT_APPLICABLE),
        (LINUX, "app", PASS),
        (LINUX, "app.exe", FAIL),
        (MACOS, "app.EXE", FAIL),
    ],
)
def test_windows_goes_by_the_extension(
    sample_name: str, file_name: str, expected: Status, samples: Samples, tmp_path: Path
):
    path = tmp_path / file_name
    shutil.copy(samples[sample_name].path, path)
    outcome = judged(path)["odd-extension"]
    assert outcome.status is expected
    assert outcome.severity is WARNING


@pytest.mark.wide
def test_libraries_are_named_and_stored_as_libraries(samples: Samples, tmp_path: Path):
    dll = samples["cgo-windows-amd64-go1.27-mingw-cshared"].path
    assert judged(dll)["odd-extension"].status is PASS
    shutil.copy(dll, tmp_path / "app.exe")
    assert verdict(judged(tmp_path / "app.exe")["odd-extension"]) == (FAIL, WARNING)
