"""A release's programs say that they are different versions.

## What it means
One program was built for several targets, and the version of its main module
that Go recorded is not the same in all of them.

## Why it matters
The version is what `app version` prints where it asks the build info, what
vulnerability scanners match, and what a user writes into a bug report. A
release with two versions holds a file of an earlier release, or was built from
different checkouts: with and without the tag, in a clean and a changed tree,
or by `go install app@latest` on one machine.

## How it looks in the bytes
The build info names the main module and its version: a tag, a pseudo-version
made of a commit, or `+dirty` for a changed tree. Compared are the artifacts of
one release that are one program and whose names say the same but for the
target. `(devel)`, what Go records without version control and before Go 1.24,
is no version; when others of the set have one, the outcome is unknown. Two
pseudo-versions, and a version with and without `+dirty`, only say again that
the commit or its changes differ: where commits are recorded, that is
mixed-revisions.

## How to fix it
Build every target from one checkout that has the tag (`fetch-depth: 0`), and
empty the output directory before.

Severity: warning.
Since: Go 1.13 for `go install app@version`, Go 1.24 for builds in a
repository.
"""

from inspector.mixtures import batches, judged
from inspector.model import Part, Release, ReleaseRule, Severity, Verdict
from inspector.versions import UNSTAMPED, pseudo_commit


def check(release: Release) -> Verdict:
    """Compare the recorded versions of what belongs together."""
    return judged(
        batches(release),
        _version,
        done="stamped as",
        alike="what belongs together is of one version",
        absent="no program that has others beside it records a version",
        partly="no version is recorded",
        fix="build every target from one checkout that has the tag",
    )


def _version(part: Part) -> str | None:
    version = part.image.version
    if version is None or version in UNSTAMPED:
        return None
    if "vcs.revision" not in part.image.settings:
        return version
    release, _, metadata = version.partition("+")
    words = [word for word in metadata.split(".") if word and word != "dirty"]
    version = "+".join((release, *([".".join(words)] if words else ())))
    return "a pseudo-version" if pseudo_commit(version) else version


RULE = ReleaseRule(id="GBI706", name="mixed-module-versions", severity=Severity.WARNING, check=check)
