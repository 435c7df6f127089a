"""The windows program allows its data to be executed.

## What it means
The header does not say that the program works with data execution
prevention (DEP).

## Why it matters
In a 32-bit program Windows may leave the stack and the heap executable, which
makes memory bugs easier to exploit. A 64-bit process has DEP whatever the
header says, but scanners report the missing bit all the same.

## How it looks in the bytes
DllCharacteristics in the optional header without 0x100 (NX_COMPAT). Go's
linker writes it since 1.14.

## How to fix it
Build with Go 1.14 or later, and look for `-Wl,--disable-nxcompat` in
CGO_LDFLAGS or for a tool that edits the header.

Severity: warning; note before Go 1.14, where it was the default.
Since: Go 1.14 sets it by default.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

DEFAULT_NX = 14


def check(subject: Subject) -> Verdict:
    """Look for NX_COMPAT."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    proof = build.proof("pe.nx_compat")
    if pe.nx_compat:
        return passed("NX_COMPAT is set", *proof)
    if known(build.traits.go_minor) < DEFAULT_NX:
        message = "NX_COMPAT is off, as Go linked windows programs before 1.14"
        return failed(message, *proof, fix="build with Go 1.14 or later", severity=Severity.NOTE)
    return failed(
        "NX_COMPAT is off: data may be executed",
        *proof,
        fix="leave out -Wl,--disable-nxcompat, or what edits the header after linking",
    )


RULE = Rule(id="GBI306", name="pe-no-nx", severity=Severity.WARNING, check=check, yields_to=("packed",))
