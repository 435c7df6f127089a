"""One file is published under names that mean different targets.

## What it means
Two artifacts of a release hold the same bytes, and their names, or what was
declared for them, mean two different systems, processors or processor levels.
At most one of them can be right.

## Why it matters
Users of the other target download a program that does not start ("exec format
error"), that needs instructions their processor lacks, or that runs in a slow
emulation. The usual cause is a script that builds in a loop and loses GOARCH
on the way, a cache that hands out the first result again, or an upload that
was given one path twice.

## How it looks in the bytes
The SHA-256 of the innermost files is the same; the names of these files play
no part, so `app` in two archives is found too. What a target is for comes from
what was declared, else from the names of file, directories and archives, the
nearest first. Copies under names for one target, or for none, are fine, and so
is a universal file for macOS under the names of both its processors.
`--no-hash` leaves it unknown.

## How to fix it
Build the target whose program is missing: the one that the file was not built
for. Print `go version -m` of each result in the build, or run this rule there.

Severity: error.
Since: every Go release.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from inspector.microarch import meaning
from inspector.model import (
    Evidence,
    ImageBrief,
    Part,
    Release,
    ReleaseRule,
    Severity,
    Unknown,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)


def check(release: Release) -> Verdict:
    """Look for one content that was meant for two targets."""
    scopes: defaultdict[str, list[Part]] = defaultdict(list)
    for group in release.groups:
        scopes[group.release] += (part for part in group.parts if part.image.slice is None and _target(part.image))
    together = [parts for parts in scopes.values() if len({_target(part.image) for part in parts}) > 1]
    if not together:
        return not_applicable("no two artifacts of one release were meant for two targets")
    contents = [copies for parts in together for copies in _contents(parts)]
    doubled = [copies for copies in contents if _contradict([copy.image for copy in copies])]
    if doubled:
        count = "1 content is" if len(doubled) == 1 else f"{len(doubled)} contents are"
        return failed(
            f"{count} named for several targets: {', '.join(sorted({_target(part.image) for part in doubled[0]}))}",
            *(proof for copies in doubled for proof in _proofs(copies)),
            fix="build the target whose program is missing",
        )
    unread = {part.artifact: part.sha256 for parts in together for part in parts if isinstance(part.sha256, Unknown)}
    if unread:
        reasons = ", ".join(dict.fromkeys(lost.reason for lost in unread.values()))
        return undecided(reasons, *(Evidence(artifact, lost.reason) for artifact, lost in unread.items()))
    return passed("no content is named for two targets")


def _contents(parts: list[Part]) -> Iterator[list[Part]]:
    copies: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        if isinstance(part.sha256, str):
            copies[part.sha256].append(part)
    return (found for found in copies.values() if len(found) > 1)


def _proofs(copies: list[Part]) -> Iterator[Evidence]:
    built = copies[0].image.port
    for part in copies:
        yield Evidence(
            part.artifact, f"meant for {_target(part.image)}, built for {built} (SHA-256 {str(part.sha256)[:12]}…)"
        )


def _target(image: ImageBrief) -> str:
    """Return what a program was meant for, in words; nothing where nothing says it."""
    port = "/".join(word for word in (image.meant_goos, image.meant_goarch) if word)
    return " ".join((port, *(f"{key}={level}" for key, level in sorted(image.meant_microarch.items())))).strip()


def _contradict(images: Iterable[ImageBrief]) -> bool:
    """Say whether two of these were meant for targets of which a program can only have one."""
    said: defaultdict[str, set[Hashable]] = defaultdict(set)
    for image in images:
        for key, value in (("GOOS", image.meant_goos), ("GOARCH", image.meant_goarch)):
            if value is not None:
                said[key].add(value)
        for key, value in image.meant_microarch.items():
            said[key].add(meaning(key, value))
    return any(len(values) > 1 for values in said.values())


RULE = ReleaseRule(id="GBI703", name="same-content-two-targets", severity=Severity.ERROR, check=check)
