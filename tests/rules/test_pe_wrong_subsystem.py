"""pe-wrong-subsystem."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import pe_wrong_subsystem as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("subsystem", "3 (console)", 0xDC)


def program(found: str, meant: str | None, buildmode: object = "pie"):
    build = windows(pe={"subsystem": found}, observed={"buildmode": buildmode}, proofs={"pe.subsystem": (PROOF,)})
    return subject(build, subsystem=None if meant is None else Declared(meant, "policy p.toml:targets[0].subsystem"))


@pytest.mark.parametrize("which", ["console", "gui"])
def test_the_declared_one_passes(which):
    verdict = rule.check(program(which, which))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize(
    ("found", "meant", "fix"),
    [
        ("console", "gui", "go build -ldflags=-H=windowsgui ..."),
        ("gui", "console", "leave -H=windowsgui out of -ldflags"),
        ("native", "console", "leave -H=windowsgui out of -ldflags"),
    ],
)
def test_another_one_is_an_error_with_the_fix(found, meant, fix):
    outcome = outcome_of(rule, program(found, meant))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert outcome.message == f"{found}, but {meant} was meant (policy p.toml:targets[0].subsystem)"
    assert outcome.fix == fix
    assert outcome.evidence == (PROOF,)


def test_a_dll_has_no_console_of_its_own():
    assert status_of(rule, program("console", "gui", "c-shared")) is Status.NOT_APPLICABLE


def test_whether_it_is_a_dll_must_be_known():
    assert status_of(rule, program("console", "gui", Unknown("no characteristics"))) is Status.UNKNOWN


def test_the_declared_one_passes_whatever_it_is():
    assert status_of(rule, program("console", "console", Unknown("packed with UPX"))) is Status.PASS


def test_undeclared_it_is_not_applicable():
    assert status_of(rule, program("gui", None)) is Status.NOT_APPLICABLE


def test_other_formats_are_not_applicable():
    meant = Declared("gui", "policy p.toml:all.subsystem")
    assert status_of(rule, subject(go_build(), subsystem=meant)) is Status.NOT_APPLICABLE
