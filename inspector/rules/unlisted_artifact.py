"""An artifact with a Go program is missing from the checksum file beside it.

## What it means
A checksum file such as checksums.txt, SHA256SUMS or app.sha256 lists the files
of a directory, and leaves out one that holds a Go program.

## Why it matters
Who downloads the file cannot check it, and installers that look it up in the
checksum file give up ("checksum not found"). A signature on the checksum file
does not cover it either. It was added after the checksums were made, or was
left behind by a former release and never meant to be here.

## How it looks in the bytes
The names in the checksum file are held against the files in its directory. A
file counts as listed by any of the checksum files there. What an archive holds
is the archive's row.

## How to fix it
Make the checksums when everything is in place, or remove what does not belong
to the release.

Severity: warning.
Since: every Go release.
"""

from inspector.model import Evidence, Release, ReleaseRule, Severity, Verdict, failed, not_applicable, passed


def check(release: Release) -> Verdict:
    """Look for what checksum files leave out."""
    if release.unlisted:
        count = len({unlisted.artifact for unlisted in release.unlisted})
        return failed(
            "1 artifact is in no checksum file" if count == 1 else f"{count} artifacts are in no checksum file",
            *(Evidence(unlisted.artifact, f"not in {unlisted.source}") for unlisted in release.unlisted),
            fix="make the checksums when everything is in place",
        )
    if not release.sums:
        return not_applicable("no checksum is listed for a file that is here")
    return passed("no checksum file leaves out an artifact that it should list")


RULE = ReleaseRule(id="GBI709", name="unlisted-artifact", severity=Severity.WARNING, check=check)
