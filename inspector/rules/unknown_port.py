"""The Go release that built the program has no such port.

## What it means
The meant GOOS/GOARCH pair, or the one the program shows, is not among the
ports of the Go release that linked it.

## Why it matters
Ports come and go: nacl left with Go 1.14, darwin/386 and darwin/arm with
1.15, windows/arm with 1.26. A target that its Go does not have cannot have
been built, so the file under that name is something else. A program that
shows a pair its Go never had was linked by a changed Go, or was edited. A
port that is merely marked broken still builds and is no finding.

## How it looks in the bytes
The runtime's version string and the port in the file table, looked up in the
ports of each release.

## How to fix it
Take the target out of the release, or build it with the last Go that has it.

Severity: error.
Since: every Go release.
"""

from collections.abc import Iterator

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.ports import had, port


def check(subject: Subject) -> Verdict:
    """Look the intended and the observed pair up in the ports of the file's own Go release."""
    build = subject.build
    compiler = build.setting("-compiler")
    if compiler not in {None, "gc"}:
        return not_applicable(f"{compiler} has ports of its own")
    minor = known(build.traits.go_minor)
    proof = build.proof("go_version", "goos", "goarch")
    for goos, goarch, source in _intended(subject):
        if not had(goos, goarch, minor):
            return failed(
                f"{goos}/{goarch} was meant ({source}), which Go 1.{minor} does not have",
                *proof,
                fix=_fix(goos, goarch, minor),
            )
    goos, goarch = known(build.observed.goos), known(build.observed.goarch)
    if had(goos, goarch, minor):
        return passed(f"{goos}/{goarch} is a port of Go 1.{minor}", *proof)
    return failed(
        f"the program is for {goos}/{goarch}, which Go 1.{minor} does not have",
        *proof,
        fix="build with a released Go",
    )


def _intended(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield the intended pair, when both halves were declared, with its source."""
    goos, goarch = subject.intent.goos, subject.intent.goarch
    if goos is not None and goarch is not None:
        yield goos.value, goarch.value, _source(goos, goarch)


def _source(goos: Declared[str], goarch: Declared[str]) -> str:
    return goos.source if goos.source == goarch.source else f"{goos.source}, {goarch.source}"


def _fix(goos: str, goarch: str, minor: int) -> str:
    found = port(goos, goarch)
    if found is not None and found.removed is not None and found.removed <= minor:
        return (
            f"take {goos}/{goarch} out of the release, or build it with Go 1.{found.removed - 1}, the last that has it"
        )
    if found is not None and minor < found.first:
        return f"build with Go 1.{found.first} or newer"
    return f"take {goos}/{goarch} out of the release"


RULE = Rule(id="GBI107", name="unknown-port", severity=Severity.ERROR, check=check)
