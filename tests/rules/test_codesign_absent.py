"""codesign-absent."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, MachoSignature, Severity, Status, Unknown
from inspector.rules import codesign_absent as rule
from inspector.rules import macho_signature_broken, macho_unsigned_arm64
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("LC_CODE_SIGNATURE", "400 bytes", 0x9000)
COMMANDS = Evidence("load commands", "5 of 400 bytes", 0x20)
ASKED = Declared("codesign", "policy p.toml:all.signature")


def signed(
    kind: object,
    state: object = "valid",
    goarch: str = "arm64",
    meant: Declared[str] | None = ASKED,
    file_type: str = "MH_EXECUTE",
):
    signature = MachoSignature(kind=kind, state=state, identifier="a.out", flags=2, bad_pages=(), defect=None)
    proofs = {"macho.signature": () if kind == "none" else (PROOF,), "macho.load_commands": (COMMANDS,)}
    build = darwin(goarch, macho={"signature": signature, "file_type": file_type}, proofs=proofs)
    return subject(build, signature=meant)


def test_a_certificate_s_signature_passes():
    verdict = rule.check(signed("cms"))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize("file_type", ["MH_EXECUTE", "MH_DYLIB", "MH_BUNDLE"])
@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_an_ad_hoc_one_is_an_error(goarch, file_type):
    outcome = outcome_of(rule, signed("adhoc", goarch=goarch, file_type=file_type))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert outcome.message.startswith("signed ad hoc only, but a certificate's signature was asked for (policy p.toml")
    assert "codesign --force" in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


def test_none_at_all_is_an_error_at_the_load_commands():
    outcome = outcome_of(rule, signed("none", "absent", "amd64"))
    assert outcome.status is Status.FAIL
    assert outcome.message.startswith("no code signature")
    assert outcome.evidence == (COMMANDS,)


@pytest.mark.parametrize(("goarch", "names"), [("arm64", "macho-unsigned-arm64"), ("amd64", "codesign-absent")])
def test_none_at_all_is_one_finding_that_tells_the_whole_fix(goarch, names):
    outcomes = judge(signed("none", "absent", goarch), (macho_unsigned_arm64.RULE, rule.RULE))
    (failed,) = (outcome for outcome in outcomes if outcome.status is Status.FAIL)
    assert failed.rule == names
    assert "Developer ID" in (failed.fix or "")


@pytest.mark.parametrize("kind", ["adhoc", "cms", Unknown("no CodeDirectory")])
def test_a_broken_one_is_one_finding(kind):
    outcomes = judge(signed(kind, "broken"), (macho_signature_broken.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]
    assert "macho-signature-broken" in (outcomes[1].reason or "")


def test_what_was_not_verified_is_unknown_and_bound():
    outcome = outcome_of(rule, signed("cms", Unknown("--no-hash")))
    assert (outcome.status, outcome.reason, outcome.bound) == (Status.UNKNOWN, "--no-hash", True)


def test_an_ad_hoc_one_needs_no_hashes():
    assert status_of(rule, signed("adhoc", Unknown("--no-hash"))) is Status.FAIL


@pytest.mark.parametrize("meant", [None, Declared("authenticode", "policy p.toml:all.signature")])
def test_without_a_demand_it_is_not_applicable(meant):
    assert status_of(rule, signed("adhoc", meant=meant)) is Status.NOT_APPLICABLE


def test_object_files_are_not_applicable():
    assert status_of(rule, signed("none", "absent", file_type="MH_OBJECT")) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("build", [go_build(), windows()])
def test_other_formats_are_not_applicable(build):
    assert status_of(rule, subject(build, signature=ASKED)) is Status.NOT_APPLICABLE
