"""The PE file is laid out in a way that Windows refuses.

## What it means
Sizes or offsets in the headers break rules that the Windows loader checks
before it maps the file.

## Why it matters
The program does not start: "This app can't run on your PC", "not a valid
Win32 application". Other readers of the file notice nothing, so a build that
only unpacks and lists it stays green.

## How it looks in the bytes
SizeOfHeaders or raw data off FileAlignment, sections with a gap between their
addresses, an entry point or relocations outside the image. Go's own linker
writes no such file. GNU ld up to 2.36 does, from cgo programs of Go 1.25: it
does not know the DWARF 5 debug sections of that release (golang/go#75121).

## How to fix it
Link with newer binutils, or leave the debug information out with
`-ldflags="-s -w"`. If that is not the reason, look for the tool that rewrote
the file after linking.

Severity: error.
Since: every Go release; DWARF 5 came with Go 1.25.
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
        fix='use newer binutils or -ldflags="-s -w", and leave out what rewrites the file after linking',
    )


RULE = Rule(id="GBI312", name="pe-malformed-layout", severity=Severity.ERROR, check=check)
