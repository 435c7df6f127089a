"""rule-crashed, through the engine that runs it. It cannot be unknown: it reads no fact."""

from inspector.engine import judge
from inspector.model import Rule, Severity, Status, Subject, Verdict
from inspector.rules import rule_crashed as rule
from inspector.rules import wrong_goarch
from tests.build.facts import subject


def _bug(seen: Subject) -> Verdict:
    raise KeyError(seen.name)


BUGGY = Rule(id="GBI100", name="buggy", severity=Severity.NOTE, check=_bug)


def test_nothing_crashed_passes():
    outcomes = judge(subject(), (wrong_goarch.RULE, rule.RULE))
    assert outcomes[-1].status is Status.PASS


def test_a_crash_is_an_error_outcome_that_names_the_rule_and_the_others_go_on():
    outcomes = judge(subject(), (BUGGY, wrong_goarch.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.ERROR, Status.NOT_APPLICABLE, Status.ERROR]
    assert "buggy" in outcomes[-1].message


def test_it_never_counts_as_a_finding():
    outcomes = judge(subject(), (BUGGY, rule.RULE))
    assert Status.FAIL not in {outcome.status for outcome in outcomes}
