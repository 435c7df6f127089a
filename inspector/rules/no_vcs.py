"""The record names no commit that the program was built from.

## What it means
The build info has no vcs.revision, and the main module was not fetched as a
version with a checksum either: nothing in the file leads back to its source.

## Why it matters
A bug report, an audit or a rebuild needs the source. Without a commit the
file's name and a version set by -ldflags=-X are all there is, and both are
easily wrong. Where a commit or a clean tree was declared, revision-mismatch
and dirty-tree cannot tell whether it is so.

## How it looks in the bytes
The build settings lack vcs.revision. Go leaves it out with -buildvcs=false,
without a .git directory (an image that copies the sources alone, an unpacked
archive), without the git command (silently), where the module is not that of
the repository, and for files named on the command line. `go install
module@version` has no commit either, but records the checksum of the module.

## How to fix it
Build the package, not its files, inside the clone, with git installed:
`go build -buildvcs=true ./cmd/app`, which fails where the git command is
missing. Where there is no .git directory even that leaves the commit out in
silence.

Severity: note.
Since: Go 1.18 records the commit.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.versioncontrol import FIRST, fetched, why_no_commit

FIX = "go build -buildvcs=true ./PACKAGE, inside the clone and with git installed"


def check(subject: Subject) -> Verdict:
    """Look for a commit, or for a module version that stands for one."""
    build = subject.build
    recorded = known(build.recorded)
    revision = recorded.settings.get("vcs.revision")
    if revision:
        return passed(f"built from commit {revision[:12]}", *build.setting_proof("vcs.revision", "vcs.time"))
    main = fetched(recorded)
    if main is not None:
        proof = build.record_proof("main module", f"{main.path} {main.version} {main.sum}")
        return passed(f"built from {main.path}@{main.version}, as fetched: its checksum is recorded", proof)
    if not recorded.settings and known(build.traits.go_minor) < FIRST:
        return not_applicable(f"Go before 1.{FIRST} records no commit")
    reason = why_no_commit(build, recorded)
    return failed(f"no commit is recorded: {reason}", build.record_proof("vcs.revision", "none"), fix=FIX)


RULE = Rule(id="GBI603", name="no-vcs", severity=Severity.NOTE, check=check)
