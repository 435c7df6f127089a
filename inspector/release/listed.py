"""What lists say of one file: its checksums, held against its bytes, and who leaves it out.

Lists are GoReleaser's artifacts.json and the checksum files in the file's own directory, or further up in what was
given. A checksum file in an archive is not read: whoever packed it packed the files that it lists as well. What a list
names and what is not there is no defect here, since a mirror may hold a part of a release (as for ``sha256sum
--ignore-missing``); missing-target knows which targets must be there.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from inspector.facts.digests import NO_HASH
from inspector.intent import Plan, is_below
from inspector.intent.plan import rows_of
from inspector.model import Sum, Unknown
from inspector.release.hashing import checksums
from inspector.release.sumsbeside import Claim, sums_beside
from inspector.shown import shown
from inspector.sources.files import STDIN

_SEPARATORS: Final = os.sep + (os.altsep or "")

_MAX_ABOVE: Final = 8
"""Directories above a file's own in which checksum files are looked for: dist/v1.2.3/linux/arm64/bin has four."""


class Held(msgspec.Struct, frozen=True):
    """What lists say of one file: ``unlisted_by`` are the checksum files that list others of its directory alone."""

    sums: tuple[Sum, ...] = ()
    unlisted_by: tuple[str, ...] = ()


def held(path: str, plan: Plan, digests: dict[str, str], *, hashes: bool, below: int = 0) -> Held:
    """Hold a found file against the lists that name it, or should.

    ``path`` is as the system has it, ``below`` the number of directories between the given one and the file: the
    checksum files of those count too. ``digests`` are the file's checksums by algorithm as far as they are known, and
    get those that are computed here, for its other names. ``hashes`` False: it is not read, and a checksum that is not
    known is Unknown.
    """
    if path == STDIN or not os.path.basename(path):  # noqa: PTH119  # pathlib takes 5 ms to import
        return Held()
    rows = list(_rows(path, plan))
    stated = {claim.digest: claim.algorithms for _, claim in rows}
    claims: list[tuple[str, Claim]] = []
    left_out_by: list[str] = []
    for directory, rest in _ways(path, below):
        beside = sums_beside(directory or os.curdir, rest)
        if beside is None:
            continue
        for claim in beside.claims(rest):
            if claim.source == rest:  # of itself, as `sha256sum * >SHA256SUMS` lists it: no file can hold that
                continue
            algorithms = stated.get(claim.digest, claim.algorithms)
            claims.append((shown(path), Claim(_shown(directory, claim.source), claim.digest, algorithms)))
        left_out_by += [_shown(directory, source) for source in beside.left_out_by(rest)]
    return Held(
        sums=tuple(_sums(path, [*rows, *claims], digests, hashes=hashes)),
        unlisted_by=() if claims else tuple(left_out_by),
    )


def _ways(path: str, below: int) -> Iterator[tuple[str, str]]:
    """Yield the directories of a path from the innermost up, each with the path from there on."""
    directory, rest = os.path.split(path)
    yield directory, rest
    for _ in range(min(below, _MAX_ABOVE)):
        directory, name = os.path.split(directory.rstrip(_SEPARATORS))
        if not name or name in {os.curdir, os.pardir}:
            return
        rest = f"{name}/{rest}"
        yield directory, rest


def _rows(path: str, plan: Plan) -> Iterator[tuple[str, Claim]]:
    if not plan.dists:
        return
    directory, name = os.path.split(path)
    place = os.path.join(os.path.realpath(directory or os.curdir), name)  # noqa: PTH118  # pathlib takes 5 ms
    for dist in plan.dists:
        for row in rows_of(dist, place) if is_below(place, dist.directory) else ():
            if row.checksum is not None:
                algorithm, _, digest = row.checksum.partition(":")
                yield row.name, Claim(dist.source, digest, (algorithm,))


def _sums(path: str, claims: Collection[tuple[str, Claim]], digests: dict[str, str], *, hashes: bool) -> Iterator[Sum]:
    known: dict[str, str | Unknown] = {**digests}

    def know(algorithms: set[str]) -> None:
        if missing := algorithms - known.keys():
            known.update(checksums(path, missing) if hashes else dict.fromkeys(missing, Unknown(NO_HASH)))

    know({claim.algorithms[0] for _, claim in claims})
    # Before a file is called wrong, every algorithm whose digest is that long is tried.
    know(
        {
            algorithm
            for _, claim in claims
            if isinstance(likeliest := known[claim.algorithms[0]], str) and likeliest != claim.digest
            for algorithm in claim.algorithms[1:]
        }
    )
    digests.update((name, digest) for name, digest in known.items() if isinstance(digest, str))
    for artifact, claim in dict.fromkeys(claims):
        algorithms = claim.algorithms
        algorithm = next((name for name in algorithms if known.get(name) == claim.digest), algorithms[0])
        yield Sum(
            artifact=artifact,
            algorithm=algorithm,
            listed=claim.digest,
            computed=known[algorithm],
            source=claim.source,
        )


def _shown(directory: str, name: str) -> str:
    return shown(os.path.join(directory, name))  # noqa: PTH118
