"""wrong-goos."""

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_goos as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import status_of

WINDOWS = Declared("windows", "option --goos")


def test_the_meant_system_passes_with_its_proof_and_the_record_beside_it():
    proof = Evidence("container", "PE", 0)
    blob = Evidence("build info", "go1.27.3", 0x400)
    verdict = rule.check(subject(windows(proofs={"goos": (proof,), "recorded": (blob,)}), goos=WINDOWS))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof, Evidence("recorded GOOS", "windows", 0x400))


def test_the_build_machines_own_system_fails_and_names_both_and_the_source():
    verdict = rule.check(subject(go_build(), goos=WINDOWS))
    assert verdict.status is Status.FAIL
    assert verdict.message == "built for linux, but windows was meant (option --goos)"
    assert verdict.fix == "GOOS=windows go build ..."


def test_a_linux_program_under_an_android_name_fails():
    meant = Declared("android", "file name", by_name=True)
    assert status_of(rule, subject(go_build(observed={"goos": "linux"}), goos=meant)) is Status.FAIL


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE


def test_an_unread_system_is_unknown():
    build = go_build(observed={"goos": Unknown("no function table")})
    assert status_of(rule, subject(build, goos=WINDOWS)) is Status.UNKNOWN
