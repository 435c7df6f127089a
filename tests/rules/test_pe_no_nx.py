"""pe-no-nx."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import pe_no_nx as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("DllCharacteristics", "0x8000", 0xDE)


def without(minor: int | Unknown = 27):
    return subject(windows(pe={"nx_compat": False}, traits={"go_minor": minor}, proofs={"pe.nx_compat": (PROOF,)}))


def test_the_bit_passes_whatever_the_release():
    build = windows(traits={"go_minor": Unknown("no version")}, proofs={"pe.nx_compat": (PROOF,)})
    verdict = rule.check(subject(build))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize(("minor", "severity"), [(13, Severity.NOTE), (14, Severity.WARNING), (27, Severity.WARNING)])
def test_without_the_bit_it_fails(minor, severity):
    outcome = outcome_of(rule, without(minor))
    assert outcome.status is Status.FAIL
    assert outcome.severity is severity
    assert outcome.evidence == (PROOF,)


def test_an_unknown_release_is_unknown():
    assert status_of(rule, without(Unknown("no version"))) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
