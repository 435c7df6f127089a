"""The macOS program is not position-independent.

## What it means
The program asks to be loaded at one fixed address.

## Why it matters
On Apple silicon the kernel refuses it. On Intel it runs without address space
layout randomisation (ASLR), which makes memory bugs easier to exploit.

## How it looks in the bytes
The MH_PIE bit (0x200000) of the Mach-O header's flags is off. The build info
says `-buildmode=exe` for the default too, which is position-independent, so
it proves nothing.

## How to fix it
Leave out `-buildmode=exe`, or say `-buildmode=pie`.

Severity: note; error on arm64; on other processors nothing before Go 1.22,
where it was the default. Executables only.
Since: Go 1.22 links darwin/amd64 programs position-independent by default.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

DEFAULT_PIE = 22  # internal/platform.DefaultPIE: darwin/amd64 since Go 1.22, darwin/arm64 always


def check(subject: Subject) -> Verdict:
    """Look for MH_PIE."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    if macho.file_type != "MH_EXECUTE":
        return not_applicable("libraries are always position-independent")
    proof = build.proof("macho.pie")
    if macho.pie:
        return passed("MH_PIE is set", *proof)
    fix = "go build -buildmode=pie ..."
    if known(build.observed.goarch) == "arm64":
        message = "MH_PIE is off: Apple silicon refuses this program"
        return failed(message, *proof, fix=fix, severity=Severity.ERROR)
    if known(build.traits.go_minor) < DEFAULT_PIE:
        return passed("not position-independent, as Go linked for macOS on Intel before 1.22", *proof)
    return failed("MH_PIE is off: the program runs without ASLR", *proof, fix=fix)


RULE = Rule(
    id="GBI406", name="macho-not-pie", severity=Severity.NOTE, check=check, yields_to=("packed", "wrong-buildmode")
)
