"""The program was built from another commit than was meant.

## What it means
The commit that Go recorded is not the declared one, or not the one that the
release's own metadata name.

## Why it matters
The release notes, the tag and the program then tell of different sources. A
job that checks out a branch where it should check out the tag, a cached
program of an earlier run, one leg of a matrix that was not run again: each
gives a release that nobody can build again from what it says of itself.

## How it looks in the bytes
The build setting vcs.revision. Where Go recorded none, the commit in a
pseudo-version of the main module (v0.0.0-20260102150405-abcdef123456). One may
be a shortened form of the other, of at least 7 digits. Uncommitted changes are
dirty-tree's matter. Without version control where it was built, and with
-buildvcs=false, nothing tells the commit.

## How to fix it
Check out the commit that is to be released (in GitHub Actions: `ref`), build
it into an empty directory, and compare with `git rev-parse HEAD`.

Severity: error; only against an intent.
Since: Go 1.18 records the commit.
"""

import re

from inspector.model import (
    Evidence,
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
from inspector.versioncontrol import why_no_commit
from inspector.versions import pseudo_commit

SHORTEST = 7  # digits, as `git rev-parse --short` gives at least
SHOWN = 12  # digits, as in a pseudo-version
HEXADECIMAL = re.compile(r"[0-9a-f]+")


def check(subject: Subject) -> Verdict:
    """Compare the recorded commit with the meant one."""
    meant = subject.intent.revision
    if meant is None:
        return not_applicable("no revision was declared")
    build = subject.build
    recorded = known(build.recorded)
    revision, proof = _revision(build, recorded)
    if revision is None:
        return undecided(f"no commit is recorded: {why_no_commit(build, recorded)}", proof)
    one, other = sorted((revision.lower(), meant.value.strip().lower()), key=len)
    if one == other or (len(one) >= SHORTEST and _shortens(one, other)):
        return passed(f"built from commit {revision[:SHOWN]}, as intended by {meant.source}", proof)
    if _shortens(one, other):
        return undecided(f"{one!r} is too short to tell a commit ({meant.source})", proof)
    shown = None if one[:SHOWN] == other[:SHOWN] else SHOWN
    return failed(
        f"built from commit {revision[:shown]}, but {meant.value[:shown]} was meant ({meant.source})",
        proof,
        fix=f"git checkout {meant.value[:shown]}, then build again",
    )


def _revision(build: GoBuild, recorded: Recorded) -> tuple[str | None, Evidence]:
    """Return the commit that is recorded, in full or shortened, and where."""
    revision = recorded.settings.get("vcs.revision")
    version = (recorded.main.version if recorded.main else None) or ""
    commit = pseudo_commit(version)
    if not revision and commit:
        return commit, build.record_proof("main module version", version)
    return revision or None, build.record_proof("vcs.revision", revision or "none")


def _shortens(short: str, full: str) -> bool:
    """Say whether a hash may be shortened to the other; what is no hash (Subversion's numbers) may not."""
    return bool(HEXADECIMAL.fullmatch(short)) and full.startswith(short)


RULE = Rule(id="GBI605", name="revision-mismatch", severity=Severity.ERROR, check=check, keys=("revision",))
