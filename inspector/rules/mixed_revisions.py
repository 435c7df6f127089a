"""A release's programs were built from different commits.

## What it means
One program was built for several targets, and the commits that Go recorded are
not the same; or some targets were built from the commit as it is, and others
with changes that are in no commit.

## Why it matters
The release has one version and one changelog, and its parts are different
programs: a fix is in some of them only. The usual cause is a job of the matrix
that ran again after a push, a checkout of a branch in place of the tag, a
generated or converted file that changed the tree on one machine, or a file
that a former release left behind.

## How it looks in the bytes
Go records `vcs.revision` and `vcs.modified` when it builds in a repository.
Compared are the artifacts of one release that are one program and whose names
say the same but for the target. Programs that record no commit are compared
with none; when others of the set record one, the outcome is unknown.

## How to fix it
Build every target from one checkout of the tag, in a clean tree. Let the job
fail where `git status --porcelain` prints something before the build.

Severity: warning.
Since: Go 1.18, for programs built in a repository.
"""

from inspector.mixtures import batches, judged
from inspector.model import Part, Release, ReleaseRule, Severity, Verdict


def check(release: Release) -> Verdict:
    """Compare the recorded commits of what belongs together."""
    return judged(
        batches(release),
        _commit,
        done="built from",
        alike="what belongs together was built from one commit",
        absent="no program that has others beside it records its commit",
        partly="no commit is recorded",
        fix="build every target from one clean checkout",
    )


def _commit(part: Part) -> str | None:
    settings = part.image.settings
    if "vcs.revision" not in settings:
        return None
    changed = settings.get("vcs.modified") == "true"
    return settings["vcs.revision"] + (" with uncommitted changes" if changed else "")


RULE = ReleaseRule(id="GBI705", name="mixed-revisions", severity=Severity.WARNING, check=check)
