"""stale-waiver."""

import datetime

from inspector.model import Evidence, Severity, Status, WaiverClause, WaiverState
from inspector.rules import stale_waiver as rule
from tests.rules.release import outcome_of, release


def state(artifact: str, *, ended: bool = False, used: bool = True, waives: str = "wrong-cgo") -> WaiverState:
    until = datetime.date(2026, 1, 31) if ended else None
    clause = WaiverClause(rule=waives, artifact=artifact, reason="why", until=until, source=f"p.toml:{artifact}")
    return WaiverState(clause=clause, ended=ended, used=used)


def test_waivers_in_use_pass():
    assert rule.check(release(waivers=(state("a"),))).message == "the waiver is in use"
    assert rule.check(release(waivers=(state("a"), state("b")))).status is Status.PASS


def test_one_that_has_ended_and_one_without_use_fail():
    given = (state("a"), state("b", ended=True), state("c", used=False), state("d", ended=True, used=False))
    found = outcome_of(rule, release(waivers=given))
    assert (found.status, found.severity) == (Status.FAIL, Severity.WARNING)
    assert found.message == "3 of 4 waivers are stale"
    assert found.evidence == (
        Evidence("b", "wrong-cgo: ended on 2026-01-31 (p.toml:b)"),
        Evidence("c", "wrong-cgo: waived nothing (p.toml:c)"),
        Evidence("d", "wrong-cgo: ended on 2026-01-31 (p.toml:d)"),
    )


def test_without_waivers_it_does_not_apply():
    assert outcome_of(rule, release()).status is Status.NOT_APPLICABLE


def test_a_waiver_of_this_very_rule_is_not_judged():
    assert (
        outcome_of(rule, release(waivers=(state("a", used=False, waives="stale-waiver"),))).status
        is Status.NOT_APPLICABLE
    )
