"""The program does not record a release version of itself.

## What it means
The main module's version in the build info is "(devel)", which means that Go
stamped none, or a pseudo-version, which names a commit and no tag.

## Why it matters
Vulnerability scanners and `go version -m` take the recorded version for the
truth. Without one they cannot match advisories; with a pseudo-version such as
v0.0.0-20260102150405-abcdef123456 they may report what a tag has long fixed.
A version set by `-ldflags=-X` is the program's own and is not seen here;
wrong-version compares it, and reports a version that is not the declared one.

## How it looks in the bytes
The `mod` line of the build info. It names a tag where the program was built
with `go install module@version`, and since Go 1.24 where it was built at a
tagged commit. Older releases record "(devel)" for every `go build`.

## How to fix it
Build with Go 1.24 or later, at the tag, from a clone that has its tags (in
GitHub Actions: fetch-depth: 0), without -buildvcs=false.

Severity: note; error where a version was declared, Go 1.24 or later built the
program, and a tag could have given the module that version. None could where
Go recorded the commit and yet no version: the repository has no go.mod at its
root.
Since: Go 1.24 stamps versions from version control.
"""

from inspector.model import Rule, Severity, Subject, Unknown, Verdict, failed, known, not_applicable, passed
from inspector.versions import FIRST_STAMPED, UNSTAMPED, can_stamp, pseudo_commit, same

FIX = "build with Go 1.24 or later at a tagged commit, from a clone that has its tags, without -buildvcs=false"


def check(subject: Subject) -> Verdict:
    """Read the main module's version."""
    build = subject.build
    recorded = known(build.recorded)
    main = recorded.main
    if main is None:
        return not_applicable("the build info names no main module")
    version = main.version or "none"
    proof = build.record_proof("main module version", version)
    if main.version in UNSTAMPED:
        found = f"no version was stamped: the build info says {version}"
    elif pseudo_commit(version):
        found = f"built from an untagged commit: {version}"
    else:
        return passed(f"version {version}", proof)
    meant, minor = subject.intent.version, build.traits.go_minor
    stamps = not isinstance(minor, Unknown) and minor >= FIRST_STAMPED
    if main.version in UNSTAMPED and "vcs.revision" in recorded.settings:
        stamps = False  # Go looked for a tag and had no module at the root to hold it against (setBuildInfo)
    if meant is None or not stamps or same(version, meant.value) or not can_stamp(meant.value, main.path):
        return failed(found, proof, fix=FIX)
    found = f"{found}, but {meant.value} was meant ({meant.source})"
    return failed(found, proof, fix=FIX, severity=Severity.ERROR)


RULE = Rule(id="GBI604", name="devel-version", severity=Severity.NOTE, check=check, yields_to=("wrong-version",))
