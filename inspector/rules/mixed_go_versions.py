"""A release's programs were linked by different releases of Go.

## What it means
One program was built for several targets, and not all of them by the same
release of Go.

## Why it matters
Each release of Go fixes security holes in the standard library and changes
what a program does by default (GODEBUG), what it needs of its system and how
it looks up names and certificates. A release of mixed parts has a hole on some
systems that it does not have on others, and bugs that nobody can repeat. The
usual cause is a build machine of one system whose toolchain is another, a
runner image that was updated between two jobs, or an artifact of an earlier
build that was not built again.

## How it looks in the bytes
The version is the runtime's own string. Compared are the artifacts of one
release that are one program (by the recorded path of its main package) and
whose names say the same but for the target: `app-legacy` and `app` are not
compared, nor are 1.2.3 and 1.3.0, nor a .deb and an archive. Listed is what
differs from most of the others. Experiments, which Go adds to its version, are
settings.

## How to fix it
Name one release for all builds: a `toolchain` line in go.mod and
`go-version-file: go.mod` in the workflow, or GOTOOLCHAIN=go1.27.3. Where an
old release is meant for an old system, say so in the artifact's name.

Severity: warning.
Since: every Go release.
"""

from inspector.mixtures import batches, judged
from inspector.model import Part, Release, ReleaseRule, Severity, Unknown, Verdict


def check(release: Release) -> Verdict:
    """Compare the Go versions of what belongs together."""
    return judged(
        batches(release),
        _version,
        done="built with",
        alike="what belongs together was built with one release of Go",
        absent="no program was linked by a known release of Go",
        fix="build every target with one release of Go",
    )


def _version(part: Part) -> str | Unknown:
    version = part.image.go_version
    return version if isinstance(version, Unknown) else version.partition(" X:")[0]


RULE = ReleaseRule(id="GBI704", name="mixed-go-versions", severity=Severity.WARNING, check=check)
