"""The windows program opens a console, or none, against what was declared.

## What it means
The subsystem in the header is another than the declared one: `console` or
`gui`.

## Why it matters
Windows opens a console window for every console program that is not started
from one: a black window behind a graphical program. A gui program that is
started from a console gives it back at once, and what the program prints is
seen nowhere.

## How it looks in the bytes
Subsystem in the optional header: 3 is console (IMAGE_SUBSYSTEM_WINDOWS_CUI),
2 is gui (IMAGE_SUBSYSTEM_WINDOWS_GUI). Go writes console unless told
otherwise. A DLL takes part in its program's console, whatever its own header
says.

## How to fix it
For gui: `-ldflags=-H=windowsgui`; for console: leave it out. A build that
sets -ldflags twice keeps the last one alone.

Severity: error; only when a subsystem was declared (`subsystem` in the
policy).
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Hold the header's subsystem against the declared one."""
    meant = subject.intent.subsystem
    if meant is None:
        return not_applicable("no subsystem was declared")
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    mode = build.observed.buildmode
    if mode == "c-shared":
        return not_applicable("a DLL takes part in its program's console")
    proof = build.proof("pe.subsystem")
    if pe.subsystem == meant.value:
        return passed(f"{pe.subsystem}, as intended by {meant.source}", *proof)
    known(mode)  # it may be a DLL
    return failed(
        f"{pe.subsystem}, but {meant.value} was meant ({meant.source})",
        *proof,
        fix="go build -ldflags=-H=windowsgui ..." if meant.value == "gui" else "leave -H=windowsgui out of -ldflags",
    )


RULE = Rule(id="GBI308", name="pe-wrong-subsystem", severity=Severity.ERROR, check=check, keys=("subsystem",))
