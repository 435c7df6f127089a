"""The program needs a C library that was not meant to be needed.

## What it means
A static file or CGO_ENABLED=0 was declared, and the file names a libc among
the libraries it needs.

## Why it matters
The program runs only where that libc is, in that version or a newer one: a
file linked against glibc does not start on Alpine, one linked on a new
distribution fails on an old one with "version `GLIBC_2.34' not found".

## How it looks in the bytes
ELF DT_NEEDED with a libc (`libc.so.6`, `libc.musl-x86_64.so.1`, `libc.so.7`)
and, for glibc, the highest `GLIBC_` version in `.gnu.version_r`.

## How to fix it
CGO_ENABLED=0, or `-tags netgo,osusergo` when `net` and `os/user` are the only
cgo packages, or a real static link:
`-ldflags '-linkmode=external -extldflags "-static"'`, best with musl, since a
static glibc still loads the target's own for name lookup.

Only linux, freebsd, netbsd and dragonfly have Go programs without libc; on
openbsd, solaris, illumos, darwin and android it is the way into the system.

Severity: error; only against an intent; warning when CGO_ENABLED=0 alone was
declared.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.static import never_static


def check(subject: Subject) -> Verdict:
    """Look for a needed libc where a static file or CGO_ENABLED=0 was declared."""
    static, cgo = subject.intent.static, subject.intent.cgo
    if static is not None and not static.value:
        return not_applicable(f"a dynamic file was meant ({static.source})")
    if static is not None:
        meant, severity = f"a static file was meant ({static.source})", Severity.ERROR
    elif cgo is not None and not cgo.value:
        meant, severity = f"CGO_ENABLED=0 was meant ({cgo.source})", Severity.WARNING
    else:
        return not_applicable("neither a static file nor CGO_ENABLED=0 was declared")
    observed = subject.build.observed
    exempt = never_static(known(observed.goos))
    if exempt is not None:
        return not_applicable(exempt)
    needed, libc = known(observed.needed), known(observed.libc)
    proof = subject.build.proof("needed", "glibc_floor")
    if libc is None or not needed:
        return passed("no C library is needed", *proof)
    floor = f" {observed.glibc_floor} or newer" if isinstance(observed.glibc_floor, str) else ""
    return failed(f"needs {libc}{floor}, but {meant}", *proof, fix="CGO_ENABLED=0 go build ...", severity=severity)


RULE = Rule(
    id="GBI202",
    name="libc-needed",
    severity=Severity.ERROR,
    check=check,
    keys=("static",),
    yields_to=("hidden-cgo",),
)
