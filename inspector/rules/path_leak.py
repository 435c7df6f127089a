"""The program tells where it was built.

## What it means
Absolute paths of the build machine stand in the program's file table.

## Why it matters
They give away user names, project names and the shape of the build system in
every published copy and in every stack trace, and two machines build two
different files. Paths below GOROOT or in the module cache matter less: they
say where Go is installed. Those below a home directory or a CI workspace say
who built it.

## How it looks in the bytes
Source files are listed under their full path, as in
`/home/ann/shop/main.go`. With -trimpath they are listed as
`example.com/shop/main.go` and `example.com/lib@v1.2.3/lib.go`. The table
survives `-s -w` and strip.

## How to fix it
`go build -trimpath`. With cgo, compilers write paths of their own:
`CGO_CFLAGS=-ffile-prefix-map=$PWD=.`

Severity: note; error where -trimpath was asked for (`trimpath = true`).
Since: Go 1.13, the first with -trimpath.
"""

from inspector.demands import breached
from inspector.model import Rule, Severity, Subject, Verdict, known, passed


def check(subject: Subject) -> Verdict:
    """Report absolute source paths, kind by kind."""
    paths = known(subject.build.traits.build_paths)
    if not paths:
        return passed("no absolute source path", *subject.build.proof("trimpath"))
    kinds = ", ".join(dict.fromkeys(path.label for path in paths))
    found = f"source paths tell of the build machine: {kinds}"
    return breached(found, "-trimpath", subject.intent.trimpath, *paths, fix="go build -trimpath ...")


RULE = Rule(id="GBI601", name="path-leak", severity=Severity.NOTE, check=check, keys=("trimpath",))
