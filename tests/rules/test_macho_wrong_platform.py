"""macho-wrong-platform."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status
from inspector.rules import all_rules
from inspector.rules import macho_wrong_platform as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("minimum OS", "ios 12.0", 0x400)


def program(platform: str | None, goos: str = "darwin"):
    proofs = {"macho.platform": (PROOF,)}
    return darwin(macho={"platform": platform}, observed={"goos": goos}, proofs=proofs)


def platform(name: str) -> Declared[str]:
    return Declared(name, "policy platform")


def goos(name: str) -> Declared[str]:
    return Declared(name, "option --goos")


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("macos", {"goos": goos("darwin")}),
        ("maccatalyst", {"goos": goos("darwin")}),
        ("ios", {"goos": goos("ios")}),
        ("iossimulator", {"goos": goos("ios")}),
        ("ios", {"platform": platform("ios")}),
        ("iossimulator", {"platform": platform("iossimulator"), "goos": goos("ios")}),
    ],
)
def test_the_declared_platform_passes(found, meant):
    assert status_of(rule, subject(program(found), **meant)) is Status.PASS


@pytest.mark.parametrize(
    ("found", "meant", "says"),
    [
        ("iossimulator", {"platform": platform("ios"), "goos": goos("ios")}, "built for iossimulator, but ios was"),
        ("ios", {"platform": platform("iossimulator")}, "built for ios, but iossimulator was meant (policy platform)"),
        (
            "maccatalyst",
            {"platform": platform("macos")},
            "built for maccatalyst, but macos was meant (policy platform)",
        ),
        ("macos", {"goos": goos("ios")}, "built for macos, but ios or iossimulator was meant"),
    ],
)
def test_another_one_is_an_error(found, meant, says):
    outcome = outcome_of(rule, subject(program(found), **meant))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.message.startswith(says)
    assert outcome.evidence == (PROOF,)


def test_the_cause_is_reported_once():
    meant = subject(program("macos"), goos=goos("ios"))
    outcomes = {o.rule: o for o in judge(meant, all_rules())}
    assert outcomes["wrong-goos"].status is Status.FAIL
    assert outcomes["macho-wrong-platform"].reason == "same cause as wrong-goos"


def test_nothing_declared_and_other_formats_are_not_applicable():
    assert status_of(rule, subject(program("ios"))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program("ios"), goos=goos("linux"))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(go_build(), goos=goos("ios"))) is Status.NOT_APPLICABLE


def test_a_file_that_names_none_is_unknown_where_a_platform_was_declared():
    assert status_of(rule, subject(program(None), platform=platform("macos"))) is Status.UNKNOWN
    assert status_of(rule, subject(program(None), goos=goos("darwin"))) is Status.NOT_APPLICABLE
