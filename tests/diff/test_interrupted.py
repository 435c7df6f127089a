"""A side that is the report of an interrupted run: what it lacks is neither lost nor gained for certain."""

import json
import shutil

import jsonschema
import pytest
from msgspec.structs import replace

from inspector.diff.compare import compare
from inspector.diff.document import schema
from inspector.model import Severity, Status
from tests.cli.process import run
from tests.diff.sides import build, cut_off, file, outcome, read, written
from tests.diff.test_sides import read_text, report_text
from tests.reports import made

ARM, AMD = (build("linux", arch) for arch in ("arm64", "amd64"))
BAD = outcome("wrong-cgo")
PASSED = outcome("wrong-cgo", Status.PASS)
SAID = "part.json is of a run that was interrupted"


def partial(tmp_path, *files, skipped=()):
    report = replace(made.report(*files, skipped=skipped), interrupted=True)
    found = read_text(tmp_path / "part.json", report_text(report))
    assert found.interrupted
    return replace(found, name="part.json")


def test_what_was_not_reached_is_not_lost(tmp_path):
    whole = read("whole", file("d/a_amd64", AMD), file("d/a_arm64", ARM))
    found = compare(whole, partial(tmp_path, file("e/a_amd64", AMD)), Severity.ERROR)
    assert [(one.reason, one.worse) for one in found.lost] == [(SAID, False)]
    assert not found.worse
    assert f"\n{SAID} before everything was inspected\n\nnothing got worse in what both have\n" in written(found)
    assert written(found, "markdown").startswith("❌")


def test_what_was_not_reached_is_not_gained_with_its_findings(tmp_path):
    whole = read("whole", file("d/a_amd64", AMD), file("d/a_arm64", ARM, BAD))
    found = compare(partial(tmp_path, file("e/a_amd64", AMD, PASSED)), whole, Severity.ERROR)
    assert [(one.reason, one.worse) for one in found.gained] == [(SAID, False)]
    assert not found.worse


def test_what_was_reached_counts(tmp_path):
    whole = read("whole", file("d/a", AMD, PASSED), file("d/b", ARM))
    worse = compare(whole, partial(tmp_path, file("e/a", AMD, BAD)), Severity.ERROR)
    assert worse.worse
    assert "worse: 1 finding new or graver\n" in written(worse)
    unread = compare(whole, partial(tmp_path, file("e/a", AMD), skipped=[cut_off("e/b")]), Severity.ERROR)
    assert [one.worse for one in unread.lost] == [True]


def test_nothing_is_said_of_a_report_that_does_not_say_it(tmp_path):
    text = json.loads(report_text(made.release()))
    del text["interrupted"]
    assert not read_text(tmp_path / "early.json", json.dumps(text)).interrupted


@pytest.mark.usefixtures("bytecode")
@pytest.mark.parametrize("sides", [("whole.json", "part.json"), ("part.json", "whole.json"), ("part.json", "dist")])
def test_the_command_says_that_not_all_was_inspected(sides, tmp_path, samples):
    dist = tmp_path / "dist"
    dist.mkdir()
    for port in ("linux-amd64", "linux-arm64"):
        shutil.copy(samples[f"hello-{port}-go1.27"].path, dist / f"app-{port}")
    assert run("-f", "json=whole.json", "dist", cwd=tmp_path).returncode == 0
    text = json.loads((tmp_path / "whole.json").read_text())
    text["interrupted"] = True
    del text["files"][1]
    (tmp_path / "part.json").write_text(json.dumps(text))
    done = run("diff", "-f", "json", *sides, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert [found[side]["interrupted"] for side in ("old", "new")] == [name == "part.json" for name in sides]
    assert not found["summary"]["worse"]
    assert run("diff", "whole.json", "whole.json", cwd=tmp_path).returncode == 0


def test_an_interrupted_report_of_nothing(tmp_path):
    report = replace(made.report(), interrupted=True)
    (tmp_path / "part.json").write_text(report_text(report))
    done = run("diff", "part.json", "part.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing to compare in part.json, a report of an interrupted run" in done.stderr
