"""What the policy makes of outcomes: its severities, and its waivers."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Sequence

import msgspec

from inspector.intent.globs import Globs
from inspector.model import AnyRule, Evidence, Notable, Outcome, Policy, Status, Waiver, WaiverClause, WaiverState
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

        def about(clause: WaiverClause, _: Outcome) -> bool:
            return self._globs.matches(clause.artifact, path, members)

        return tuple(self._ruled(outcome, about, lambda holding, _: holding[:1]) for outcome in outcomes)

    def on_release(self, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
        """Do the same to release-wide outcomes; waived is one whose every artifact or target a waiver matches."""
        return tuple(self._ruled(outcome, self._touches, self._covering) for outcome in outcomes)

    def states(self, images: Iterable[Outcome | Notable], release: Iterable[Outcome]) -> tuple[WaiverState, ...]:
        """Tell of every waiver whether it has ended, and whether it is for a finding of this run.

        ``images`` and ``release`` are the run's outcomes, with waivers. Of a release-wide finding a waiver may cover a
        part, which lets nothing through and is yet no waiver without a use.
        """
        used = {outcome.waiver.source for outcome in images if outcome.waiver is not None}
        found = [outcome for outcome in release if outcome.status is Status.FAIL]
        return tuple(
            WaiverState(
                clause=clause,
                ended=self._ended(clause),
                used=clause.source in used
                or any(outcome.rule == clause.rule and self._touches(clause, outcome) for outcome in found),
            )
            for clause in self._policy.waivers
        )

    def _ruled(
        self,
        outcome: Outcome,
        about: Callable[[WaiverClause, Outcome], bool],
        sufficient: Callable[[Sequence[WaiverClause], Outcome], Sequence[WaiverClause]],
    ) -> Outcome:
        """Return an outcome as the policy has it.

        ``about`` tells which waivers are for it, and ``sufficient`` which of those let it through.
        """
        severity = self._policy.severities.get(outcome.rule)
        if severity is not None:
            outcome = msgspec.structs.replace(outcome, severity=severity)
        if outcome.status is not Status.FAIL:
            return outcome
        clauses = [clause for clause in self._policy.waivers if clause.rule == outcome.rule and about(clause, outcome)]
        waiver = _waiver(sufficient([clause for clause in clauses if not self._ended(clause)], outcome))
        if waiver is not None:
            return msgspec.structs.replace(outcome, waiver=waiver)
        past = [clause for clause in clauses if self._ended(clause)]
        told = tuple(Evidence("waiver", f"ended on {clause.until} ({clause.source})") for clause in past)
        return msgspec.structs.replace(outcome, evidence=(*outcome.evidence, *told)) if told else outcome

    def _touches(self, clause: WaiverClause, outcome: Outcome) -> bool:
        return any(self._matches(clause, proof) for proof in outcome.evidence)

    def _covering(self, holding: Sequence[WaiverClause], outcome: Outcome) -> Sequence[WaiverClause]:
        """Return one waiver of a whole release-wide outcome, else those that cover it together, else none."""
        for clauses in (*((clause,) for clause in holding), holding):
            if all(any(self._matches(clause, proof) for clause in clauses) for proof in outcome.evidence):
                return clauses
        return ()

    def _matches(self, clause: WaiverClause, proof: Evidence) -> bool:
        path, *members = proof.label.split(" -> ")
        return self._globs.matches(clause.artifact, path, members)

    def _ended(self, clause: WaiverClause) -> bool:
        return clause.until is not None and clause.until < self._today


def _waiver(clauses: Sequence[WaiverClause]) -> Waiver | None:
    """Return waivers that hold together as one, which ends when the first of them does."""
    if not clauses:
        return None
    return Waiver(
        reason="; ".join(dict.fromkeys(clause.reason for clause in clauses)),
        until=min((clause.until for clause in clauses if clause.until is not None), default=None),
        source=", ".join(clause.source for clause in clauses),
    )
