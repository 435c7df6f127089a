"""wrong-goarch."""

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_goarch as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import status_of

ARM64 = Declared("arm64", "option --goarch")


def test_the_meant_architecture_passes_with_its_proof():
    proof = Evidence("ELF e_machine", "0xb7 (aarch64)", 18)
    build = go_build(observed={"goarch": "arm64"}, proofs={"goarch": (proof,)})
    verdict = rule.check(subject(build, goarch=ARM64))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof, Evidence("recorded GOARCH", "amd64", None))


def test_another_architecture_fails_and_names_both():
    verdict = rule.check(subject(go_build(observed={"goarch": "amd64"}), goarch=ARM64))
    assert verdict.status is Status.FAIL
    assert "amd64" in verdict.message
    assert "arm64" in verdict.message
    assert "--goarch" in verdict.message


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE


def test_an_unread_machine_is_unknown():
    build = go_build(observed={"goarch": Unknown("no machine field")})
    assert status_of(rule, subject(build, goarch=ARM64)) is Status.UNKNOWN
