"""The program was built with an older Go than was meant.

## What it means
At least one release was declared (`--go 1.27`, `--go 1.27.3`), and the
program was linked by an earlier one.

## Why it matters
The Go release is part of the program: its standard library, its security
fixes, its minimum macOS, Windows and kernel versions. An image or a runner
that has not been updated builds with yesterday's Go and says nothing.

## How it looks in the bytes
The version string the runtime carries, else the one the build info records.
`go1.27rc1` is before `go1.27`; a development version counts as before the
release it leads to; what a vendor adds (`go1.26.2-custom`,
`go1.20.3 X:nocoverageredesign`) does not count.

## How to fix it
Install that Go, or let the go command fetch it: `GOTOOLCHAIN=go1.27.3 go
build`, or a `toolchain` line in go.mod. With `GOTOOLCHAIN=local` the
installed one is always used.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Unknown, Verdict, failed, not_applicable, passed, undecided
from inspector.releases import STAGES, Release, parse, version_of


def check(subject: Subject) -> Verdict:
    """Compare the Go release with the least one that was meant."""
    meant = subject.intent.go
    if meant is None:
        return not_applicable("no Go release was declared")
    text, proof = version_of(subject.build)
    if isinstance(text, Unknown):
        return undecided(text.reason)
    release, least = parse(text), parse(meant.value)
    if release is None:
        return undecided(f"the version {text!r} names no Go release", *proof)
    if least is None:
        return undecided(f"{meant.value!r} ({meant.source}) names no Go release")
    if release >= least:
        return passed(f"{text} is at least {meant.value}, as intended by {meant.source}", *proof)
    return failed(
        f"built with {text}, but at least {meant.value} was meant ({meant.source})",
        *proof,
        fix=f"GOTOOLCHAIN={_toolchain(meant.value, least)} go build ...",
    )


def _toolchain(text: str, release: Release) -> str:
    """Name the toolchain of a release: since Go 1.21 the first one of a minor release is go1.N.0."""
    bare = text.removeprefix("go")
    first = bare.count(".") == 1 and release[1] >= 21 and release[3] == STAGES[None]
    return f"go{bare}.0" if first else f"go{bare}"


RULE = Rule(id="GBI109", name="wrong-go", severity=Severity.ERROR, check=check, keys=("go",))
