"""A rule failed to judge this file because of a defect in the tool.

## What it means
One or more rules stopped with an internal error. Their verdicts are missing;
all other verdicts stand.

## Why it matters
Silence would pass for "no defect found". The outcome has the status `error`,
which counts as "could not be inspected".

## How it looks in the bytes
Nothing: the file may be healthy or damaged, and the tool should have coped
with either.

## How to fix it
Please report it with the rule's name and message, and if you can the file.
Until then `--ignore RULE` leaves that rule out.

Severity: error; the status is `error`, not `fail`.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Status, Subject, Verdict, passed


def check(subject: Subject) -> Verdict:
    """Name the rules that crashed on this image; runs last, since rules run in the order of their ids."""
    if not subject.crashed:
        return passed("every rule ran to its end")
    return Verdict(status=Status.ERROR, message=f"no verdict from {', '.join(subject.crashed)}: a defect of this tool")


RULE = Rule(id="GBI903", name="rule-crashed", severity=Severity.ERROR, check=check)
