"""dirty-tree."""

import pytest

from inspector.model import Declared, Evidence, Module, Severity, Status, Unknown
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


# --- where a clean tree was asked for --------------------------------------------------------------------

CLEAN = Declared(True, "policy gobin-inspect.toml:all.clean")
DIRTY = go_build(settings={**VCS, "vcs.modified": "true"})


def test_a_clean_tree_that_was_asked_for_is_an_error_to_lack():
    outcome = outcome_of(rule, subject(DIRTY, clean=CLEAN))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == (
        "built from commit 0123456789ab with uncommitted changes, "
        "but a clean tree was asked for (policy gobin-inspect.toml:all.clean)"
    )


def test_a_clean_tree_that_was_asked_for_passes():
    assert status_of(rule, subject(go_build(settings={**VCS, "vcs.modified": "false"}), clean=CLEAN)) is Status.PASS


def test_a_module_that_was_fetched_has_no_tree_to_change():
    fetched = Module(path="example.com/app", version="v1.2.3", sum="h1:abc=", replace=None)
    outcome = outcome_of(rule, subject(go_build(recorded={"main": fetched}), clean=CLEAN))
    assert outcome.status is Status.PASS
    assert "example.com/app@v1.2.3, as fetched" in outcome.message


def test_nothing_recorded_about_the_tree_is_unknown_then():
    outcome = outcome_of(rule, subject(go_build(), clean=CLEAN))
    assert (outcome.status, outcome.bound) == (Status.UNKNOWN, True)
    assert "-buildvcs=false, or no repository or no git" in (outcome.reason or "")


@pytest.mark.parametrize("build", [DIRTY, go_build(), go_build(recorded=Unknown("no build info"))])
def test_a_clean_tree_that_is_not_asked_for_changes_nothing(build):
    waived = outcome_of(rule, subject(build, clean=Declared(False, "policy x")))
    assert waived == outcome_of(rule, subject(build))
    assert not waived.bound
