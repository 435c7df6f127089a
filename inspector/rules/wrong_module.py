"""The program was built from another module than was meant.

## What it means
The main module in the build info, the one that holds the package main, is not
the declared one.

## Why it matters
The module is what vulnerability scanners and bills of materials look the
program up by. A fork that kept the program's name, a tool of the build that
was copied in its place, or an example program are all valid Go programs for
the right target; only the module tells them from the one that was meant.

## How it looks in the bytes
The `mod` line of the build info; a `=>` line below it, where go.mod or go.work
replaced that module, is shown too. The `path` line names the package main.
Where it was built from files named on the command line, or outside of a
module, there is no `mod` line: then a package path that cannot be of the meant
module is a defect, and nothing else is known.

## How to fix it
Name the package by its path: `go build example.com/app/cmd/app`, or
`go build ./cmd/app` in the module's directory.

Severity: error; only against an intent.
Since: Go 1.13 records modules.
"""

from inspector.model import (
    FROM_FILES,
    Declared,
    GoBuild,
    Recorded,
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)


def check(subject: Subject) -> Verdict:
    """Compare the recorded main module with the meant one."""
    meant = subject.intent.module
    if meant is None:
        return not_applicable("no module was declared")
    build = subject.build
    recorded = known(build.recorded)
    main = recorded.main
    if main is None:
        return _by_package(build, recorded, meant)
    proof = build.record_proof("main module", main.path)
    replaced = ""
    if main.replace is not None:
        replaced = f"; it was replaced by {main.replace.path}"
    if main.path == meant.value:
        return passed(f"{main.path}, as intended by {meant.source}{replaced}", proof)
    hint = ": that is the path of its main package" if recorded.path == meant.value else ""
    return failed(
        f"the main module is {main.path}{replaced}, but {meant.value} was meant ({meant.source}){hint}",
        proof,
        fix=f"go build {meant.value}/...",
    )


def _by_package(build: GoBuild, recorded: Recorded, meant: Declared[str]) -> Verdict:
    """Judge by the path of package main, which starts with that of its module."""
    path = recorded.path
    if not path:
        return undecided("the build info names neither a module nor a package")
    proof = build.record_proof("path", path)
    if path == FROM_FILES:
        return undecided("no main module is recorded: files were named on the command line, not a package", proof)
    if f"{path}/".startswith(f"{meant.value}/"):
        return undecided(f"no main module is recorded: {path} was built outside of a module", proof)
    return failed(
        f"the main package is {path}, which is not of module {meant.value} that was meant ({meant.source})",
        proof,
        fix=f"go build {meant.value}/...",
    )


RULE = Rule(id="GBI613", name="wrong-module", severity=Severity.ERROR, check=check, keys=("module",))
