"""Listed checksums, held against the bytes of the files they are for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from inspector.facts.digests import NO_HASH
from inspector.model import Dist, Sum, Unknown
from inspector.release.hashing import checksums


def sums(dist: Dist, covered: Callable[[str], bool], known: Mapping[str, str], *, hashes: bool) -> Iterator[Sum]:
    """Yield the listed checksums of the files that are there, each with the one its bytes have.

    ``covered`` tells of a path whether it was given or lies below one that was; ``known`` are SHA-256 sums that were
    computed already, by path; ``hashes`` False: nothing is read, and the sums are Unknown.
    """
    digest = cache(lambda path, algorithm: checksums(path, {algorithm})[algorithm])  # a list may name one file often
    for row in dist.rows:
        if row.checksum is None or not covered(row.path) or not os.path.lexists(row.path):
            continue
        algorithm, _, listed = row.checksum.partition(":")
        computed: str | Unknown | None = known.get(row.path) if algorithm == "sha256" else None
        if computed is None:
            computed = digest(row.path, algorithm) if hashes else Unknown(NO_HASH)
        yield Sum(artifact=row.name, algorithm=algorithm, listed=listed, computed=computed, source=dist.source)
