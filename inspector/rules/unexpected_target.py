"""A Go program is there that no target and no list names.

## What it means
The policy declares targets and none of them claims the program; or it stands
in the directory of GoReleaser's artifacts.json and has no row there.

## Why it matters
Whoever publishes the directory publishes the file too: a debug build, a
program of an earlier release under its old name, one for a system nobody
tests, or a wrong one whose name no longer tells for whom it was meant. What
the list does not name has no checksum, no signature and no SBOM either.

## How it looks in the bytes
The program is a Go program, and its path, its names and the port it is built
for fit no target. What an archive holds belongs to the archive's row. In
GoReleaser's directory, the copies from which it makes snaps, Flatpaks and
Makeself packages belong to these, and so do thin programs that a universal
one replaces.

## How to fix it
Remove the file (GoReleaser: `--clean`), or declare its target in the policy.

Severity: error.
Since: every Go release.
"""

from inspector.model import Evidence, Release, ReleaseRule, Severity, Verdict, failed, not_applicable, passed


def check(release: Release) -> Verdict:
    """Look for programs that nobody claims."""
    if not release.lists:
        return not_applicable("nothing lists what the release may hold")
    if release.strays:
        count = len({stray.artifact for stray in release.strays})
        return failed(
            "1 Go program is in no list" if count == 1 else f"{count} Go programs are in no list",
            *(Evidence(stray.artifact, f"{stray.target}: not in {stray.source}") for stray in release.strays),
            fix="remove it, or declare its target" if count == 1 else "remove them, or declare their targets",
        )
    if not release.claimed:
        return not_applicable("no Go program was met")
    count = release.claimed
    return passed("the Go program is listed" if count == 1 else f"all {count} Go programs are listed")


RULE = ReleaseRule(id="GBI702", name="unexpected-target", severity=Severity.ERROR, check=check)
