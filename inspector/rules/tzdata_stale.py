"""The zone database inside the program is older than one that a newer Go packs.

## What it means
time/tzdata embeds the IANA time zone database of the Go release that built
the program, and a later Go release brings a later one.

## Why it matters
Governments change their clocks at short notice, several times a year. Where
the system has no database of its own, local times in the countries concerned
are wrong by an hour, and nothing says so.

## How it looks in the bytes
The zones are hashed and looked up among those that Go's releases pack. The
newest that this tool knows is what the message compares with; IANA may have
published another since, which no known release of Go brings.

## How to fix it
Build with the newest Go. A database on the system, or named by the
environment variable ZONEINFO, comes before the embedded one.

Severity: note.
Since: Go 1.15, which brought time/tzdata.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed, undecided
from inspector.tzreleases import newest, ordered


def check(subject: Subject) -> Verdict:
    """Compare the embedded release with the newest one."""
    tzdata = subject.build.observed.tzdata
    if not known(tzdata.embedded):
        return not_applicable("no zone database is embedded")
    release = known(tzdata.release) or ""
    latest = newest()
    ours, theirs = ordered(release), ordered(latest.release)
    if ours is None or theirs is None:
        return undecided(f"{release!r} names no IANA release")
    proof = subject.build.proof("tzdata")
    if ours < theirs:
        return failed(
            f"zones of {release} are embedded; Go {latest.go[0]} and later pack {latest.release}",
            *proof,
            fix=f"build with Go {latest.go[0]} or later",
        )
    return passed(f"zones of {release} are embedded, the newest that a known Go release packs", *proof)


RULE = Rule(id="GBI504", name="tzdata-stale", severity=Severity.NOTE, check=check)
