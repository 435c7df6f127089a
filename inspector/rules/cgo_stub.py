"""A package that needs cgo was built without it, and is a stub that only fails.

## What it means
github.com/mattn/go-sqlite3, or a fork of it, is linked with CGO_ENABLED=0. It
compiles, registers its driver, and answers every use with an error.

## Why it matters
The program starts and fails at its first query: "Binary was compiled with
'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub". No test on
the build machine shows it when only the release is built without cgo, as
cross builds are by default.

## How it looks in the bytes
The file table lists the package's static_mock.go, which is compiled in place
of everything else when cgo is off, and the error's text is in the data. The
text alone, as in a scanner or a manual, is no stub.

## How to fix it
`CGO_ENABLED=1 go build` with a C compiler for the target
(`CC="zig cc -target aarch64-linux-musl"`), or a driver in pure Go, such as
modernc.org/sqlite.

Severity: error.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, passed


def check(subject: Subject) -> Verdict:
    """Look for a linked stub."""
    stub = known(subject.build.traits.cgo_stubs)
    if not stub:
        return passed("no stub of a cgo package is linked")
    package = stub[0].value.rpartition("/")[0]
    return failed(
        f"{package} is a stub that fails whenever it is used: it needs cgo",
        *stub,
        fix="CGO_ENABLED=1 go build ... with a C compiler for the target, or a driver in pure Go",
    )


RULE = Rule(id="GBI208", name="cgo-stub", severity=Severity.ERROR, check=check)
