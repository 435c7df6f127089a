"""devel-version."""

import pytest
from msgspec.structs import replace

from inspector.model import Declared, Evidence, Module, Severity, Status, Unknown
from inspector.rules import devel_version as rule
from tests.build.facts import TRAITS, go_build, subject
from tests.rules.outcome import outcome_of, status_of
from tests.test_versions import PSEUDO


def program(version: str | None):
    main = Module(path="example.com/app", version=version, sum=None, replace=None)
    return go_build(recorded={"main": main}, proofs={"recorded": (Evidence("build info", "go1.27.3", 0x9000),)})


@pytest.mark.parametrize(
    "version",
    ["v1.2.3", "v1.2.3-rc.1", "v2.0.0+incompatible", "v1.2.3+dirty", "v1.2.3-20260102", "v1.2.3-0.20260102"],
)
def test_a_tag_passes(version):
    assert status_of(rule, subject(program(version))) is Status.PASS


@pytest.mark.parametrize("version", PSEUDO)
def test_a_pseudo_version_is_a_note(version):
    outcome = outcome_of(rule, subject(program(version)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert "untagged commit" in outcome.message
    assert [(e.value, e.offset) for e in outcome.evidence] == [(version, 0x9000)]


@pytest.mark.parametrize("version", ["(devel)", None, ""])
def test_no_version_is_a_note(version):
    outcome = outcome_of(rule, subject(program(version)))
    assert outcome.status is Status.FAIL
    assert "no version was stamped" in outcome.message


def test_a_program_of_no_module_is_not_applicable():
    assert status_of(rule, subject(go_build(recorded={"main": None}))) is Status.NOT_APPLICABLE


def test_no_record_is_unknown():
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN


# --- where a version was declared ------------------------------------------------------------------------


def judged(build, version: str):
    return outcome_of(rule, subject(build, version=Declared(version, "policy x")))


@pytest.mark.parametrize("version", ["(devel)", None, *PSEUDO[:1]])
@pytest.mark.parametrize("meant", ["v1.2.3", "1.2.3"])
def test_a_declared_version_that_was_not_stamped_is_an_error(version, meant):
    outcome = judged(program(version), meant)
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message.endswith(f", but {meant} was meant (policy x)")


@pytest.mark.parametrize("minor", [23, Unknown("no version tells")])
def test_a_go_that_may_not_stamp_versions_leaves_it_a_note(minor):
    build = replace(program("(devel)"), traits=replace(TRAITS, go_minor=minor))
    assert judged(build, "v1.2.3") == outcome_of(rule, subject(build))
    assert judged(build, "v1.2.3").severity is Severity.NOTE


@pytest.mark.parametrize(
    ("version", "meant"),
    [
        (PSEUDO[0], "v2.0.0"),  # no tag gives example.com/app this version
        ("(devel)", "2026.11"),
        (PSEUDO[0], PSEUDO[0]),
        (PSEUDO[5], PSEUDO[0]),
    ],
)
def test_a_version_that_go_could_not_stamp_better_leaves_it_a_note(version, meant):
    outcome = judged(program(version), meant)
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)


def test_a_module_of_a_repository_without_go_mod_at_its_root_is_a_note():
    """cmd/go/internal/load, setBuildInfo: it records the commit, and then finds no root module to look up tags for."""
    build = program("(devel)")
    committed = replace(build, recorded=replace(build.recorded, settings={"vcs.revision": "e272b0ed7dd9"}))
    assert judged(committed, "v1.2.3").severity is Severity.NOTE
    assert judged(build, "v1.2.3").severity is Severity.ERROR


def test_a_declared_tag_passes():
    assert judged(program("v1.2.3"), "v1.2.3").status is Status.PASS
