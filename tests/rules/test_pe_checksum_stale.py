"""pe-checksum-stale."""

import pytest

from inspector.model import Evidence, PeChecksum, Severity, Status, Unknown
from inspector.rules import pe_checksum_stale as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("optional header CheckSum", "0xabcde", 0xD8)


def stamped(state: str | Unknown):
    checksum = PeChecksum(stored=0xABCDE, computed=0x12345, state=state)
    return subject(windows(pe={"checksum": checksum}, proofs={"pe.checksum": (PROOF,)}))


@pytest.mark.parametrize(("state", "says"), [("absent", "no checksum"), ("valid", "the file's")])
def test_absent_and_valid_pass(state, says):
    outcome = outcome_of(rule, stamped(state))
    assert outcome.status is Status.PASS
    assert says in outcome.message
    assert outcome.evidence == (PROOF,)


def test_stale_fails_as_a_note():
    outcome = outcome_of(rule, stamped("stale"))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert "harmless" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_a_mismatch_is_another_rule_s():
    outcome = outcome_of(rule, stamped("mismatch"))
    assert outcome.status is Status.NOT_APPLICABLE
    assert "pe-checksum-mismatch" in (outcome.reason or "")


def test_a_sum_that_was_not_computed_is_unknown():
    assert status_of(rule, stamped(Unknown("--no-hash"))) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
