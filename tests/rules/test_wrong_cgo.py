"""wrong-cgo: what is linked decides, the record only where nothing is linked."""

import pytest

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_cgo as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import status_of

OFF = Declared(False, "option --cgo")
ON = Declared(True, "environment CGO_ENABLED")
UNREAD = Unknown("no function table")

CASES = [
    # meant, observed cgo, recorded CGO_ENABLED, verdict
    (OFF, False, "0", Status.PASS),
    (OFF, False, "1", Status.PASS),
    (OFF, False, None, Status.PASS),
    (OFF, True, "1", Status.FAIL),
    (OFF, True, "0", Status.FAIL),
    (OFF, UNREAD, "0", Status.UNKNOWN),
    (ON, True, "1", Status.PASS),
    (ON, True, "0", Status.PASS),
    (ON, True, None, Status.PASS),
    (ON, False, "1", Status.PASS),
    (ON, UNREAD, "1", Status.PASS),
    (ON, False, "0", Status.FAIL),
    (ON, UNREAD, "0", Status.FAIL),
    (ON, False, None, Status.UNKNOWN),
    (ON, UNREAD, None, Status.UNKNOWN),
]


@pytest.mark.parametrize(("meant", "observed", "recorded", "verdict"), CASES)
def test_verdict(meant, observed, recorded, verdict):
    build = go_build(observed={"cgo": observed}, settings={"CGO_ENABLED": recorded})
    assert status_of(rule, subject(build, cgo=meant)) is verdict


@pytest.mark.parametrize(("meant", "observed", "verdict"), [(OFF, False, Status.PASS), (ON, False, Status.UNKNOWN)])
def test_without_any_record_the_bytes_alone_speak(meant, observed, verdict):
    build = go_build(observed={"cgo": observed}, recorded=Unknown("no build info"))
    assert status_of(rule, subject(build, cgo=meant)) is verdict


def test_a_pass_against_the_record_says_so():
    build = go_build(settings={"CGO_ENABLED": "1"})
    assert "the record says 1" in rule.check(subject(build, cgo=OFF)).message
    assert "nothing imported uses cgo" in rule.check(subject(build, cgo=ON)).message


def test_linked_cgo_fails_with_its_proof():
    proof = Evidence("file table", "runtime/cgo/callbacks.go", 0x1234)
    build = go_build(observed={"cgo": True}, settings={"CGO_ENABLED": "1"}, proofs={"cgo": (proof,)})
    verdict = rule.check(subject(build, cgo=OFF))
    assert verdict.message == "cgo is linked, but CGO_ENABLED=0 was meant (option --cgo)"
    assert verdict.evidence == (proof, Evidence("recorded CGO_ENABLED", "1", None))


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE
