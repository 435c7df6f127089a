"""Run rules over one image's facts."""

from __future__ import annotations

import msgspec

from inspector.model import (
    NOT_LINKED,
    Outcome,
    Rule,
    Status,
    Subject,
    UnknownFactError,
    Verdict,
    not_applicable,
    undecided,
)


def judge(subject: Subject, rules: tuple[Rule, ...]) -> tuple[Outcome, ...]:
    """Return one outcome per rule, in the order of ``rules``.

    A rule that touches an Unknown says ``unknown``, or does not apply where there is nothing to know yet; a rule that
    crashes says ``error`` and the others go on.
    """
    outcomes = []
    for rule in rules:
        verdict = _run(rule, subject)
        if verdict.status is Status.UNKNOWN and verdict.message == NOT_LINKED.reason:
            verdict = not_applicable(verdict.message)
        if verdict.status is Status.ERROR:
            subject = msgspec.structs.replace(subject, crashed=(*subject.crashed, rule.name))
        outcomes.append(_outcome(rule, verdict))
    failed = {outcome.rule for outcome in outcomes if outcome.status is Status.FAIL}
    return tuple(_yield(outcome, rule, failed) for outcome, rule in zip(outcomes, rules, strict=True))


def _run(rule: Rule, subject: Subject) -> Verdict:
    try:
        return rule.check(subject)
    except UnknownFactError as unknown:
        return undecided(str(unknown))
    except Exception as bug:  # noqa: BLE001  # a defect of one rule must not cost the others' verdicts
        return Verdict(status=Status.ERROR, message=f"the rule crashed: {type(bug).__name__}: {bug}")


def _outcome(rule: Rule, verdict: Verdict) -> Outcome:
    explained = verdict.status in {Status.NOT_APPLICABLE, Status.UNKNOWN, Status.ERROR}
    return Outcome(
        rule=rule.name,
        id=rule.id,
        status=verdict.status,
        severity=verdict.severity or rule.severity,
        message=verdict.message,
        reason=verdict.message if explained else None,
        evidence=verdict.evidence,
        fix=verdict.fix,
    )


def _yield(outcome: Outcome, rule: Rule, failed: set[str]) -> Outcome:
    """One cause, one finding: a failure whose cause another rule already reported is not-applicable."""
    cause = next((name for name in rule.yields_to if name in failed), None)
    if outcome.status is not Status.FAIL or cause is None:
        return outcome
    reason = f"same cause as {cause}"
    return msgspec.structs.replace(
        outcome, status=Status.NOT_APPLICABLE, message=reason, reason=reason, evidence=(), fix=None
    )
