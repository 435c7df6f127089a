"""Page hashes of a Mach-O code signature, recomputed: what the kernel does when it maps a page.

xnu, bsd/kern/ubc_subr.c, cs_validate_hash: the image up to the code limit, page by page, the last one as short as
it is, each against the slot of its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from formats.image import CodeSignature

_HASHES: Final[dict[int, tuple[Callable[..., Any], int]]] = {  # CS_HASHTYPE_*, xnu, osfmk/kern/cs_blobs.h
    1: (partial(hashlib.sha1, usedforsecurity=False), 20),  # what old signatures hold
    2: (hashlib.sha256, 32),
    3: (hashlib.sha256, 20),
    4: (hashlib.sha384, 48),
}


class PageHashes:
    """Feed it an image's bytes in order; ``finish`` then gives the pages that differ.

    The signature is one that the reader found well-formed: its hash type is one of those above.
    """

    def __init__(self, signature: CodeSignature) -> None:
        self._new, self._digits = _HASHES[signature.hash_type]
        self._slots = signature.slots
        self._left = signature.code_limit
        self._page_size = signature.page_size or max(signature.code_limit, 1)
        self._page = 0
        self._started = self._new()  # the page that the last chunk left unfinished
        self._room = self._page_size  # what it still takes
        self._bad: list[int] = []

    def update(self, chunk: bytes) -> None:
        """Take the next bytes of the image."""
        view = memoryview(chunk)[: self._left]
        self._left -= len(view)
        at = 0
        while at < len(view):
            part = view[at : at + self._room]
            at += len(part)
            if len(part) == self._page_size:
                self._check(self._new(part))
                continue
            self._started.update(part)
            self._room -= len(part)
            if self._room == 0:
                self._close()

    def finish(self) -> tuple[int, ...]:
        """Return the numbers of the pages whose hash differs or is missing, ascending."""
        if self._room < self._page_size:
            self._close()
        return tuple(self._bad)

    def _close(self) -> None:
        self._check(self._started)
        self._started = self._new()
        self._room = self._page_size

    def _check(self, made: Any) -> None:
        if self._slots[self._page : self._page + 1] != (made.digest()[: self._digits],):
            self._bad.append(self._page)
        self._page += 1
