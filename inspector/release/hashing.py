"""The checksums of a file, several in one pass over it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

from inspector.intent import open_unnamed
from inspector.model import Unknown

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


def checksums(path: str, algorithms: Collection[str]) -> dict[str, str | Unknown]:
    """Return a regular file's checksum by each algorithm, in hexadecimal, reading it once in steps."""
    hashes = {name: _ALGORITHMS[name]() for name in algorithms if name in _ALGORITHMS}
    found: dict[str, str | Unknown] = {
        name: Unknown(f"{name} is no algorithm that this tool computes") for name in algorithms
    }
    if not hashes:
        return found
    try:
        file = open_unnamed(path)
        if file is None:
            return found | dict.fromkeys(hashes, Unknown("not a regular file"))
        with file:
            while chunk := file.read(_STEP):
                for made in hashes.values():
                    made.update(chunk)
    except OSError as error:
        return found | dict.fromkeys(hashes, Unknown(error.strerror or "unreadable"))
    return found | {name: made.hexdigest() for name, made in hashes.items()}
