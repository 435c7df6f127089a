"""The embedded time zone database cannot be read.

## What it means
The program carries the zip of time zones that package time/tzdata brings
along, and the zip or a zone in it is damaged.

## Why it matters
`time.LoadLocation` fails, or gives a wrong zone, on the very systems for which
the database was embedded, and works elsewhere.

## How it looks in the bytes
The zip starts with a local file header for Africa/Abidjan; its directory lies
at its end. Every zone is stored uncompressed, has a checksum, and starts with
TZif. The evidence says which of these does not hold, and where.

## How to fix it
Build again, and leave out what changes the file after linking. If it happens
again, look at lib/time/zoneinfo.zip and time/tzdata of the Go installation.

Severity: error.
Since: Go 1.15, the first with time/tzdata.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Report why the embedded zip is of no use."""
    tzdata = subject.build.observed.tzdata
    if not known(tzdata.embedded):
        return not_applicable("no zone database is embedded")
    proof = subject.build.proof("tzdata")
    if tzdata.defect is not None:
        return failed(
            f"the embedded zone database is damaged: {tzdata.defect}",
            *proof,
            fix="build again, without what changes the file after linking",
        )
    return passed(f"{known(tzdata.zones)} zones, all readable", *proof)


RULE = Rule(id="GBI503", name="tzdata-corrupt", severity=Severity.ERROR, check=check)
