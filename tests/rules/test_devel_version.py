"""devel-version."""

import pytest

from inspector.model import Evidence, Module, Severity, Status, Unknown
from inspector.rules import devel_version as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of


def program(version: str | None):
    main = Module(path="example.com/app", version=version, sum=None, replace=None)
    return go_build(recorded={"main": main}, proofs={"recorded": (Evidence("build info", "go1.27.3", 0x9000),)})


# What golang.org/x/mod/module.PseudoVersion makes of no tag, of a tag, of a pre-release tag (comment of pseudo.go).
PSEUDO = [
    "v0.0.0-20260102150405-abcdef123456",
    "v2.0.0-20260102150405-abcdef123456",
    "v1.2.4-0.20260102150405-abcdef123456",
    "v1.2.3-rc.1.0.20260102150405-abcdef123456",
    "v2.3.1-0.20260102150405-abcdef123456+incompatible",
    "v0.0.0-20260102150405-abcdef123456+dirty",
    "v2.3.1-0.20260102150405-abcdef123456+incompatible.dirty",
]


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
