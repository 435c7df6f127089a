"""pe-no-high-entropy-va."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import pe_no_high_entropy_va as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("DllCharacteristics", "0x8140", 0xDE)


@pytest.mark.parametrize("goarch", ["amd64", "arm64"])
def test_the_bit_passes(goarch):
    verdict = rule.check(subject(windows(goarch, proofs={"pe.high_entropy_va": (PROOF,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize("goarch", ["amd64", "arm64"])
def test_without_the_bit_it_is_a_note(goarch):
    build = windows(goarch, pe={"high_entropy_va": False}, proofs={"pe.high_entropy_va": (PROOF,)})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (PROOF,)


@pytest.mark.parametrize("goarch", ["386", "arm"])
def test_32_bit_programs_are_not_applicable(goarch):
    assert status_of(rule, subject(windows(goarch, pe={"high_entropy_va": False}))) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("change", [{"dynamic_base": False}, {"reloc": False}, {"relocs_stripped": True}])
def test_without_aslr_it_is_not_applicable(change):
    build = windows(pe={"high_entropy_va": False, **change})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_an_unread_machine_is_unknown():
    build = windows(observed={"goarch": Unknown("machine 0x1234")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
