"""pe-checksum-mismatch."""

import pytest

from inspector.model import Evidence, PeChecksum, Severity, Status, Unknown
from inspector.rules import pe_checksum_mismatch as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("CheckSum", "0xabcde", 0xD8)


def stamped(state: str | Unknown, stored: int = 0xABCDE, computed: int | Unknown = 0x12345):
    checksum = PeChecksum(stored=stored, computed=computed, state=state)
    return subject(windows(pe={"checksum": checksum}, proofs={"pe.checksum": (PROOF,)}))


@pytest.mark.parametrize("state", ["absent", "valid", "stale"])
def test_every_other_state_passes(state):
    outcome = outcome_of(rule, stamped(state))
    assert outcome.status is Status.PASS
    assert outcome.evidence == (PROOF,)


def test_absent_is_what_go_leaves():
    assert "Go's linker" in rule.check(stamped("absent", stored=0)).message


def test_a_mismatch_fails_and_names_both_sums():
    outcome = outcome_of(rule, stamped("mismatch"))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert "0xabcde" in outcome.message
    assert "0x12345" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_a_sum_that_was_not_computed_is_unknown():
    outcome = outcome_of(rule, stamped(Unknown("--no-hash"), computed=Unknown("--no-hash")))
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason == "--no-hash"


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
