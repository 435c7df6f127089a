"""The header names an older macOS than the program runs on.

## What it means
The minimum system version in the Mach-O header is lower than what the Go
release that built the program needs; or, where a minimum was declared, the
program needs a newer system than that.

## Why it matters
dyld goes by the header: an older macOS starts the program, which then fails
at the first function that its libraries do not have ("Symbol not found").
Go 1.21 and 1.22 need macOS 10.15 and say 10.13 in amd64 programs.

## How it looks in the bytes
`minos` of LC_BUILD_VERSION, or LC_VERSION_MIN_MACOSX in older files, against
the minimum that the Go release's notes name. A higher header is believed.

## How to fix it
Nothing in the file: say the real minimum where you say what is required. For
an older macOS build with the last Go release that runs there; a higher header
comes from `-macos` (Go 1.27), MACOSX_DEPLOYMENT_TARGET or the C compiler.

Severity: note; error when an older system is what the program was declared
for.
Since: every Go release.
"""

from typing import Final

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.osfloors import floor, last_release, ordered

NAMES: Final = {"darwin": "macOS", "ios": "iOS"}


def check(subject: Subject) -> Verdict:
    """Hold the header against the release's own minimum, and the higher of the two against a declared one."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    proof = build.proof("macho.min_os", "go_version")
    goos, goarch = known(build.observed.goos), known(build.observed.goarch)
    header, meant = macho.min_os, _meant(subject, goos)
    if meant is not None and header is not None and ordered(header) > ordered(meant.value):
        return _too_new(f"the header asks for {header}", meant, (goos, goarch), subject)
    minor = known(build.traits.go_minor)
    real = floor(goos, minor, goarch)
    if real is None:
        return not_applicable(f"Go 1.{minor} names no oldest {goos}")
    if meant is not None and ordered(real) > ordered(meant.value):
        return _too_new(f"Go 1.{minor} needs {real}", meant, (goos, goarch), subject)
    if header is None:
        said = f"the header names no minimum, and Go 1.{minor} needs {real}"
        return passed(f"{said}; {meant.value} was meant ({meant.source})") if meant else not_applicable(said)
    if ordered(header) < ordered(real):
        message = f"the header says {NAMES.get(goos, goos)} {header}, but a program of Go 1.{minor} needs {real}"
        return failed(message, *proof, severity=Severity.NOTE)
    said = f"{NAMES.get(goos, goos)} {header}, and Go 1.{minor} needs {real}"
    return passed(f"{said}; {meant.value} was meant ({meant.source})" if meant else said, *proof)


def _meant(subject: Subject, observed: str) -> Declared[str] | None:
    """Return the declared minimum where it is one of the system that the program is for."""
    goos, least = subject.intent.goos, subject.intent.min_os
    return least if goos is None or goos.value == observed else None


def _too_new(why: str, meant: Declared[str], port: tuple[str, str], subject: Subject) -> Verdict:
    last = last_release(port[0], meant.value, port[1])
    return failed(
        f"{why}, but it was meant for {meant.value} and later ({meant.source})",
        *subject.build.proof("macho.min_os", "go_version"),
        fix=None if last is None else f"build with Go 1.{last}, the last release that runs there",
        severity=Severity.ERROR,
    )


RULE = Rule(id="GBI404", name="macho-min-os", severity=Severity.NOTE, check=check, keys=("min_os",))
