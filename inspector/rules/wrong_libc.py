"""The program needs another C library than the target has.

## What it means
The loader that the file names, or the C library among those it needs, is not
the one that was declared: glibc where the target has musl, or the reverse.

## Why it matters
The loader's path decides whether the program starts at all: on Alpine a glibc
program says "no such file or directory" although the file is there, for it is
the loader that is missing. glibc and musl also differ in what their functions
do: name lookup, stack size, locales.

## How it looks in the bytes
ELF PT_INTERP: `/lib/ld-musl-x86_64.so.1` is musl's,
`/lib64/ld-linux-x86-64.so.2` glibc's, `/system/bin/linker64` Android's.
DT_NEEDED: `libc.so.6` is glibc,
`libc.musl-x86_64.so.1` or `libc.so` beside musl's loader is musl. A PIE
without cgo has a loader and needs no library: it does not start either. Go's
linker names the loader it finds on the machine that builds (since Go 1.20),
so the same command gives another file on Alpine.

## How to fix it
CGO_ENABLED=0 without `-buildmode=pie` needs no C library. With cgo, build
where that library is, or with a compiler for it:
`CC="zig cc -target x86_64-linux-musl"`.

Severity: error; only against an intent, as `--profile musl` has one.
Since: every Go release.
"""

import re
from typing import Final

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed, undecided

LOADERS: Final = (
    (re.compile(r".*/ld-musl-[^/]*"), "musl"),
    (re.compile(r"/system/bin/linker(64)?"), "bionic"),
    (re.compile(r".*/ld(64)?-uClibc[^/]*"), "uclibc"),
    (re.compile(r".*/ld(64|-linux[^/]*)?\.so\.\d+"), "glibc"),
)
"""Whose a loader is: the names of data/interpreters.json, wherever a build machine keeps them."""


def check(subject: Subject) -> Verdict:
    """Hold the loader and the needed C library against the declared one."""
    meant = subject.intent.libc
    if meant is None:
        return not_applicable("no C library was declared")
    build = subject.build
    goos = known(build.observed.goos)
    if goos not in {"linux", "android"}:
        return not_applicable(f"{goos} has one C library")
    loader, needed = known(build.observed.interpreter), known(build.observed.libc)
    proof = build.proof("interpreter", "needed")
    wrong = [libc for libc in (_owner(loader), needed) if libc not in {None, meant.value}]
    if wrong:
        how = f"needs the loader {loader}" if loader else f"needs {needed}"
        message = f"{how}, which is {wrong[0]}'s, but {meant.value} was meant ({meant.source})"
        if loader is None:
            message = f"{how}, but {meant.value} was meant ({meant.source})"
        pie = ", without -buildmode=pie" if not build.observed.needed else ", or with a C compiler for that library"
        return failed(message, *proof, fix=f"CGO_ENABLED=0 go build ...{pie}")
    if needed is not None or _owner(loader) is not None:
        return passed(f"{meant.value}, as intended by {meant.source}", *proof)
    if loader is not None:
        return undecided(f"whose loader {loader} is, its name does not tell", *proof)
    return passed("needs no C library", *proof)


def _owner(loader: str | None) -> str | None:
    return next((libc for name, libc in LOADERS if loader is not None and name.fullmatch(loader)), None)


RULE = Rule(
    id="GBI204",
    name="wrong-libc",
    severity=Severity.ERROR,
    check=check,
    keys=("libc",),
    yields_to=("wrong-goos",),
)
