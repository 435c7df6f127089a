"""What the policy makes of outcomes: its severities, and its waivers."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import msgspec

from inspector.intent.globs import Globs
from inspector.model import AnyRule, Evidence, Outcome, Policy, Status, Waiver, WaiverClause, WaiverState
from inspector.rules import select


def chosen(selected: tuple[str, ...], ignored: tuple[str, ...], policy: Policy | None) -> tuple[AnyRule, ...]:
    """Return the rules that are selected, else the policy's, without those ignored by either.

    A policy's ``ignore`` is not asked where rules are selected by name. Raises RuleNameError for a name of nothing.
    """
    if policy is None or selected:
        return select(selected, ignored)
    return select(policy.select, (*ignored, *policy.ignore))


class Ruling:
    """Applies one policy on one day."""

    def __init__(self, policy: Policy, today: datetime.date) -> None:
        self._policy = policy
        self._today = today
        self._globs = Globs(os.path.dirname(policy.path))  # noqa: PTH120  # pathlib takes 5 ms to import

    def on(self, outcomes: Iterable[Outcome], path: str, members: Sequence[str]) -> tuple[Outcome, ...]:
        """Return the outcomes of one artifact, with the policy's severities, and waived where it says so."""
        return tuple(
            self._ruled(outcome, lambda clause: self._globs.matches(clause.artifact, path, members))
            for outcome in outcomes
        )

    def on_release(self, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
        """Do the same to release-wide outcomes; waived is one whose every artifact or target a waiver matches."""
        return tuple(self._ruled(outcome, partial(self._covers, outcome)) for outcome in outcomes)

    def states(self, outcomes: Iterable[Outcome]) -> tuple[WaiverState, ...]:
        """Tell of every waiver whether it has ended, and whether it waived one of these outcomes of a run."""
        used = {outcome.waiver.source for outcome in outcomes if outcome.waiver is not None}
        return tuple(
            WaiverState(clause=clause, ended=self._ended(clause), used=clause.source in used)
            for clause in self._policy.waivers
        )

    def _covers(self, outcome: Outcome, clause: WaiverClause) -> bool:
        return bool(outcome.evidence) and all(
            self._globs.matches(clause.artifact, *_chain(proof.label)) for proof in outcome.evidence
        )

    def _ruled(self, outcome: Outcome, matches: Callable[[WaiverClause], bool]) -> Outcome:
        severity = self._policy.severities.get(outcome.rule)
        if severity is not None:
            outcome = msgspec.structs.replace(outcome, severity=severity)
        if outcome.status is not Status.FAIL:
            return outcome
        clauses = [clause for clause in self._policy.waivers if clause.rule == outcome.rule and matches(clause)]
        holding = next((clause for clause in clauses if not self._ended(clause)), None)
        if holding is not None:
            waiver = Waiver(reason=holding.reason, until=holding.until, source=holding.source)
            return msgspec.structs.replace(outcome, waiver=waiver)
        past = tuple(Evidence("waiver", f"ended on {clause.until} ({clause.source})") for clause in clauses)
        return msgspec.structs.replace(outcome, evidence=(*outcome.evidence, *past)) if past else outcome

    def _ended(self, clause: WaiverClause) -> bool:
        return clause.until is not None and clause.until < self._today


def _chain(label: str) -> tuple[str, tuple[str, ...]]:
    """Take the name of an artifact apart into its path and its members."""
    path, *members = label.split(" -> ")
    return path, tuple(members)
