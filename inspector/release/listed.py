"""What lists say of one file: its checksums, held against its bytes, and who leaves it out.

Lists are GoReleaser's artifacts.json and the checksum files in the file's own directory. A checksum file in an archive
is not read: whoever packed it packed the files that it lists as well. What a list names and what is not there is no
defect here, since a mirror may hold a part of a release (``sha256sum --ignore-missing``); missing-target knows which
targets must be there.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

import msgspec

from inspector.facts.digests import NO_HASH
from inspector.intent import Plan, is_below
from inspector.intent.plan import rows_of
from inspector.model import Sum, Unknown
from inspector.release.hashing import checksums
from inspector.release.sumsbeside import Claim, sums_beside
from inspector.shown import shown
from inspector.sources.files import STDIN


class Held(msgspec.Struct, frozen=True):
    """What lists say of one file: ``unlisted_by`` are the checksum files that list others of its directory alone."""

    sums: tuple[Sum, ...] = ()
    unlisted_by: tuple[str, ...] = ()


def held(path: str, plan: Plan, sha256: str | None, *, hashes: bool) -> Held:
    """Hold a found file against the lists that name it, or should.

    ``path`` is as the system has it; ``sha256`` its checksum if that is known already. ``hashes`` False: it is not
    read, and a checksum that is not known is Unknown.
    """
    directory, name = os.path.split(path)
    beside = None if path == STDIN or not name else sums_beside(directory or os.curdir, name)
    if beside is None:
        return Held()
    rows = list(_rows(path, plan))
    stated = {claim.digest: claim.algorithms for _, claim in rows}
    claims = [
        (shown(path), Claim(_shown(directory, claim.source), claim.digest, stated.get(claim.digest, claim.algorithms)))
        for claim in beside.claims(name)
    ]
    return Held(
        sums=tuple(_sums(path, [*rows, *claims], sha256, hashes=hashes)),
        unlisted_by=tuple(_shown(directory, source) for source in beside.left_out_by(name)),
    )


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


def _sums(path: str, claims: Collection[tuple[str, Claim]], sha256: str | None, *, hashes: bool) -> Iterator[Sum]:
    known: dict[str, str | Unknown] = {} if sha256 is None else {"sha256": sha256}

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
