"""Which portability profile a program satisfies, the way auditwheel names the policy of a wheel."""

from __future__ import annotations

from functools import cache

import msgspec

from inspector.engine import judge
from inspector.intent.profiles import needs, next_stricter, profiles
from inspector.model import Intent, Outcome, Portability, Rule, Severity, Status, Subject, Unknown
from inspector.rules import all_rules


class _Step(msgspec.Struct, frozen=True, kw_only=True):
    """One profile of a system: what it declares, and the rules that its keys bind."""

    name: str
    stricter: str | None
    intent: Intent
    rules: tuple[Rule, ...]


def portability(subject: Subject) -> Portability | None:
    """Return the strictest built-in profile of the program's system that it satisfies, and what blocks the next one.

    A profile is satisfied when no rule that its keys bind fails as an error or cannot decide. It is the file that is
    judged: what was meant for it, and the severities and waivers of a policy, change nothing. A program that satisfies
    none is told what blocks the laxest. None for a system without profiles, and for what is not linked yet.
    """
    goos = subject.build.observed.goos
    steps = () if isinstance(goos, Unknown) or subject.build.observed.buildmode == "c-archive" else _steps(goos)
    blocked: dict[str, tuple[str, ...]] = {}
    for step in steps:
        outcomes = judge(msgspec.structs.replace(subject, intent=step.intent), step.rules)
        blocked[step.name] = tuple(outcome.rule for outcome in outcomes if _blocks(outcome))
        if not blocked[step.name]:
            return _of(step.name, step.stricter, blocked)
    return _of(None, _laxest(steps), blocked) if steps else None


def _of(satisfied: str | None, stricter: str | None, blocked: dict[str, tuple[str, ...]]) -> Portability:
    return Portability(satisfied=satisfied, stricter=stricter, blocked_by=() if stricter is None else blocked[stricter])


def _blocks(outcome: Outcome) -> bool:
    if outcome.status is Status.FAIL:
        return outcome.severity is Severity.ERROR
    return outcome.status in {Status.UNKNOWN, Status.ERROR}


@cache
def _steps(goos: str) -> tuple[_Step, ...]:
    """Return the profiles of a system, the strictest first."""
    return tuple(
        _step(name, needs(profile, f"profile {name}")) for name, profile in profiles().items() if profile.goos == goos
    )


def _step(name: str, intent: Intent) -> _Step:
    declared = {key for key in Intent.__struct_fields__ if getattr(intent, key)}
    rules = tuple(rule for rule in all_rules() if isinstance(rule, Rule) and declared.intersection(rule.keys))
    return _Step(name=name, stricter=next_stricter().get(name), intent=intent, rules=rules)


def _laxest(steps: tuple[_Step, ...]) -> str:
    """Return the first profile that is not the next stricter one of another."""
    passed_by = {step.stricter for step in steps}
    return next(step.name for step in steps if step.name not in passed_by)
