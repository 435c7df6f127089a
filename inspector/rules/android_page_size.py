"""The program's segments are aligned to less than a memory page of the target.

## What it means
The target's memory pages were declared, and a PT_LOAD of this 64-bit ELF file
is aligned to fewer bytes.

## Why it matters
Devices with Android 15 or later may have pages of 16 KiB: their loader
refuses such a file, or runs it in a compatibility mode, and Google Play takes
no new app that targets Android 15 and holds such a library.

## How it looks in the bytes
The smallest p_align of all PT_LOAD program headers. Go's own linker aligns to
64 KiB on arm64 and to 4 KiB on amd64; with a C linker it is the C linker's
choice: 4 KiB for amd64 and arm64 alike before NDK r28.

## How to fix it
`-ldflags='-extldflags=-Wl,-z,max-page-size=16384'`, or NDK r28 or later.

Severity: error; only against an intent, as `--profile android` has one.
32-bit systems always have pages of 4 KiB.
Since: Android 15.
"""

from typing import Final

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

WITH_32_BITS: Final = {"386", "arm", "mips", "mipsle"}


def check(subject: Subject) -> Verdict:
    """Hold the least alignment of a loaded segment against the declared page."""
    meant = subject.intent.page_size
    if meant is None:
        return not_applicable("no page size was declared")
    build = subject.build
    if build.observed.elf is None:
        return not_applicable("not an ELF file")
    goarch = known(build.observed.goarch)
    if goarch in WITH_32_BITS:
        return not_applicable(f"{goarch} is a 32-bit processor, whose pages have 4 KiB")
    least = build.traits.load_alignment
    if least is None:
        return not_applicable("the file loads nothing")
    proof = build.proof("load_alignment")
    if least >= meant.value:
        return passed(f"aligned to {least} bytes, and a page has {meant.value} ({meant.source})", *proof)
    return failed(
        f"a segment is aligned to {least} bytes, but a page has {meant.value} ({meant.source})",
        *proof,
        fix=f"go build -ldflags='-extldflags=-Wl,-z,max-page-size={meant.value}' ..., or NDK r28 or later",
    )


RULE = Rule(
    id="GBI802",
    name="android-page-size",
    severity=Severity.ERROR,
    check=check,
    keys=("page_size",),
    yields_to=("wrong-goos",),
)
