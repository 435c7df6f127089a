"""The hash of a file that Go writes into the file itself: recomputed, it tells whether a byte has changed since.

The last part of a Go build ID is the hash of the finished file in which every copy of the ID, the Mach-O code
signature and (since Go 1.24) the host's own build ID are blanked: cmd/internal/buildid/rewrite.go, FindAndHash.
`go tool buildid -w` computes it the same way.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Final

_ID: Final = re.compile(r"(?:[A-Za-z0-9_-]{20}/){3}[A-Za-z0-9_-]{20}")
"""actionID/mainActionID/mainContentID/contentID of a linked program, each 20 characters since Go 1.10
(cmd/go/internal/work/buildid.go). What -ldflags=-buildid=... puts in its place is left alone by the go command,
and so is the single hash of older releases: neither says anything about the file."""

_DIGITS: Final = 15  # bytes of the hash that the ID keeps: HashToString


def content_id(build_id: str) -> str | None:
    """Return the part of the ID that is the file's hash, or None when the ID is not of Go's own making."""
    return build_id.rpartition("/")[2] if _ID.fullmatch(build_id) else None


def before_hashing(build_id: str) -> bytes:
    """Return what stood in the ID's place while the file was linked: its first part in the last one's place too."""
    head, _, _ = build_id.rpartition("/")
    return f"{head}/{build_id.partition('/')[0]}".encode()


class SelfHash:
    """Feed it an image's bytes in order; ``content_id`` then gives the content ID they make.

    ``blank`` are (offset, size) ranges of the image that count as zeros, and in which the ID is not looked for.
    """

    def __init__(self, build_id: str, blank: Sequence[tuple[int, int]]) -> None:
        self._id = build_id.encode()
        self._zeros = bytes(len(self._id))
        self._keep = len(self._id) - 1
        self._blank = [(start, start + size) for start, size in blank]
        self._hash = hashlib.sha256()
        self._held = b""  # the last bytes, in which an ID that the next chunk completes may begin
        self._offset = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes of the image."""
        block = self._blanked(chunk)
        if len(block) < self._keep or self._id in self._held + block[: self._keep]:
            block = self._held + block
        else:  # the common case, without a copy of the chunk
            self._hash.update(self._held)
        # Leftmost first and never overlapping, as bytes.Index in FindAndHash.
        block = block.replace(self._id, self._zeros)
        cut = max(len(block) - self._keep, 0)
        self._hash.update(memoryview(block)[:cut])
        self._held = block[cut:]

    def content_id(self) -> str:
        """Return the content ID of everything taken so far."""
        final = self._hash.copy()
        final.update(self._held)
        return base64.urlsafe_b64encode(final.digest()[:_DIGITS]).decode()

    def _blanked(self, chunk: bytes) -> bytes:
        start, end = self._offset, self._offset + len(chunk)
        self._offset = end
        for first, last in self._blank:
            low, high = max(first, start) - start, min(last, end) - start
            if low < high:
                chunk = chunk[:low] + bytes(high - low) + chunk[high:]
        return chunk
