"""The program is static, although a dynamic file was meant.

## What it means
`--no-static` was declared, and the file names neither a loader nor a library.

## Why it matters
Someone counts on the system's libc: for names from LDAP or mDNS through NSS,
for security updates that reach the program without a rebuild, for plugins, or
for tools that hook in through LD_PRELOAD. None of it works in a static file.

## How it looks in the bytes
ELF without PT_INTERP and without DT_NEEDED. PE and Mach-O programs are always
dynamic.

## How to fix it
`CGO_ENABLED=1 go build` with a C compiler for the target and a package that
uses cgo: a program whose imports use none is static with CGO_ENABLED=1 too.
Take `-static`, `netgo` and `osusergo` out of the flags.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Hold the linkage against a declared dynamic file."""
    meant = subject.intent.static
    if meant is None:
        return not_applicable("no dynamic file was declared")
    if meant.value:
        return not_applicable(f"a static file was meant ({meant.source})")
    linkage = known(subject.build.observed.linkage)
    proof = subject.build.proof("linkage")
    if linkage == "dynamic":
        return passed(f"dynamic, as intended by {meant.source}", *proof)
    return failed(
        f"{linkage}, but a dynamic file was meant ({meant.source})",
        Evidence("program headers", "neither a loader nor a needed library", subject.build.place("buildmode")),
        fix="CGO_ENABLED=1 CC=<C compiler for the target> go build ..., without -static, netgo and osusergo",
    )


RULE = Rule(id="GBI210", name="static-not-dynamic", severity=Severity.ERROR, check=check, keys=("static",))
