"""authenticode-absent."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import authenticode_absent as rule
from inspector.rules import authenticode_invalid
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("certificate table", "absent")
ASKED = Declared("authenticode", "policy p.toml:all.signature")


def signed(signature: object, meant: Declared[str] | None = ASKED):
    build = windows(pe={"signature": signature, "signer": "CN=Example"}, proofs={"pe.signature": (PROOF,)})
    return subject(build, signature=meant)


def test_a_signature_that_holds_passes():
    verdict = rule.check(signed("valid"))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


def test_none_is_an_error_that_names_who_asked():
    outcome = outcome_of(rule, signed("absent"))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert outcome.message == "the file is not signed, but a signature was asked for (policy p.toml:all.signature)"
    assert "signtool" in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


def test_one_that_does_not_hold_is_one_finding():
    outcomes = judge(signed("invalid"), (authenticode_invalid.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]
    assert "authenticode-invalid" in (outcomes[1].reason or "")


def test_what_was_not_verified_is_unknown_and_bound():
    outcome = outcome_of(rule, signed(Unknown("--no-hash")))
    assert (outcome.status, outcome.reason, outcome.bound) == (Status.UNKNOWN, "--no-hash", True)


@pytest.mark.parametrize("meant", [None, Declared("codesign", "policy p.toml:all.signature")])
def test_without_a_demand_it_is_not_applicable(meant):
    assert status_of(rule, signed("absent", meant)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("build", [go_build(), darwin()])
def test_other_formats_are_not_applicable(build):
    assert status_of(rule, subject(build, signature=ASKED)) is Status.NOT_APPLICABLE
