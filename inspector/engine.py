"""Run rules over one image's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from inspector.model import (
    DEMANDS,
    METADATA,
    NOT_LINKED,
    AnyRule,
    Intent,
    Outcome,
    Release,
    ReleaseRule,
    Rule,
    Severity,
    Status,
    Subject,
    UnknownFactError,
    Verdict,
    not_applicable,
    undecided,
)

S = TypeVar("S")

_EXPLAINED: Final = (Status.NOT_APPLICABLE, Status.UNKNOWN, Status.ERROR)  # the message is the reason


def judge(subject: Subject, rules: Sequence[AnyRule]) -> tuple[Outcome, ...]:
    """Return one outcome per rule on images, in the order of ``rules``.

    A rule that touches an Unknown says ``unknown``, or does not apply where there is nothing to know yet; a rule that
    crashes says ``error`` and the others go on.
    """
    outcomes = []
    binding = _binding(subject.intent)
    on_images = [rule for rule in rules if isinstance(rule, Rule)]
    for rule in on_images:
        verdict = _run(rule.check, subject)
        if verdict.status is Status.UNKNOWN and verdict.message == NOT_LINKED.reason:
            verdict = not_applicable(verdict.message)
        if verdict.status is Status.ERROR:
            subject = msgspec.structs.replace(subject, crashed=(*subject.crashed, rule.name))
        outcomes.append(outcome_of(rule, verdict, bound=not binding.isdisjoint(rule.keys)))
    failed = {outcome.rule: outcome.severity for outcome in outcomes if outcome.status is Status.FAIL}
    return tuple(_yield(outcome, rule, failed) for outcome, rule in zip(outcomes, on_images, strict=True))


def judge_release(release: Release, rules: Sequence[AnyRule]) -> tuple[Outcome, ...]:
    """Return one outcome per release-wide rule, in the order of ``rules``."""
    return tuple(outcome_of(rule, _run(rule.check, release)) for rule in rules if isinstance(rule, ReleaseRule))


def _run(check: Callable[[S], Verdict], seen: S) -> Verdict:
    try:
        return check(seen)
    except UnknownFactError as unknown:
        return undecided(str(unknown))
    except Exception as bug:  # noqa: BLE001  # a defect of one rule must not cost the others' verdicts
        return Verdict(status=Status.ERROR, message=f"the rule crashed: {type(bug).__name__}: {bug}")


def _binding(intent: Intent) -> frozenset[str]:
    """Return the keys that bind a rule: those that were declared.

    What a name says is no declaration, and what demands nothing binds nothing. Nor does the version that a release
    tool wrote of the release as a whole: no Go stamps some of the tags in use (v2.0.0 of a module without /v2).
    """
    declared = ((key, getattr(intent, key)) for key in Intent.__struct_fields__ if key != "microarch")
    binding = {
        key
        for key, value in declared
        if value is not None
        and not value.by_name
        and value.source != METADATA
        and (value.value is not False or key not in DEMANDS)
    }
    if any(not level.by_name for level in intent.microarch.values()):
        binding.add("microarch")
    return frozenset(binding)


def outcome_of(rule: Rule | ReleaseRule, verdict: Verdict, *, bound: bool = False) -> Outcome:
    """Return a rule's verdict as reports print it."""
    explained = verdict.status in _EXPLAINED
    return Outcome(
        rule=rule.name,
        id=rule.id,
        status=verdict.status,
        severity=verdict.severity or rule.severity,
        message=verdict.message,
        reason=verdict.message if explained else None,
        evidence=verdict.evidence,
        fix=verdict.fix,
        bound=bound,
    )


def _yield(outcome: Outcome, rule: Rule, failed: Mapping[str, Severity]) -> Outcome:
    """One cause, one finding: a failure whose cause another rule already reported is not-applicable.

    What was declared and is not so stays a failure where the other one is a lesser finding.
    """
    if outcome.status is not Status.FAIL:
        return outcome
    least = outcome.severity.rank if outcome.bound else 0
    cause = next((name for name in rule.yields_to if name in failed and failed[name].rank >= least), None)
    if cause is None:
        return outcome
    reason = f"same cause as {cause}"
    return msgspec.structs.replace(
        outcome, status=Status.NOT_APPLICABLE, message=reason, reason=reason, evidence=(), fix=None
    )
