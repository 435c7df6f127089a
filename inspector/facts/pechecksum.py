r"""The PE checksum, recomputed, and whether Go itself is the one who made it wrong.

The sum is imagehlp's CheckSumMappedFile: the file as little-endian 16-bit words, the CheckSum field as zeros and
an odd last byte padded with one, added up with the carry added back in, plus the file's length.

A C linker that sets it (GNU ld) does so before Go is done: after the link, cmd/link writes the FIPS sum
(cmd/link/internal/ld/fips140.go, pefips) and the go command the content ID (cmd/internal/buildid/rewrite.go,
Rewrite). A stored value that is right once these two are undone is stale, any other wrong one a mismatch.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from formats.image import Image, PeNative
from inspector.facts.selfhash import before_hashing, content_id
from inspector.model import PeChecksum

_FOLD: Final = 0xFFFF
_FIELD: Final = 4  # bytes of CheckSum
_FIPS_MAGIC: Final = b"\xff Go fipsinfo \xff\0"
_FIPS_SUM: Final = 32
_FIPS_SCAN: Final = 16 << 20  # maxScan of pefips
_MAX_IDS: Final = 1024
"""Copies of a build ID that are undone. A link leaves one; Go rewrites all there are."""


_STEP: Final = 16 << 10
"""Bytes a number is made of; 8 to 32 KiB take a third of the time of 1 MiB, whose numbers leave the cache."""


class PeSum:
    """Feed it an image's bytes in order; ``words`` then gives the folded sum of its 16-bit words.

    The bytes are taken as large little-endian numbers. Modulo 2**16 - 1 the places of a number fold together, so
    the sum of the numbers is the sum of their words.
    """

    def __init__(self) -> None:
        self._total = 0
        self._offset = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes of the image."""
        odd = self._offset & 1
        for at in range(0, len(chunk), _STEP):
            self._total += int.from_bytes(chunk[at : at + _STEP], "little") << 8 * odd
        self._offset += len(chunk)

    def words(self) -> int:
        """Return the sum of the words taken so far with the carry added back in."""
        return _folded(self._total)


def _folded(total: int) -> int:
    """Add the carry back in until 16 bits are left: modulo 2**16 - 1, but 0 only for nothing but zeros."""
    return (total - 1) % _FOLD + 1 if total else 0


def pe_checksum(image: Image, native: PeNative, words: int, build_id: str | None) -> PeChecksum:
    """Judge the stored checksum by the sum of all words of the image."""
    field = image.window.read(native.checksum_offset, _FIELD, "CheckSum")
    size = image.window.size
    rest = _change(words, native.checksum_offset, field, bytes(_FIELD))
    computed = rest + size
    stored = native.checksum
    if stored == 0:
        state = "absent"
    elif stored == computed:
        state = "valid"
    elif any(stored == before + size for before in before_go_wrote(image, rest, build_id)):
        state = "stale"
    else:
        state = "mismatch"
    return PeChecksum(stored=stored, computed=computed, state=state)


def before_go_wrote(image: Image, words: int, build_id: str | None) -> Iterator[int]:
    """Yield the sum without Go's content ID, where it wrote one, and without the FIPS sum as well.

    ``words`` is the sum of the image, or of a changed one in which these two stand where they do in the image.
    """
    if build_id is not None and content_id(build_id) is not None:
        new, old = build_id.encode(), before_hashing(build_id)
        for at in islice(image.window.find_all(new), _MAX_IDS):
            words = _change(words, at, new, old)
        yield words
    at_sum = _fips_sum(image)
    if at_sum is not None:
        made = image.window.read(at_sum, _FIPS_SUM, "FIPS sum")
        yield _change(words, at_sum, made, bytes(_FIPS_SUM))


def _fips_sum(image: Image) -> int | None:
    """Return where the FIPS sum is: after the first magic on a multiple of 16 in .data, as pefips looks for it."""
    data = image.section(".data")
    if data is None:
        return None
    end = data.offset + min(data.size, _FIPS_SCAN)
    magics = image.window.find_all(_FIPS_MAGIC, data.offset, end)
    place = next((at for at in magics if (at - data.offset) % 16 == 0), None)
    if place is None or place + len(_FIPS_MAGIC) + _FIPS_SUM > end:
        return None
    return place + len(_FIPS_MAGIC)


def _change(words: int, offset: int, old: bytes, new: bytes) -> int:
    """Return the folded sum after the bytes at ``offset`` change (never all of them to zeros: MZ remains)."""
    odd = bytes(offset & 1)
    minus = int.from_bytes(odd + old, "little") % _FOLD
    plus = int.from_bytes(odd + new, "little") % _FOLD
    return _folded(words - minus + plus + _FOLD)
