"""android-page-size."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import android_page_size as rule
from inspector.rules import wrong_goos
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PAGE = Declared(16384, "profile android")
PROOF = Evidence("PT_LOAD at 0x10000", "aligned to 0x1000", 0x40)


def program(goarch: object, alignment: int | None, buildmode: str = "c-shared"):
    return go_build(
        observed={"goos": "android", "goarch": goarch, "buildmode": buildmode},
        traits={"load_alignment": alignment},
        proofs={"load_alignment": (PROOF,)},
    )


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
@pytest.mark.parametrize("alignment", [0x4000, 0x10000])
def test_a_page_or_more_passes(goarch, alignment):
    assert status_of(rule, subject(program(goarch, alignment), page_size=PAGE)) is Status.PASS


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
@pytest.mark.parametrize("buildmode", ["c-shared", "pie"])
@pytest.mark.parametrize("alignment", [0, 1, 0x1000, 0x2000])
def test_less_is_an_error(goarch, buildmode, alignment):
    outcome = outcome_of(rule, subject(program(goarch, alignment, buildmode), page_size=PAGE))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert f"aligned to {alignment} bytes" in outcome.message
    assert outcome.evidence == (PROOF,)
    assert "max-page-size=16384" in (outcome.fix or "")


@pytest.mark.parametrize("goarch", ["arm", "386"])
def test_32_bit_systems_have_small_pages(goarch):
    assert status_of(rule, subject(program(goarch, 0x1000), page_size=PAGE)) is Status.NOT_APPLICABLE


def test_not_applicable():
    assert status_of(rule, subject(program("arm64", 0x1000))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program("arm64", None), page_size=PAGE)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(windows(), page_size=PAGE)) is Status.NOT_APPLICABLE


def test_an_unknown_processor_is_unknown():
    assert status_of(rule, subject(program(Unknown("no port"), 0x1000), page_size=PAGE)) is Status.UNKNOWN


def test_a_program_for_another_system_fails_for_that_alone():
    linux = go_build(traits={"load_alignment": 0x1000})
    meant = subject(linux, goos=Declared("android", "profile android"), page_size=PAGE)
    outcomes = judge(meant, (wrong_goos.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]
    assert outcomes[1].reason == "same cause as wrong-goos"
