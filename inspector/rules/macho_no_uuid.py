"""The macOS program has no LC_UUID, which macOS 26 asks for.

## What it means
The load command that identifies this build is missing.

## Why it matters
macOS 26 refuses to start a program that was linked against its SDK and has
none: "dyld: missing LC_UUID load command". One that names an older SDK
starts, but macOS 15 and later may deny it the local network, and crash reports
cannot be matched to it.

## How it looks in the bytes
No LC_UUID among the load commands. Go's linker writes one by default since
1.24; `-ldflags=-B=none` leaves it out in any release, `-ldflags=-buildid=`
until Go 1.26. Apple's linker always writes one.

The SDK is the one in LC_BUILD_VERSION: dyld (mach_o/Policy.cpp,
`enforceHasUUID`) asks for the UUID of an executable whose SDK is of autumn
2025 or later. Go's own linker writes SDK 26.2 since Go 1.27, and 12.0 or less
before. Go 1.20 to 1.23 with cgo copied it from what the C compiler made, which
on a Mac with Xcode 26 is 26.

## How to fix it
Build with Go 1.24 or later, without `-B=none` and without `-buildid=`. With
Go 1.22 and 1.23: `-ldflags=-B=gobuildid`. With older ones:
`-ldflags=-linkmode=external` on a Mac.

Severity: warning; error if macOS 26 or later is what the program is for
(`--profile macos-26`); executables only.
Since: Go 1.24 writes it by default.
"""

from typing import Final

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, not_applicable, passed
from inspector.osfloors import ordered

_ASKS_SINCE: Final = 26
"""SDK and macOS from which dyld asks: Go 1.18 to 1.23 on macOS 26.5 (ebitengine/purego#483), and
cmd/link/internal/ld/macho.go."""


def check(subject: Subject) -> Verdict:
    """Look for the command; the Go version says nothing, for -B=none drops it in every release."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    if macho.file_type != "MH_EXECUTE":
        return not_applicable("only of executables is LC_UUID asked here")
    if macho.uuid is not None:
        return passed(f"LC_UUID {macho.uuid}", *build.proof("macho.uuid"))
    count = len(macho.load_commands)
    absent = Evidence("load commands", f"no LC_UUID among {count}", build.place("macho.load_commands"))
    fix = (
        "build with Go 1.24 or later, without -B=none and -buildid= in -ldflags (Go 1.22, 1.23: -ldflags=-B=gobuildid)"
    )
    meant = subject.intent.min_os
    severity = Severity.ERROR if meant is not None and ordered(meant.value) >= (_ASKS_SINCE,) else None
    if macho.sdk is not None and int(macho.sdk.split(".")[0]) >= _ASKS_SINCE:
        message = f"no LC_UUID, and linked for SDK {macho.sdk}: this program does not start on macOS 26"
        return failed(message, absent, *build.proof("macho.min_os"), fix=fix, severity=severity)
    message = "no LC_UUID: macOS 15 and later may deny this program the local network"
    if severity is not None and meant is not None:
        message = f"{message}, and it is meant for macOS {meant.value} ({meant.source})"
    return failed(message, absent, fix=fix, severity=severity)


RULE = Rule(
    id="GBI403",
    name="macho-no-uuid",
    severity=Severity.WARNING,
    check=check,
    keys=("min_os",),
    yields_to=("packed",),
)
