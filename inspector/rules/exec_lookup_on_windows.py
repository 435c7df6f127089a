"""The windows program looks for other programs by name.

## What it means
os/exec.LookPath is linked: exec.Command calls it for every name without a
slash.

## Why it matters
What a Unix system has in its PATH (sh, ls, grep, which, open) a plain Windows
has not, or has something else by that name: `find`, `sort` and `bash` are.
Windows also finds only names with one of PATHEXT's extensions, and since Go
1.19 a program in the current directory is an error (exec.ErrDot).

## How it looks in the bytes
The function table lists os/exec.LookPath. Linked does not mean called, and
nothing tells which names it is given: a library may bring it along.

## How to fix it
Nothing, if every such call is for a program that comes with Windows or that
the documentation asks for. Else look for `runtime.GOOS == "windows"` where
commands are made.

Severity: note.
Since: every Go release.
"""

from typing import Final

from inspector.model import Format, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

LOOKUP: Final = "os/exec.LookPath"


def check(subject: Subject) -> Verdict:
    """Look for the function in a windows program."""
    build = subject.build
    # The format tells even where nothing else can be read, as in a packed ELF file.
    if build.format is not Format.PE or known(build.observed.goos) != "windows":
        return not_applicable("not a windows program")
    if LOOKUP not in known(build.traits.linked):
        return passed(f"{LOOKUP} is not linked")
    message = f"{LOOKUP} is linked: what it looks for by a Unix name is not there on Windows"
    return failed(message, *build.proof(f"linked.{LOOKUP}"))


RULE = Rule(id="GBI508", name="exec-lookup-on-windows", severity=Severity.NOTE, check=check)
