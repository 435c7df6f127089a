"""The PE file is laid out in a way that Windows refuses.

## What it means
Sizes or offsets in the headers break rules that the Windows loader checks
before it maps the file.

## Why it matters
The program does not start: "This app can't run on your PC", "not a valid
Win32 application". Other readers of the file notice nothing, so a build that
only unpacks and lists it stays green.

## How it looks in the bytes
SizeOfHeaders that is no multiple of FileAlignment, raw data that begins off
that alignment, sections that overlap or lie outside SizeOfImage. Go 1.25.0
wrote such files when C objects brought debug sections along
(golang/go#75121).

## How to fix it
Build with the newest Go release, or leave the debug information out with
`-ldflags=-s`. If that is not the reason, look for the tool that rewrote the
file after linking.

Severity: error.
Since: every Go release; the known linker defect is Go 1.25.0's.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Report what the reader found that the loader refuses."""
    build = subject.build
    if build.observed.pe is None:
        return not_applicable("not a PE file")
    defects = build.traits.pe_layout
    if not defects:
        return passed("the headers are laid out as Windows wants them")
    count = "one defect" if len(defects) == 1 else f"{len(defects)} defects"
    return failed(
        f"Windows refuses to load this file: {count} in its layout",
        *defects,
        fix="build with the newest Go or with -ldflags=-s, and leave out what rewrites the file after linking",
    )


RULE = Rule(id="GBI312", name="pe-malformed-layout", severity=Severity.ERROR, check=check)
