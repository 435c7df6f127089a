"""The program needs a newer glibc than the target has.

## What it means
A symbol that the program takes from glibc is marked with a version that is
higher than the declared one.

## Why it matters
On every older distribution the program ends before main: "version
`GLIBC_2.34' not found (required by ./app)". Nothing in the source has to
change for that: a newer build machine is enough, and since Go 1.20, which
brings no prebuilt standard library, `net` and `os/user` are enough for cgo.

## How it looks in the bytes
The version table that the loader itself reads (ELF DT_VERNEED) names every
GLIBC_ version; the highest one decides. The evidence lists the symbols that
ask for it: few, and often replaceable. `GLIBC_ABI_DT_RELR` stands for 2.36.

## How to fix it
CGO_ENABLED=0, or build on the oldest distribution that must run it, or with a
compiler that targets its glibc: `CC="zig cc -target x86_64-linux-gnu.2.17"`.

Severity: error; only against an intent, as `--profile glibc-2.28` has one.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.osfloors import ordered


def check(subject: Subject) -> Verdict:
    """Hold the highest needed version against the declared one."""
    meant = subject.intent.glibc
    if meant is None:
        return not_applicable("no glibc version was declared")
    build = subject.build
    if build.observed.elf is None:
        return not_applicable("not an ELF file")
    libc = known(build.observed.libc)
    if libc not in {None, "glibc"}:
        return not_applicable(f"needs {libc}, not glibc")
    floor = known(build.observed.glibc_floor)
    if libc is None or floor is None:
        return passed("needs no version of glibc", *build.proof("needed"))
    proof = build.proof("glibc_floor")
    if ordered(floor) <= ordered(meant.value):
        return passed(f"needs glibc {floor}, and {meant.value} is there ({meant.source})", *proof)
    return failed(
        f"needs glibc {floor}, but {meant.value} was meant ({meant.source})",
        *proof,
        fix=f"CGO_ENABLED=0 go build ..., or build on an older distribution, with glibc {meant.value}",
    )


RULE = Rule(id="GBI205", name="glibc-too-new", severity=Severity.ERROR, check=check, keys=("glibc",))
