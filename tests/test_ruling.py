"""A policy's severities and waivers, on outcomes of artifacts and of a release."""

import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from inspector.model import Evidence, Intent, Outcome, Policy, Severity, Status, Waiver, WaiverClause
from inspector.ruling import Ruling
from tests.reports.made import NOTE, PASSED, UNREAD, WRONG, outcome

TODAY = datetime.date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)


def clause(
    artifact: str = "app",
    rule: str = "wrong-goarch",
    until: datetime.date | None = None,
    reason: str = "known",
    number: int = 0,
) -> WaiverClause:
    return WaiverClause(rule=rule, artifact=artifact, reason=reason, until=until, source=f"p.toml:waivers[{number}]")


def ruling(*clauses: WaiverClause, **severities: Severity) -> Ruling:
    named = {name.replace("_", "-"): severity for name, severity in severities.items()}
    return Ruling(Policy(path="p.toml", everything=Intent(), waivers=clauses, severities=named), TODAY)


def ruled(ruler: Ruling, one: Outcome = WRONG, path: str = "app", *members: str) -> Outcome:
    (found,) = ruler.on([one], path, members)
    return found


def missing(*labels: str, rule: str = "missing-target", **changes: Any) -> Outcome:
    evidence = [Evidence(label, "no such file") for label in labels]
    return replace(outcome(rule, "GBI701", Status.FAIL, message="missing", evidence=evidence), **changes)


def waived(ruler: Ruling, one: Outcome) -> Waiver | None:
    (found,) = ruler.on_release([one])
    assert replace(found, waiver=None, evidence=one.evidence) == one
    return found.waiver


# --- artifacts ---------------------------------------------------------------------------------------------


def test_without_anything_to_say_outcomes_stay():
    every = (WRONG, NOTE, PASSED, UNREAD)
    assert ruling().on(every, "app", ()) == every


def test_a_severity_is_that_of_the_rule_whatever_came_of_it():
    ruler = ruling(wrong_goarch=Severity.NOTE, dirty_tree=Severity.ERROR)
    assert [found.severity for found in ruler.on((WRONG, PASSED, NOTE), "app", ())] == [
        Severity.NOTE,
        Severity.NOTE,
        Severity.ERROR,
    ]


def test_a_waived_finding_stays_a_failure_with_its_evidence_and_does_not_count():
    found = ruled(ruling(clause()))
    assert found == replace(WRONG, waiver=Waiver(reason="known", until=None, source="p.toml:waivers[0]"))
    assert not found.counts


@pytest.mark.parametrize("other", [clause("other"), clause(rule="wrong-goos"), clause("app/inner")])
def test_a_waiver_of_something_else_waives_nothing(other):
    assert ruled(ruling(other)) == WRONG


@pytest.mark.parametrize("one", [PASSED, UNREAD], ids=["pass", "unknown"])
def test_only_a_failure_is_waived(one):
    assert ruled(ruling(clause(), clause(rule=UNREAD.rule)), one) == one


def test_members_of_an_archive():
    assert ruled(ruling(clause("dist/a.zip")), WRONG, "dist/a.zip", "app.exe").waiver is not None
    assert ruled(ruling(clause("*.exe")), WRONG, "dist/a.zip", "app.exe").waiver is not None
    assert ruled(ruling(clause("b.exe")), WRONG, "dist/a.zip", "app.exe").waiver is None


@pytest.mark.parametrize(("until", "holds"), [(TOMORROW, True), (TODAY, True), (YESTERDAY, False)])
def test_a_waiver_holds_on_its_last_day(until, holds):
    found = ruled(ruling(clause(until=until)))
    assert (found.waiver is not None) is holds
    assert found.counts is not holds


def test_one_that_has_ended_says_so_unless_another_holds():
    found = ruled(ruling(clause(until=YESTERDAY)))
    told = Evidence("waiver", "ended on 2026-11-22 (p.toml:waivers[0])")
    assert found == replace(WRONG, evidence=(*WRONG.evidence, told))
    again = ruled(ruling(clause(until=YESTERDAY), clause(number=1)))
    assert again.evidence == WRONG.evidence
    assert again.waiver.source == "p.toml:waivers[1]"


def test_of_several_the_first_that_holds_is_named():
    found = ruled(ruling(clause(number=0), clause(number=1)))
    assert found.waiver.source == "p.toml:waivers[0]"


# --- the release as a whole --------------------------------------------------------------------------------


def test_release_wide_findings_are_waived_by_their_artifact_or_target():
    ruler = ruling(clause("linux/arm64", "missing-target"), clause("dist/*.zip", "missing-target", number=1))
    assert waived(ruler, missing("linux/arm64")).source == "p.toml:waivers[0]"
    assert waived(ruler, missing("dist/a.zip", "dist/b.zip")).source == "p.toml:waivers[1]"
    assert waived(ruler, missing("linux/amd64")) is None
    assert waived(ruler, missing("dist/a.zip -> app")).source == "p.toml:waivers[1]"


def test_a_finding_of_which_only_a_part_is_waived_counts():
    ruler = ruling(clause("linux/arm64", "missing-target"))
    assert waived(ruler, missing("linux/arm64", "linux/386")) is None


def test_several_waivers_may_cover_a_finding_together():
    first = clause("linux/arm64", "missing-target", TOMORROW, "no runner")
    second = clause("linux/386", "missing-target", TODAY, "dropped", number=1)
    found = waived(ruling(first, second), missing("linux/arm64", "linux/386"))
    assert found == Waiver(reason="no runner; dropped", until=TODAY, source="p.toml:waivers[0], p.toml:waivers[1]")
    whole = clause("linux/*", "missing-target", number=2)
    assert waived(ruling(first, second, whole), missing("linux/arm64", "linux/386")).source == "p.toml:waivers[2]"
    ended = replace(second, until=YESTERDAY)
    assert waived(ruling(first, ended), missing("linux/arm64", "linux/386")) is None


def test_one_without_evidence_cannot_be_waived():
    assert waived(ruling(clause("*", "missing-target")), missing()) is None


def test_a_release_wide_severity():
    (found,) = ruling(missing_target=Severity.WARNING).on_release([missing("linux/386")])
    assert found.severity is Severity.WARNING


# --- what became of the waivers ----------------------------------------------------------------------------


def states(ruler: Ruling, images: tuple[Outcome, ...] = (), release: tuple[Outcome, ...] = ()) -> list[tuple]:
    judged = ruler.on(images, "app", ()), ruler.on_release(release)
    return [(state.clause.source[-2], state.ended, state.used) for state in ruler.states(*judged)]


def test_a_waiver_was_used_or_was_not():
    ruler = ruling(clause(), clause("other", number=1))
    assert states(ruler, (WRONG,)) == [("0", False, True), ("1", False, False)]
    assert states(ruler, (PASSED,)) == [("0", False, False), ("1", False, False)]


def test_one_behind_another_was_not_used():
    assert states(ruling(clause(), clause(number=1)), (WRONG,)) == [("0", False, True), ("1", False, False)]


def test_one_that_has_ended():
    assert states(ruling(clause(until=YESTERDAY)), (WRONG,)) == [("0", True, False)]


def test_of_a_release_wide_finding_a_part_is_enough():
    ruler = ruling(clause("linux/arm64", "missing-target"), clause("linux/s390x", "missing-target", number=1))
    assert states(ruler, release=(missing("linux/arm64", "linux/386"),)) == [("0", False, True), ("1", False, False)]
    assert states(ruler, release=(missing("linux/arm64", status=Status.PASS),)) == [
        ("0", False, False),
        ("1", False, False),
    ]
