"""no-vcs."""

import pytest

from inspector.model import Evidence, Module, Severity, Status, Unknown
from inspector.rules import no_vcs as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}
COMMIT = {"vcs": "git", "vcs.revision": "0123456789abcdef0123456789abcdef01234567", "vcs.modified": "false"}
# As `go install example.com/app@v1.2.3` records it.
FETCHED = Module(path="example.com/app", version="v1.2.3", sum="h1:abc=", replace=None)


def test_a_commit_passes():
    outcome = outcome_of(rule, subject(go_build(settings=COMMIT, proofs=RECORD)))
    assert outcome.status is Status.PASS
    assert outcome.message == "built from commit 0123456789ab"
    assert [(e.label, e.offset) for e in outcome.evidence] == [("recorded vcs.revision", 0x9000)]


def test_a_fetched_module_passes_by_its_checksum():
    outcome = outcome_of(rule, subject(go_build(recorded={"main": FETCHED})))
    assert outcome.status is Status.PASS
    assert "example.com/app@v1.2.3" in outcome.message


# Each record as go1.27.3 writes it for that way of building.
@pytest.mark.parametrize(
    ("recorded", "settings", "reason"),
    [
        ({}, {}, "-buildvcs=false, or no repository or no git"),
        ({"path": "command-line-arguments", "main": None}, {}, "files were named on the command line"),
        ({"path": "example.com/app", "main": None}, {}, "outside of a module"),
        ({}, {"vcs": "git", "vcs.modified": "true"}, "the git repository had no commit yet"),
        ({"settings": {}}, {}, "the go command did not link this"),
    ],
)
def test_no_commit_is_a_note_with_the_likely_reason(recorded, settings, reason):
    outcome = outcome_of(rule, subject(go_build(recorded=recorded, settings=settings, proofs=RECORD)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert reason in outcome.message
    assert [(e.label, e.value, e.offset) for e in outcome.evidence] == [("recorded vcs.revision", "none", 0x9000)]


def test_before_go_1_18_there_was_no_commit_to_record():
    build = go_build(recorded={"settings": {}, "go_version": "go1.17.13"}, traits={"go_minor": 17})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_no_record_is_unknown():
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN


def test_a_record_without_settings_of_an_unknown_release_is_unknown():
    build = go_build(recorded={"settings": {}}, traits={"go_minor": Unknown("no version tells")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN
