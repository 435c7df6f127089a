"""The program needs a C library, although cgo was off.

## What it means
CGO_ENABLED=0 was recorded or declared, no `runtime/cgo` is in the program,
and yet a libc is among the libraries it needs.

## Why it matters
"Built with CGO_ENABLED=0" is read as "static, runs anywhere". This file does
not: it needs the loader and the libc of the kind of system it was made for,
and nothing in its record says so.

## How it looks in the bytes
ELF DT_NEEDED with a libc, no `runtime/cgo/` and no `_cgo_gotypes.go` in the
file table. Two ways lead there: packages that call C libraries without cgo
(purego and its `internal/fakecgo`, through `//go:cgo_import_dynamic`), and
until Go 1.21 `-ldflags=-linkmode=external` with CGO_ENABLED=0, where the C
linker adds its libc unasked; Go 1.22 and later refuse that.

## How to fix it
Ship it as what it is, a program that needs that libc; or leave the importing
package out, often by a build tag of its own; or drop `-linkmode=external`.

Severity: warning; error when a static file was declared.
Since: every Go release; the record has CGO_ENABLED since Go 1.18.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.static import never_static


def check(subject: Subject) -> Verdict:
    """Look for a needed libc in a program whose cgo was off."""
    build, intent = subject.build, subject.intent
    if intent.cgo is not None and not intent.cgo.value:
        off = f"CGO_ENABLED=0 was meant ({intent.cgo.source})"
    elif build.setting("CGO_ENABLED") == "0":
        off = "CGO_ENABLED=0 is recorded"
    else:
        return not_applicable("CGO_ENABLED=0 is neither recorded nor declared")
    observed = build.observed
    exempt = never_static(known(observed.goos))
    if exempt is not None:
        return not_applicable(exempt)
    if known(observed.cgo):
        return not_applicable("cgo is linked for all to see")
    needed, libc = known(observed.needed), known(observed.libc)
    proof = (*build.proof("needed", "cgo"), *build.setting_proof("CGO_ENABLED"))
    if libc is None or not needed:
        return passed("no C library is needed, as without cgo", *proof)
    static = intent.static
    demanded = static is not None and static.value
    return failed(
        f"needs {libc} without containing cgo, although {off}",
        *proof,
        fix="leave out the package that loads C libraries without cgo (purego), or -ldflags=-linkmode=external",
        severity=Severity.ERROR if demanded else None,
    )


RULE = Rule(id="GBI203", name="hidden-cgo", severity=Severity.WARNING, check=check, keys=("cgo",))
