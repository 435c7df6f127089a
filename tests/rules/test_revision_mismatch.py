"""revision-mismatch."""

import pytest

from inspector.model import Declared, Evidence, Module, Severity, Status, Unknown
from inspector.rules import revision_mismatch as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "89abcdef0123456789abcdef0123456789abcdef"
RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}


def meant(revision: str) -> Declared[str]:
    return Declared(revision, "metadata.json")


def judged(revision: str, recorded: str | None = COMMIT, **changes: object):
    settings = {"vcs": None if recorded is None else "git", "vcs.revision": recorded}
    build = go_build(settings=settings, proofs=RECORD, **changes)
    return outcome_of(rule, subject(build, revision=meant(revision)))


@pytest.mark.parametrize("revision", [COMMIT, COMMIT.upper(), COMMIT[:12], COMMIT[:7], f" {COMMIT}\n"])
def test_the_commit_in_full_or_shortened_passes(revision):
    outcome = judged(revision)
    assert outcome.status is Status.PASS
    assert outcome.message == "built from commit 0123456789ab, as intended by metadata.json"


def test_a_shortened_record_passes():
    assert judged(COMMIT, COMMIT[:12]).status is Status.PASS


def test_another_commit_is_an_error_that_names_both():
    outcome = judged(OTHER)
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == "built from commit 0123456789ab, but 89abcdef0123 was meant (metadata.json)"
    assert [(e.label, e.value, e.offset) for e in outcome.evidence] == [("recorded vcs.revision", COMMIT, 0x9000)]
    assert outcome.fix == "git checkout 89abcdef0123, then build again"


def test_commits_that_differ_late_are_named_in_full():
    late = f"{COMMIT[:-1]}8"
    outcome = judged(late)
    assert outcome.status is Status.FAIL
    assert COMMIT in outcome.message
    assert late in outcome.message


@pytest.mark.parametrize("revision", ["012345", "0"])
def test_too_few_digits_are_unknown(revision):
    outcome = judged(revision)
    assert outcome.status is Status.UNKNOWN
    assert "too short" in outcome.message


@pytest.mark.parametrize("revision", ["012346", "none", "v1.2.3"])
def test_what_cannot_be_the_commit_fails(revision):
    assert judged(revision).status is Status.FAIL


def test_numbers_of_other_systems_are_compared_whole():
    assert judged("12345678", "12345678").status is Status.PASS
    assert judged("ann@example.com-20260102", "ann@example.com-20260102").status is Status.PASS
    assert judged("ann@example.com", "ann@example.com-20260102").status is Status.FAIL


def main(version: str, checksum: str | None = None):
    return {"main": Module(path="example.com/app", version=version, sum=checksum, replace=None)}


def test_a_pseudo_version_names_the_commit_where_no_setting_does():
    version = "v0.0.0-20260102150405-0123456789ab"
    build = go_build(recorded=main(version, "h1:abc="), proofs=RECORD)
    outcome = outcome_of(rule, subject(build, revision=meant(COMMIT)))
    assert outcome.status is Status.PASS
    assert [(e.label, e.value) for e in outcome.evidence] == [("recorded main module version", version)]
    assert outcome_of(rule, subject(build, revision=meant(OTHER))).status is Status.FAIL


@pytest.mark.parametrize(
    ("recorded", "traits", "reason"),
    [
        ({}, {}, "-buildvcs=false, or no repository or no git"),
        (main("v1.2.3", "h1:abc="), {}, "it was built from example.com/app@v1.2.3, as fetched"),
        ({"settings": {}}, {"go_minor": 17}, "Go before 1.18 records none"),
        ({"settings": {}}, {"go_minor": Unknown("no version")}, "the go command did not link this"),
    ],
)
def test_no_commit_is_unknown_with_the_reason(recorded, traits, reason):
    outcome = outcome_of(rule, subject(go_build(recorded=recorded, traits=traits), revision=meant(COMMIT)))
    assert outcome.status is Status.UNKNOWN
    assert reason in outcome.message


def test_no_record_is_unknown():
    build = go_build(recorded=Unknown("no build info"))
    assert outcome_of(rule, subject(build, revision=meant(COMMIT))).reason == "no build info"


def test_nothing_declared_is_not_applicable():
    assert outcome_of(rule, subject()).status is Status.NOT_APPLICABLE
