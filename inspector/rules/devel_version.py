"""The program does not record a release version of itself.

## What it means
The main module's version in the build info is "(devel)", which means that Go
stamped none, or a pseudo-version, which names a commit and no tag.

## Why it matters
Vulnerability scanners and `go version -m` take the recorded version for the
truth. Without one they cannot match advisories; with a pseudo-version such as
v0.0.0-20260102150405-abcdef123456 they may report what a tag has long fixed.
A version set by `-ldflags=-X` is the program's own and is not seen here.

## How it looks in the bytes
The `mod` line of the build info. It names a tag where the program was built
with `go install module@version`, and since Go 1.24 where it was built at a
tagged commit. Older releases record "(devel)" for every `go build`.

## How to fix it
Build with Go 1.24 or later, at the tag, from a clone that has its tags (in
GitHub Actions: fetch-depth: 0), without -buildvcs=false.

Severity: note.
Since: Go 1.24 stamps versions from version control.
"""

import re

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

FIX = "build with Go 1.24 or later at a tagged commit, from a clone that has its tags, without -buildvcs=false"

# golang.org/x/mod/module, pseudoVersionRE: a version that names a commit by its time and hash.
PSEUDO = re.compile(r"v[0-9]+\.(0\.0-|[0-9]+\.[0-9]+-([^+]*\.)?0\.)[0-9]{14}-[A-Za-z0-9]+(\+[0-9A-Za-z.-]+)?")


def check(subject: Subject) -> Verdict:
    """Read the main module's version."""
    build = subject.build
    main = known(build.recorded).main
    if main is None:
        return not_applicable("the build info names no main module")
    version = main.version or "none"
    proof = build.record_proof("main module version", version)
    if version in {"(devel)", "none"}:
        return failed(f"no version was stamped: the build info says {version}", proof, fix=FIX)
    if PSEUDO.fullmatch(version):
        return failed(f"built from an untagged commit: {version}", proof, fix=FIX)
    return passed(f"version {version}", proof)


RULE = Rule(id="GBI604", name="devel-version", severity=Severity.NOTE, check=check)
