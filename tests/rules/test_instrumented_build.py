"""instrumented-build."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import instrumented_build as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("file table", "runtime/race.go", 0x3000)


def built(*kinds: str):
    return go_build(traits={"instrumentation": kinds}, proofs={"instrumentation": (PROOF,)})


def test_a_plain_build_passes():
    verdict = rule.check(subject(built()))
    assert verdict.status is Status.PASS
    assert verdict.message == "no instrumentation"


@pytest.mark.parametrize("kind", ["race", "msan", "asan", "cover"])
def test_each_kind_is_a_warning(kind):
    outcome = outcome_of(rule, subject(built(kind)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert f"-{kind}" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_a_declared_race_build_passes_but_covers_nothing_else():
    race = Declared(("race",), "option --tags")
    declared = rule.check(subject(built("race"), tags=race))
    assert declared.status is Status.PASS
    assert "--tags" in declared.message
    assert declared.evidence == (PROOF,)
    assert rule.check(subject(built(), tags=race)).message == "no instrumentation"
    outcome = outcome_of(rule, subject(built("cover", "race"), tags=race))
    assert outcome.status is Status.FAIL
    assert "-race" not in outcome.message


def test_an_unread_table_is_unknown():
    build = go_build(traits={"instrumentation": Unknown("no table")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN
