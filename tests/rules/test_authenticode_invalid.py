"""authenticode-invalid."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import authenticode_invalid as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("sha256 that was signed", "00ff", 0x1000)


def signed(signature: object, signer: object = "CN=Example"):
    return subject(windows(pe={"signature": signature, "signer": signer}, proofs={"pe.signature": (PROOF,)}))


def test_a_digest_of_the_file_passes_and_names_the_signer():
    verdict = rule.check(signed("valid"))
    assert verdict.status is Status.PASS
    assert verdict.message == "the digest that CN=Example signed is that of the file"
    assert verdict.evidence == (PROOF,)


def test_a_signer_without_certificate_is_no_matter():
    assert status_of(rule, signed("valid", None)) is Status.PASS


def test_another_digest_is_an_error_with_its_proof():
    outcome = outcome_of(rule, signed("invalid"))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.evidence == (PROOF,)
    assert "sign the file again" in outcome.fix


def test_what_was_not_verified_is_unknown():
    outcome = outcome_of(rule, signed(Unknown("--no-hash"), Unknown("--no-hash")))
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason == "--no-hash"


@pytest.mark.parametrize("build", [windows(pe={"signature": "absent", "signer": None}), go_build()])
def test_without_a_signature_it_is_not_applicable(build):
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE
