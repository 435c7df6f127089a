"""The program needs a dynamic loader, although a static file was meant.

## What it means
A static file was declared (`--static`), or CGO_ENABLED=0 was, which on this
system gives one by default; and the file names a loader or needs libraries.

## Why it matters
In an empty image (`FROM scratch`), in a distroless static one, and under
another libc the loader is not there, and the program does not start: "no such
file or directory", about a file that plainly exists.

## How it looks in the bytes
ELF PT_INTERP and DT_NEEDED. A program with cgo packages (`net` and `os/user`
are two) has both. `-buildmode=pie` with CGO_ENABLED=0 has a PT_INTERP and no
DT_NEEDED: it needs nothing of the loader and yet does not start without it.

## How to fix it
CGO_ENABLED=0 without `-buildmode=pie`; or with cgo
`-ldflags '-linkmode=external -extldflags "-static"'`. The shorter
`-ldflags '-extldflags "-static"'` is ignored when Go links by itself, which
it does for `net` and `os/user`; `-tags netgo,osusergo` helps there.

Only linux, freebsd, netbsd, dragonfly and plan9 have fully static Go
programs. When a PIE was declared as well, its loader is what was asked for.

Severity: error; only against an intent; warning when CGO_ENABLED=0 alone was
declared and a loader is named.
Since: every Go release.
"""

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.static import never_static


def check(subject: Subject) -> Verdict:
    """Hold the linkage against a declared static file, the interpreter against a declared CGO_ENABLED=0."""
    static, cgo = subject.intent.static, subject.intent.cgo
    if static is not None and not static.value:
        return not_applicable(f"a dynamic file was meant ({static.source})")
    if static is None and (cgo is None or cgo.value):
        return not_applicable("neither a static file nor CGO_ENABLED=0 was declared")
    exempt = never_static(known(subject.build.observed.goos))
    if exempt is not None:
        return not_applicable(exempt)
    if static is not None:
        return _static(subject, static)
    return _without_cgo(subject, cgo) if cgo is not None else not_applicable("no CGO_ENABLED was declared")


def _static(subject: Subject, meant: Declared[bool]) -> Verdict:
    linkage = known(subject.build.observed.linkage)
    proof = subject.build.proof("linkage")
    if linkage != "dynamic":
        return passed(f"{linkage}, as intended by {meant.source}", *proof)
    return failed(
        f"{_needs(subject)}, but a static file was meant ({meant.source})",
        *proof,
        fix=_fix(subject),
        severity=Severity.ERROR,
    )


def _without_cgo(subject: Subject, meant: Declared[bool]) -> Verdict:
    loader = known(subject.build.observed.interpreter)
    proof = subject.build.proof("interpreter")
    buildmode = subject.intent.buildmode
    if loader is None:
        return passed(f"no loader is needed, as CGO_ENABLED=0 promises ({meant.source})", *proof)
    if buildmode is not None and buildmode.value == "pie":
        return not_applicable(f"a PIE was meant ({buildmode.source}), and a PIE names a loader")
    return failed(
        f"{_needs(subject)}, although CGO_ENABLED=0 was meant ({meant.source})",
        *proof,
        fix=_fix(subject),
        severity=Severity.WARNING,
    )


def _needs(subject: Subject) -> str:
    observed = subject.build.observed
    loader = known(observed.interpreter)
    if loader is not None:
        return f"needs the loader {loader}"
    return f"needs the libraries {', '.join(known(observed.needed))}"


def _fix(subject: Subject) -> str:
    observed = subject.build.observed
    if observed.buildmode == "pie" and not observed.needed:
        return "CGO_ENABLED=0 go build ..., without -buildmode=pie"
    return "CGO_ENABLED=0 go build ..."


RULE = Rule(id="GBI201", name="dynamic-not-static", severity=Severity.ERROR, check=check, keys=("static",))
