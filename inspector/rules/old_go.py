"""The program was built with a Go that gets no fixes any more.

## What it means
Go supports its two newest release lines. The release that linked this
program belongs to an older line, or is a beta, a release candidate or a
development version of a line that has been released since.

## Why it matters
The standard library is part of the program: holes in crypto/tls, net/http or
archive/zip that were found after the line ended stay in it. Vulnerability
scanners report them one by one; the cause is one.

## How it looks in the bytes
The version string the runtime carries, else the one the build info records,
against the dates of all releases that this tool knows. It knows them up to
the date the message names and asks no network: a release that is newer than
the table passes. A supported line passes even where patch releases are
missing; the message then says how many.

## How to fix it
Build with the newest Go, and let go.mod name it (`go get toolchain@latest`).

Severity: note.
Since: every Go release; the policy is at go.dev/doc/devel/release#policy.
"""

from inspector.model import Rule, Severity, Subject, Unknown, Verdict, failed, not_applicable, passed, undecided
from inspector.releases import (
    STAGES,
    Release,
    first_of,
    known_releases,
    known_until,
    line_of,
    newer_in_line,
    parse,
    supported_lines,
    version_of,
)

FIX = "build with the newest Go: go get toolchain@latest"


def check(subject: Subject) -> Verdict:
    """Place the release among all that are known."""
    compiler = subject.build.observed.compiler
    if compiler in {"gccgo", "tinygo"}:
        return not_applicable(f"{compiler} has releases of its own")
    text, proof = version_of(subject.build)
    if isinstance(text, Unknown):
        return undecided(text.reason)
    release = parse(text)
    if release is None:
        return undecided(f"the version {text!r} names no Go release", *proof)
    minor = release[1]
    if release[0] == 1 and minor < supported_lines()[0]:
        return failed(f"{_built(text, release)}; {_ended(minor)}; {_newest()}", *proof, fix=FIX)
    opened = first_of(minor) if release[0] == 1 else None
    if release[3] < STAGES[None] and opened is not None:
        what = "a development version" if release[3] == STAGES["devel"] else "a test version"
        lead = f"{_built(text, release)}, {what} of what came out as go{opened.name} on {opened.date}"
        return failed(f"{lead}; {_newest()}", *proof, fix=FIX)
    return passed(f"{_built(text, release)}, {_state(release)} (as of {known_until()})", *proof)


def _built(text: str, release: Release) -> str:
    known = known_releases().get(release)
    return f"built with {text}" + (f" of {known.date}" if known else "")


def _ended(minor: int) -> str:
    """Say since when the line has had no fixes: "supported until there are two newer major releases"."""
    after = first_of(minor + 2)
    since = f" since go{after.name} came out on {after.date}" if after else ""
    return f"Go 1.{minor} has had no fixes{since}"


def _newest() -> str:
    newest = [line_of(minor)[-1] for minor in supported_lines()]
    return "supported are " + " and ".join(f"go{known.name} ({known.date})" for known in reversed(newest))


def _state(release: Release) -> str:
    if release[0] > 1 or first_of(release[1]) is None:
        return "newer than every release that is known"
    behind = newer_in_line(release)
    if not behind and release not in known_releases():
        return "newer than every release of its line that is known"
    if not behind:
        return "the newest known release of a supported line"
    number = "1 patch release" if len(behind) == 1 else f"{len(behind)} patch releases"
    return f"of a supported line; {number} behind go{behind[-1].name} of {behind[-1].date}"


RULE = Rule(id="GBI608", name="old-go", severity=Severity.NOTE, check=check)
