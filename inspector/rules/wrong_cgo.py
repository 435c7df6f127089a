"""C code was linked, or left out, against what was meant.

## What it means
CGO_ENABLED=0 was meant and C code is linked; or CGO_ENABLED=1 was meant and
the record says 0.

## Why it matters
With cgo left on while cross-building, the program asks the target for the
libc of the machine that built it. With cgo lost, packages that need it become
stubs that fail when they are first called, and `net` and `os/user` change how
they look up names.

## How it looks in the bytes
Source files of `runtime/cgo/` or `_cgo_gotypes.go` in the runtime's file
table: then C code is linked, whatever was recorded. The reverse does not
hold: a program that imports no cgo package is the same with CGO_ENABLED=1 and
with 0, so there only the recorded CGO_ENABLED can say what was on.

## How to fix it
`CGO_ENABLED=0 go build` leaves C out. It is 1 by default on a native build
and 0 by default on a cross build; set it on both to have the same program.
To keep cgo in a cross build, set CGO_ENABLED=1 and a C cross compiler in CC.

Severity: error; only against an intent.
Since: every Go release; the record has CGO_ENABLED since Go 1.18.
"""

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed, undecided


def check(subject: Subject) -> Verdict:
    """Compare what is linked, and failing that what was recorded, with the intended CGO_ENABLED."""
    meant = subject.intent.cgo
    if meant is None:
        return not_applicable("no CGO_ENABLED was declared")
    return _wanted(subject, meant) if meant.value else _unwanted(subject, meant)


def _unwanted(subject: Subject, meant: Declared[bool]) -> Verdict:
    build = subject.build
    proof = (*build.proof("cgo"), *build.setting_proof("CGO_ENABLED"))
    if known(build.observed.cgo):
        return failed(
            f"cgo is linked, but CGO_ENABLED=0 was meant ({meant.source})",
            *proof,
            fix="CGO_ENABLED=0 go build ...",
        )
    if build.setting("CGO_ENABLED") == "1":
        return passed(
            f"no cgo is linked, as intended by {meant.source}; the record says 1, but nothing imported uses it",
            *proof,
        )
    return passed(f"no cgo is linked, as intended by {meant.source}", *proof)


def _wanted(subject: Subject, meant: Declared[bool]) -> Verdict:
    build = subject.build
    proof = (*build.proof("cgo"), *build.setting_proof("CGO_ENABLED"))
    recorded = build.setting("CGO_ENABLED")
    if build.observed.cgo is True:
        return passed(f"cgo is linked, as intended by {meant.source}", *proof)
    if recorded == "1":
        return passed(
            f"CGO_ENABLED=1 is recorded, as intended by {meant.source}; nothing imported uses cgo",
            *proof,
        )
    if recorded == "0":
        return failed(
            f"built with CGO_ENABLED=0, but CGO_ENABLED=1 was meant ({meant.source})",
            *proof,
            fix="CGO_ENABLED=1 CC=<C compiler for the target> go build ...",
        )
    known(build.observed.cgo)
    return undecided("no cgo is linked, and no record says whether it was on", *proof)


RULE = Rule(id="GBI103", name="wrong-cgo", severity=Severity.ERROR, check=check, keys=("cgo",))
