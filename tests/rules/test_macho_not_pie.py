"""macho-not-pie."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import macho_not_pie as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("Mach-O flags", "0x85", 24)


def fixed(goarch: str, minor: int | Unknown = 27, file_type: str = "MH_EXECUTE"):
    return subject(
        darwin(
            goarch,
            macho={"pie": False, "file_type": file_type},
            observed={"buildmode": "exe"},
            traits={"go_minor": minor},
            proofs={"macho.pie": (PROOF,)},
        )
    )


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_the_bit_passes(goarch):
    verdict = rule.check(subject(darwin(goarch, proofs={"macho.pie": (PROOF,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize("minor", [21, 27, Unknown("no version")])
def test_on_arm64_it_is_an_error(minor):
    outcome = outcome_of(rule, fixed("arm64", minor))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.evidence == (PROOF,)


def test_on_amd64_it_is_a_note_since_go_1_22():
    outcome = outcome_of(rule, fixed("amd64", 22))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (PROOF,)


def test_on_amd64_it_was_the_default_before():
    verdict = rule.check(fixed("amd64", 21))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


def test_on_amd64_an_unknown_release_is_unknown():
    assert status_of(rule, fixed("amd64", Unknown("no version"))) is Status.UNKNOWN


def test_libraries_are_not_applicable():
    assert status_of(rule, fixed("arm64", file_type="MH_DYLIB")) is Status.NOT_APPLICABLE


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
