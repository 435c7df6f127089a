"""The program's names were scrambled on purpose.

## What it means
The function table, which the Go runtime needs to print stack traces, is there
but its marks or names are not those that Go writes. Tools such as garble do
this.

## Why it matters
Stack traces and profiles of the program name nothing, scanners see neither
its modules nor its Go version, and virus scanners often flag it. This tool
reads the headers alone: what follows from names (cgo, the resolver, time
zones, the Go version) is unknown, since what is missing among scrambled names
proves nothing.

## How it looks in the bytes
A table of the right shape, to which the program's moduledata points, with a
magic number that no Go linker writes; or no file of Go's own runtime among
the file names. The build info is usually gone, or emptied with the version
"unknown".

## How to fix it
Nothing, if it is meant. Otherwise build with the plain go command, and inspect
the program before it is obfuscated.

Severity: note.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, passed


def check(subject: Subject) -> Verdict:
    """Report the signs of scrambled names."""
    signs = known(subject.build.traits.obfuscation)
    if not signs:
        return passed("names are as Go's linker writes them")
    return failed(
        f"scrambled names: {', '.join(f'{sign.label} {sign.value}' for sign in signs)}",
        *signs,
        fix="build with the plain go command, unless it is meant",
    )


RULE = Rule(id="GBI902", name="obfuscated", severity=Severity.NOTE, check=check)
