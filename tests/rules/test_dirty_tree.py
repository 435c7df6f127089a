"""dirty-tree."""

import pytest

from inspector.model import Evidence, Module, Severity, Status, Unknown
from inspector.rules import dirty_tree as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

VCS = {"vcs": "git", "vcs.revision": "0123456789abcdef0123456789abcdef01234567"}


def main(version: str | None):
    return {"main": Module(path="example.com/app", version=version, sum=None, replace=None)}


def test_a_clean_tree_passes():
    assert status_of(rule, subject(go_build(settings={**VCS, "vcs.modified": "false"}))) is Status.PASS


def test_a_changed_tree_is_a_note_with_commit_and_place():
    record = Evidence("build info", "go1.27.3", 0x9000)
    build = go_build(settings={**VCS, "vcs.modified": "true"}, proofs={"recorded": (record,)})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert "0123456789ab" in outcome.message
    assert [(e.value, e.offset) for e in outcome.evidence] == [("true", 0x9000)]


@pytest.mark.parametrize("version", ["v1.2.3+dirty", "v2.0.0+incompatible.dirty"])
def test_the_version_tells_it_too(version):
    outcome = outcome_of(rule, subject(go_build(recorded=main(version))))
    assert outcome.status is Status.FAIL
    assert [e.value for e in outcome.evidence] == [version]


def test_both_witnesses_are_evidence():
    build = go_build(recorded=main("v1.2.3+dirty"), settings={**VCS, "vcs.modified": "true"})
    assert [e.value for e in outcome_of(rule, subject(build)).evidence] == ["true", "v1.2.3+dirty"]


@pytest.mark.parametrize("version", ["v1.2.3", "(devel)", None])
def test_nothing_recorded_about_the_tree_is_not_applicable(version):
    assert status_of(rule, subject(go_build(recorded=main(version)))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(go_build(recorded={"main": None}))) is Status.NOT_APPLICABLE


def test_no_record_is_unknown():
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN
