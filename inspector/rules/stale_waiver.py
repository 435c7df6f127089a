"""A waiver of the policy has ended, or waives nothing.

## What it means
The last day of a waiver has passed, so that it lets nothing through any more;
or no finding of this run is one that it is for.

## Why it matters
A waiver is a promise to come back. One that has ended is overdue, and the
release now fails for what it let through. One that waives nothing hides the
next finding of that rule on these artifacts, which nobody has looked at.

## How it looks in the bytes
There are none. Waivers are held against the findings of the whole run, and
only those of rules that ran. Where only a part of a release is inspected, the
waivers of the rest waive nothing.

## How to fix it
Remove the waiver; or, when it has ended and the reason still holds, give it a
new `until`.

Severity: warning.
Since: every Go release.
"""

from inspector.model import (
    Evidence,
    Release,
    ReleaseRule,
    Severity,
    Verdict,
    WaiverState,
    failed,
    not_applicable,
    passed,
)


def check(release: Release) -> Verdict:
    """Look for waivers that have ended or were of no use."""
    states = [state for state in release.waivers if state.clause.rule != RULE.name]  # what became of those is not known
    if not states:
        return not_applicable("the policy has no waivers of rules that ran")
    stale = [state for state in states if state.ended or not state.used]
    if not stale:
        return passed("the waiver is in use" if len(states) == 1 else f"all {len(states)} waivers are in use")
    return failed(
        f"{len(stale)} of {len(states)} waivers {'is' if len(stale) == 1 else 'are'} stale",
        *(Evidence(state.clause.artifact, f"{_said(state)} ({state.clause.source})") for state in stale),
        fix="remove what is stale, or give what must go on a new until",
    )


def _said(state: WaiverState) -> str:
    clause = state.clause
    said = f"ended on {clause.until}" if state.ended else "waived nothing"
    return f"{clause.rule}: {said}"


RULE = ReleaseRule(id="GBI710", name="stale-waiver", severity=Severity.WARNING, check=check)
