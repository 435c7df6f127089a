"""macho-signature-broken."""

import pytest

from inspector.model import Evidence, MachoSignature, Severity, Status, Unknown
from inspector.rules import macho_signature_broken as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of


def signed(goarch: str = "arm64", proofs: tuple[Evidence, ...] = (), **changes):
    fields = {"kind": "adhoc", "state": "valid", "identifier": "a.out", "flags": 0x20002, "bad_pages": (), **changes}
    return subject(darwin(goarch, macho={"signature": MachoSignature(**fields)}, proofs={"macho.signature": proofs}))


@pytest.mark.parametrize("kind", ["adhoc", "cms"])
def test_a_signature_that_fits_passes(kind):
    proof = Evidence("CodeDirectory", "a.out", 0x9000)
    verdict = rule.check(signed(proofs=(proof,), kind=kind))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof,)


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_a_changed_page_fails_and_is_named(goarch):
    proof = Evidence("code signature page 17", "hash differs", 17 * 4096)
    outcome = outcome_of(rule, signed(goarch, (proof,), state="broken", bad_pages=(17,)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "page 17 has changed" in outcome.message
    assert outcome.evidence == (proof,)


def test_many_changed_pages_stay_one_sentence():
    message = outcome_of(rule, signed(state="broken", bad_pages=tuple(range(100, 200)))).message
    assert "pages 100, 101, 102, 103 and 96 more have changed" in message


def test_a_signature_that_cannot_be_read_says_why():
    outcome = outcome_of(rule, signed(state="broken", defect="no CodeDirectory"))
    assert outcome.status is Status.FAIL
    assert "no CodeDirectory" in outcome.message


def test_hashes_that_were_not_computed_are_unknown():
    unread = Unknown("--no-hash")
    assert status_of(rule, signed(state=unread, bad_pages=unread)) is Status.UNKNOWN


def test_no_signature_is_not_applicable():
    assert status_of(rule, signed(kind="none", state="absent")) is Status.NOT_APPLICABLE


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
