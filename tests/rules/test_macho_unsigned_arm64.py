"""macho-unsigned-arm64."""

import pytest

from inspector.model import Evidence, MachoSignature, Severity, Status, Unknown
from inspector.rules import macho_unsigned_arm64 as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

NONE = MachoSignature(kind="none", state="absent", identifier=None, flags=None, bad_pages=())


@pytest.mark.parametrize("kind", ["adhoc", "cms", "unknown"])
def test_any_signature_passes(kind):
    signed = MachoSignature(kind=kind, state="valid", identifier="a.out", flags=2, bad_pages=())
    proof = Evidence("LC_CODE_SIGNATURE", "400 bytes", 0x9000)
    verdict = rule.check(subject(darwin(macho={"signature": signed}, proofs={"macho.signature": (proof,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof,)


def test_a_broken_signature_is_another_rule_s():
    broken = MachoSignature(kind="adhoc", state="broken", identifier="a.out", flags=2, bad_pages=(1,))
    assert status_of(rule, subject(darwin(macho={"signature": broken}))) is Status.PASS


@pytest.mark.parametrize("file_type", ["MH_EXECUTE", "MH_DYLIB", "MH_BUNDLE"])
def test_none_on_arm64_is_an_error(file_type):
    outcome = outcome_of(rule, subject(darwin(macho={"signature": NONE, "file_type": file_type})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "codesign" in (outcome.fix or "")
    assert "LC_CODE_SIGNATURE" in outcome.evidence[0].value


def test_the_evidence_points_at_the_load_commands():
    commands = Evidence("load commands", "5 of 400 bytes", 0x20)
    build = darwin(macho={"signature": NONE}, proofs={"macho.load_commands": (commands,)})
    assert [e.offset for e in outcome_of(rule, subject(build)).evidence] == [0x20]


def test_intel_needs_none():
    assert status_of(rule, subject(darwin("amd64", macho={"signature": NONE}))) is Status.NOT_APPLICABLE


def test_object_files_need_none():
    build = darwin(macho={"signature": NONE, "file_type": "MH_OBJECT"})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_an_unread_machine_is_unknown():
    build = darwin(macho={"signature": NONE}, observed={"goarch": Unknown("cputype 0x1234")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
