"""The program is for another Apple platform than was meant.

## What it means
The platform in the Mach-O header (macOS, iOS, the iOS simulator, ...) is not
the declared one.

## Why it matters
The systems share a container and a processor, and none starts the others'
programs: dyld says "incompatible platform". A library for the simulator links
into no app for the device.

## How it looks in the bytes
The platform number of LC_BUILD_VERSION: 1 macOS, 2 iOS, 6 Mac Catalyst, 7 iOS
simulator; or which LC_VERSION_MIN command an older file has.

## How to fix it
GOOS=ios for iOS, with the C compiler of the right SDK:
`CC="$(xcrun --sdk iphonesimulator --find clang)"` and its `-target` decide
between device and simulator.

Severity: error; only against an intent.
Since: GOOS=ios came with Go 1.16.
"""

from typing import Final

from inspector.model import Rule, Severity, Subject, Verdict, failed, not_applicable, passed, undecided

PLATFORMS: Final = {"darwin": ("macos", "maccatalyst"), "ios": ("ios", "iossimulator")}
"""What a GOOS stands for: the simulator is one of ios' two, and gomobile builds for Mac Catalyst with GOOS=darwin, for
the kernel and its libraries are those of macOS (golang.org/x/mobile/cmd/gomobile, platformOS)."""


def check(subject: Subject) -> Verdict:
    """Hold the platform against the declared one, else against what the declared GOOS stands for."""
    macho = subject.build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    platform, goos = subject.intent.platform, subject.intent.goos
    meant: tuple[str, ...]
    if platform is not None:
        meant, source = (platform.value,), platform.source
    elif goos is not None and goos.value in PLATFORMS:
        meant, source = PLATFORMS[goos.value], goos.source
    else:
        return not_applicable("no Apple platform was declared")
    if macho.platform is None:
        # As Go 1.16 linked for darwin/arm64; what it is for is then all that GOOS says.
        why = "no load command names a platform"
        return not_applicable(why) if platform is None else undecided(why)
    proof = subject.build.proof("macho.platform")
    if macho.platform in meant:
        return passed(f"{macho.platform}, as intended by {source}", *proof)
    return failed(f"built for {macho.platform}, but {' or '.join(meant)} was meant ({source})", *proof)


RULE = Rule(
    id="GBI408",
    name="macho-wrong-platform",
    severity=Severity.ERROR,
    check=check,
    keys=("platform",),
    yields_to=("wrong-goos",),
)
