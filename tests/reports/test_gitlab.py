"""GitLab's code quality report holds what GitLab asks for, and knows a finding again."""

import json
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from inspector.batch import inspect_paths
from inspector.model import Severity, SkipKind, Threshold
from inspector.pipeline import Options
from inspector.reports.gitlab import render
from inspector.rules import select
from tests.reports import made
from tests.reports.gates import CUT, GATES, MISSING, REPORTS, UNDECIDED, WAIVED, one
from tests.reports.test_hostile import poisoned

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "gitlab" / "code-quality.json").read_bytes())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
written = partial(made.written, render)


def entries(report):
    found = json.loads(written(report))
    VALIDATOR.validate(found)
    return found


def entry_of(outcome, **threshold):
    """The one entry of a report with one outcome."""
    (entry,) = entries(replace(one(outcome), threshold=Threshold(**threshold)))
    return entry


def test_the_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert not VALIDATOR.is_valid([{"description": "d", "fingerprint": "f", "severity": "info", "location": {}}])


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("change", [lambda report: report, poisoned], ids=["as it is", "hostile"])
def test_the_document_is_valid_and_every_entry_of_its_own(name, change):
    found = entries(change(REPORTS[name]))
    prints = [entry["fingerprint"] for entry in found]
    assert len(set(prints)) == len(prints)  # GitLab shows entries with one fingerprint as one
    assert all(entry["location"]["lines"] == {"begin": 1} for entry in found)
    assert all(entry["description"].isprintable() for entry in found)


def test_an_entry_is_what_gitlab_documents():
    entry = entry_of(made.WRONG)
    fingerprint = entry.pop("fingerprint")
    assert len(fingerprint) == 66
    assert entry == {
        "description": "wrong-goarch: built for amd64, but 386 was meant (file name). Fix: GOARCH=386 go build ... "
        "Evidence: COFF machine: 0x8664 (amd64) at 0x84; recorded GOARCH: amd64 at 0x1c4010.",
        "check_name": "wrong-goarch",
        "severity": "critical",
        "location": {"path": "app", "lines": {"begin": 1}},
    }


def test_what_refuses_a_release_undecided_is_critical_whatever_its_rule():
    undecided = replace(made.UNREAD, bound=True)
    assert undecided.severity is Severity.NOTE
    assert entry_of(undecided, strict=True)["severity"] == "critical"
    assert entry_of(replace(made.CRASH, severity=Severity.NOTE))["severity"] == "critical"


def test_the_committed_release_has_its_planted_defects(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2] / "samples")
    found = entries(inspect_paths(["release"], Options(rules=select())))
    serious = {(entry["location"]["path"], entry["check_name"]) for entry in found if entry["severity"] != "info"}
    # By samples/README.md's own list of them.
    assert serious == {
        ("release/demo_1.2.3_linux_arm64.tar.gz", "wrong-goarch"),
        ("release/demo_1.2.3_darwin_arm64.tar.gz", "macho-signature-broken"),
        ("release/demo_1.2.3_linux_386.tar.gz", "mode-not-executable"),
        ("release/demo_1.2.3_windows_amd64.zip", "pe-reloc-missing"),
    }


def test_severities_are_gitlabs_words():
    shown = [entry_of(outcome)["severity"] for outcome in (made.WRONG, made.ZONES, made.NOTE)]
    assert shown == ["critical", "major", "info"]


@pytest.mark.parametrize("name", GATES)
def test_what_failed_and_what_refuses_is_there_and_nothing_else(name):
    report, refused, _ = GATES[name]
    images = [(file, image) for file in report.files for image in file.images]
    wanted = [
        (outcome.rule, file.path)
        for file, image in images
        for outcome in image.outcomes
        if outcome.counts or (file.path, outcome.rule) in refused
    ]
    wanted += [(outcome.rule, "dist") for outcome in report.release]
    wanted += [(row.kind, row.path) for row in report.skipped if row.matters]
    assert [(entry["check_name"], entry["location"]["path"]) for entry in entries(report)] == wanted


def test_what_was_let_through_or_does_not_count_is_absent():
    assert entries(one(WAIVED, made.PASSED, made.ABSENT, made.UNREAD, UNDECIDED)) == []
    assert entries(made.report()) == []
    assert entry_of(UNDECIDED, strict=True)["check_name"] == "wrong-cgo"


def test_what_was_not_inspected_is_told():
    unnamed = made.skip("dist/README", SkipKind.NOT_EXECUTABLE, "not an executable")
    (entry,) = entries(made.report(skipped=[CUT, unnamed]))
    assert (entry["check_name"], entry["severity"]) == ("truncated", "critical")
    assert entry["description"] == "truncated: the archive ends inside a member."
    assert entry["location"]["path"] == "dist/cut.tar.gz"


def test_a_path_is_relative_as_gitlab_links_it():
    (entry,) = entries(made.report(made.file("./dist//a b%/app", made.image(None, made.NOTE))))
    assert entry["location"]["path"] == "dist/a b%/app"


def test_a_release_is_about_its_directory():
    (entry,) = entries(replace(made.report(made.file("dist/app", made.image())), release=(MISSING,)))
    assert entry["location"]["path"] == "dist"
    assert entry["description"].startswith("missing-target: linux/arm64: policy p.toml:targets[1]. ")


def test_a_fingerprint_outlives_what_a_rebuild_changes():
    softer = replace(made.WRONG, severity=Severity.NOTE, message="other words", evidence=(), fix=None)
    assert entry_of(softer)["fingerprint"] == entry_of(made.WRONG)["fingerprint"]
    assert entry_of(made.ZONES)["fingerprint"] != entry_of(made.WRONG)["fingerprint"]


def test_a_hostile_name_stays_a_string():
    name = "dist/</script>\n\x1b]0;t\x07\u202e\udcff{0}](x)"
    text = written(made.report(made.file(name, made.image(None, made.NOTE), members=(name,))))
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    (entry,) = json.loads(text)
    assert entry["location"]["path"] == name.replace("\udcff", "\\xff")
    assert entry["description"].startswith("dirty-tree: dist/</script>\\x0a\\x1b]0;t\\x07\\u202e\\xff{0}](x): ")
    text.encode("utf-8")
