"""Listed checksums, held against the bytes of the files they are for."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final, Protocol

from inspector.facts.digests import NO_HASH
from inspector.intent import open_unnamed
from inspector.model import Dist, Sum, Unknown

_STEP: Final = 1 << 20
"""Bytes that are read at a time."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Crc32:
    """CRC-32 in hashlib's form."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


# What GoReleaser's internal/artifact/artifact.go makes, but for BLAKE3, which Python does not have.
_ALGORITHMS: Final[Mapping[str, Callable[[], _Hash]]] = {
    "blake2b": hashlib.blake2b,
    "blake2s": hashlib.blake2s,
    "crc32": _Crc32,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha224": hashlib.sha224,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
    "sha3-224": hashlib.sha3_224,
    "sha3-256": hashlib.sha3_256,
    "sha3-384": hashlib.sha3_384,
    "sha3-512": hashlib.sha3_512,
}


def sums(dist: Dist, covered: Callable[[str], bool], known: Mapping[str, str], *, hashes: bool) -> Iterator[Sum]:
    """Yield the listed checksums of the files that are there, each with the one its bytes have.

    ``covered`` tells of a path whether it was given or lies below one that was; ``known`` are SHA-256 sums that were
    computed already, by path; ``hashes`` False: nothing is read, and the sums are Unknown.
    """
    digest = cache(_digest)  # a list may name one file often
    for row in dist.rows:
        if row.checksum is None or not covered(row.path) or not os.path.lexists(row.path):
            continue
        algorithm, _, listed = row.checksum.partition(":")
        computed: str | Unknown | None = known.get(row.path) if algorithm == "sha256" else None
        if computed is None:
            computed = digest(row.path, algorithm) if hashes else Unknown(NO_HASH)
        yield Sum(artifact=row.name, algorithm=algorithm, listed=listed, computed=computed, source=dist.source)


def _digest(path: str, algorithm: str) -> str | Unknown:
    """Hash a regular file in steps."""
    make = _ALGORITHMS.get(algorithm)
    if make is None:
        return Unknown(f"{algorithm} is no algorithm that this tool computes")
    made = make()
    try:
        file = open_unnamed(path)
        if file is None:
            return Unknown("not a regular file")
        with file:
            while chunk := file.read(_STEP):
                made.update(chunk)
    except OSError as error:
        return Unknown(error.strerror or "unreadable")
    return made.hexdigest()
