"""The macOS program has no LC_UUID and does not start on macOS 26.

## What it means
The load command that identifies this build is missing.

## Why it matters
macOS 26 refuses to start the program: "dyld: missing LC_UUID load command".
macOS 15 denies it the local network without asking. Crash reports cannot be
matched to it.

## How it looks in the bytes
No LC_UUID among the load commands. Go's linker writes one by default since
1.24; `-ldflags=-B=none` leaves it out in any release. Apple's linker always
writes one.

## How to fix it
Build with Go 1.24 or later and without `-B=none`. With Go 1.22 and 1.23:
`-ldflags=-B=gobuildid`. With older ones: `-ldflags=-linkmode=external` on a
Mac.

Severity: warning; executables only.
Since: Go 1.24 writes it by default.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for the command; the Go version says nothing, for -B=none drops it in every release."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    if macho.file_type != "MH_EXECUTE":
        return not_applicable("dyld wants LC_UUID of executables only")
    if macho.uuid is not None:
        return passed(f"LC_UUID {macho.uuid}", *build.proof("macho.uuid"))
    count = len(macho.load_commands)
    absent = Evidence("load commands", f"no LC_UUID among {count}", build.place("macho.load_commands"))
    return failed(
        "no LC_UUID: this program does not start on macOS 26",
        absent,
        fix="build with Go 1.24 or later, without -ldflags=-B=none (Go 1.22, 1.23: -ldflags=-B=gobuildid)",
    )


RULE = Rule(id="GBI403", name="macho-no-uuid", severity=Severity.WARNING, check=check)
