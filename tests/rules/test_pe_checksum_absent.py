"""pe-checksum-absent."""

import pytest

from inspector.model import Declared, Evidence, PeChecksum, Severity, Status, Unknown
from inspector.rules import pe_checksum_absent as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("CheckSum", "0xabcde", 0xD8)
ASKED = Declared(True, "policy p.toml:all.pe-checksum")


def stamped(state: str | Unknown, stored: int = 0xABCDE, meant: Declared[bool] | None = ASKED):
    checksum = PeChecksum(stored=stored, computed=0x12345, state=state)
    build = windows(pe={"checksum": checksum}, proofs={"pe.checksum": (PROOF,)})
    return subject(build, pe_checksum=meant)


@pytest.mark.parametrize("state", ["valid", "stale", "mismatch"])
def test_one_that_is_there_passes_whether_right_or_wrong(state):
    verdict = rule.check(stamped(state))
    assert verdict.status is Status.PASS
    assert "0xabcde" in verdict.message
    assert verdict.evidence == (PROOF,)


def test_none_is_an_error_that_names_who_asked():
    outcome = outcome_of(rule, stamped("absent", stored=0))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert "policy p.toml:all.pe-checksum" in outcome.message
    assert "editbin /release" in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


def test_what_was_not_computed_is_unknown_and_bound():
    outcome = outcome_of(rule, stamped(Unknown("--no-hash")))
    assert (outcome.status, outcome.reason, outcome.bound) == (Status.UNKNOWN, "--no-hash", True)


@pytest.mark.parametrize("meant", [None, Declared(False, "policy p.toml:all.pe-checksum")])
def test_without_a_demand_it_is_not_applicable(meant):
    assert status_of(rule, stamped("absent", stored=0, meant=meant)) is Status.NOT_APPLICABLE


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build(), pe_checksum=ASKED)) is Status.NOT_APPLICABLE
