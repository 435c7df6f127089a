"""The time zone database is inside the program although it should not be.

## What it means
`--tzdata absent` was declared and the IANA time zone database is embedded.

## Why it matters
It adds some 450 KB, and it is consulted when the system has no zone of that
name: such a zone may be years old.

## How it looks in the bytes
The file table lists time/tzdata, or a zip of zones is in the data.

## How to fix it
Leave out `-tags timetzdata` and every `import _ "time/tzdata"`; that of a
dependency counts too.

Severity: error; only against an intent.
Since: Go 1.15, the first with time/tzdata.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Compare the embedded database with the declaration that there be none."""
    meant = subject.intent.tzdata
    if meant is None:
        return not_applicable("nothing was declared about the zone database")
    if meant.value != "absent":
        return not_applicable(f"the zone database is wanted ({meant.source})")
    if known(subject.build.observed.tzdata.embedded):
        return failed(
            f"the zone database is embedded, but none was meant to be ({meant.source})",
            *subject.build.proof("tzdata"),
            fix='leave out -tags timetzdata and every import of "time/tzdata", in dependencies too',
        )
    return passed(f"not embedded, as intended by {meant.source}")


RULE = Rule(id="GBI502", name="tzdata-unwanted", severity=Severity.ERROR, check=check, keys=("tzdata",))
