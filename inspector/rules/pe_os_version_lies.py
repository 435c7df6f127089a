"""The header names an older Windows than the program runs on.

## What it means
The operating system version in the PE header is lower than what the Go
release that built the program needs.

## Why it matters
Windows goes by the header: an older one starts the program, which then dies.
Go 1.21 and later need Windows 10, and their files said Windows 7 until Go
1.27: on Windows 7 and 8 users see "bcryptprimitives.dll not found" or
exception 0xc0000005 instead of "needs a newer version of Windows".

## How it looks in the bytes
MajorOperatingSystemVersion and MinorOperatingSystemVersion of the optional
header, against the minimum that the Go release's notes name. A higher header
is believed. Go's own linker wrote 4.0 until Go 1.12, 6.1 until 1.26, 10.0
since; a C linker still writes 6.1.

## How to fix it
Nothing in the file: say Windows 10 where you say what is required. For
Windows 7 and 8 build with Go 1.20, the last release that runs there.

Severity: note; error when an older Windows is what the program was declared
for.
Since: Go 1.21, which needs Windows 10.
"""

from typing import Final

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.osfloors import floor, last_release, ordered

GOOS: Final = "windows"


def check(subject: Subject) -> Verdict:
    """Hold the header against the release's own minimum, and the higher of the two against a declared one."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    proof = build.proof("pe.os_version", "go_version")
    goarch = known(build.observed.goarch)
    meant = _meant(subject)
    if meant is not None and ordered(pe.os_version) > ordered(meant.value):
        return _too_new(f"the header asks for Windows {pe.os_version}", meant, goarch, subject)
    minor = known(build.traits.go_minor)
    real = floor(GOOS, minor, goarch)
    if real is None:
        return not_applicable(f"Go 1.{minor} names no oldest Windows")
    if meant is not None and ordered(real) > ordered(meant.value):
        return _too_new(f"Go 1.{minor} needs Windows {real}", meant, goarch, subject)
    if ordered(pe.os_version) < ordered(real):
        # windows/arm64 never ran on less than Windows 10, whatever the release.
        which = f"Go 1.{minor}" if real == floor(GOOS, minor) else f"Go 1.{minor} for {goarch}"
        message = f"the header says Windows {pe.os_version}, but a program of {which} needs {real}"
        return failed(message, *proof, severity=Severity.NOTE)
    said = f"Windows {pe.os_version}, and Go 1.{minor} needs {real}"
    return passed(f"{said}; {meant.value} was meant ({meant.source})" if meant else said, *proof)


def _meant(subject: Subject) -> Declared[str] | None:
    """Return the declared minimum where it is one of Windows."""
    goos, least = subject.intent.goos, subject.intent.min_os
    return least if goos is None or goos.value == GOOS else None


def _too_new(why: str, meant: Declared[str], goarch: str, subject: Subject) -> Verdict:
    last = last_release(GOOS, meant.value, goarch)
    return failed(
        f"{why}, but it was meant for {meant.value} and later ({meant.source})",
        *subject.build.proof("pe.os_version", "go_version"),
        fix=None if last is None else f"build with Go 1.{last}, the last release that runs there",
        severity=Severity.ERROR,
    )


RULE = Rule(id="GBI311", name="pe-os-version-lies", severity=Severity.NOTE, check=check, keys=("min_os",))
