"""A file's bytes are not those that its listed checksum was made of.

## What it means
A list names a checksum for a file, and the file has another. Lists are
GoReleaser's artifacts.json and checksum files (checksums.txt, SHA256SUMS,
app.zip.sha256 and their like) in the directory of the file or, where a
directory was inspected, further up in that.

## Why it matters
Users who check what they downloaded refuse it ("checksum mismatch"), and so
do Homebrew, Scoop, winget, Nix and every installer that was made from the
same list. The file was signed, stripped, packed or built anew after the
checksum was taken, or was damaged or exchanged on the way.

## How it looks in the bytes
The file is read whole and hashed with the listed algorithm: MD5, SHA-1,
SHA-2, SHA-3, BLAKE2 or CRC-32. BLAKE3, which Python does not have, stays
unknown, and so does everything with `--no-hash`. The algorithm is what the
list, its name or a line's tag (`SHA256 (app.zip) = ...`) states, else the SHA
whose digests are that long; before the file is called wrong, others of that
length are tried.

Read are the lines of sha256sum and its like with and without `--tag`, of
shasum, `openssl dgst` and Get-FileHash, and a digest alone in a file that is
named after another, with an OpenPGP signature around them (which is not
verified) or without. A file that is listed and not there is no defect. A
checksum file in an archive is not read.

## How to fix it
Make the checksums after the last step that changes a file. In GoReleaser sign
in `builds[].hooks.post`, `signs` or `notarize`, not on what is in dist/
already. When the file was damaged, take it from its origin again.

Severity: error.
Since: every Go release.
"""

from inspector.model import (
    Evidence,
    Release,
    ReleaseRule,
    Severity,
    Sum,
    Unknown,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)


def check(release: Release) -> Verdict:
    """Hold each listed checksum against the computed one."""
    if not release.sums:
        return not_applicable("no checksum is listed for a file that is here")
    wrong = [
        _proof(known, f"{known.algorithm} {known.computed}, listed is {known.listed}")
        for known in release.sums
        if not isinstance(known.computed, Unknown) and known.computed != known.listed
    ]
    total = len(release.sums)
    if wrong:
        return failed(
            f"{len(wrong)} of {total} listed checksums {'is' if len(wrong) == 1 else 'are'} not the file's",
            *wrong,
            fix="make the checksums after the last step that changes a file",
        )
    unread = {known.artifact: known.computed for known in release.sums if isinstance(known.computed, Unknown)}
    if unread:
        reasons = ", ".join(dict.fromkeys(lost.reason for lost in unread.values()))
        return undecided(reasons, *(Evidence(artifact, lost.reason) for artifact, lost in unread.items()))
    return passed("the listed checksum is the file's" if total == 1 else f"all {total} listed checksums are the files'")


def _proof(known: Sum, said: str) -> Evidence:
    return Evidence(known.artifact, f"{said} ({known.source})")


RULE = ReleaseRule(id="GBI708", name="checksum-file-mismatch", severity=Severity.ERROR, check=check)
