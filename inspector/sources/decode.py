"""Unpack compressed streams in bounded steps.

The decompressors are the standard library's; the loop is ours because its file objects leave things unbounded:
lzma.LZMAFile sets no memory limit, gzip reads a header's file name byte by byte, and zipfile.ZipExtFile unpacks
bzip2 and LZMA without a bound on what one read gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from formats import LimitExceeded, Malformed, Truncated, Window
from inspector.sources.kinds import Container
from inspector.sources.limits import FIRST_STEP, MAX_DICTIONARY, MAX_STREAMS, STEP, check_ratio


class Decompressor(Protocol):
    """What bz2 and lzma offer."""

    @property
    def eof(self) -> bool: ...  # noqa: D102  # the standard library's meaning
    @property
    def needs_input(self) -> bool: ...  # noqa: D102
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...  # noqa: D102


class Codec(msgspec.Struct, frozen=True):
    """One compression: its name, how to start one stream, what its library raises on bad data.

    ``magic`` starts a stream where several may follow each other; None where only one may be. ``first_step``
    are the bytes to unpack before the first may be believed.
    """

    name: str
    start: Callable[[], Decompressor]
    errors: tuple[type[Exception], ...]
    magic: bytes | None
    first_step: int = FIRST_STEP


def codec_of(kind: Container) -> Codec:
    """Return the codec of a compressed file."""
    return {Container.GZIP: _gzip, Container.BZIP2: bzip2, Container.XZ: _xz}[kind]()


def unpack(packed: Window, codec: Codec) -> Iterator[bytes]:
    """Yield what the compressed bytes hold, in pieces of at most STEP bytes, the first at most the codec's first step.

    Zeros and anything else behind the last stream are ignored, as gzip, bzip2 and xz padding asks. Raises
    Truncated, Malformed or LimitExceeded with the offset of the packed bytes.
    """
    position = produced = 0
    limit = codec.first_step
    for _ in range(MAX_STREAMS):
        decompressor = codec.start()
        # Streams may be tiny, and what is read beyond one's end is read again for the next.
        take = FIRST_STEP
        while not decompressor.eof:
            block = packed.read_upto(position, take) if decompressor.needs_input else b""
            position += len(block)
            piece = _feed(codec, decompressor, block, limit, packed.base + position)
            if piece:
                produced += len(piece)
                check_ratio(produced, position, packed.base + position)
                yield piece
                limit = take = STEP
            elif not block and decompressor.needs_input:
                raise Truncated(f"the {codec.name} data end too early", packed.base + position)
        position = _next_stream(packed, position - len(decompressor.unused_data), codec)
        if position < 0:
            return
    raise LimitExceeded(f"more than {MAX_STREAMS} {codec.name} streams in a row", packed.base + position)


def _feed(codec: Codec, decompressor: Decompressor, block: bytes, limit: int, offset: int) -> bytes:
    try:
        return decompressor.decompress(block, limit)
    except codec.errors as error:
        # LZMAError has no code; this is CPython's text for LZMA_MEMLIMIT_ERROR (Modules/_lzmamodule.c).
        if "emory usage limit" in str(error):
            raise LimitExceeded(f"{codec.name}: needs over {MAX_DICTIONARY} bytes of memory to unpack") from error
        raise Malformed(f"bad {codec.name} data before here: {error}", offset) from error


def _next_stream(packed: Window, position: int, codec: Codec) -> int:
    """Return where another stream starts behind ``position``, padding skipped; -1 when none does."""
    if codec.magic is None:
        return -1
    while block := packed.read_upto(position, FIRST_STEP):
        rest = block.lstrip(b"\0")
        if rest:
            position += len(block) - len(rest)
            return position if packed.read_upto(position, len(codec.magic)) == codec.magic else -1
        position += len(block)
    return -1


def _gzip() -> Codec:
    import zlib

    return Codec("gzip", lambda: _Inflate(16 + zlib.MAX_WBITS), (zlib.error,), b"\x1f\x8b\x08")


def deflate() -> Codec:
    """Return the codec of zip's method 8: deflate without a header."""
    import zlib

    return Codec("deflate", lambda: _Inflate(-zlib.MAX_WBITS), (zlib.error,), None)


def bzip2() -> Codec:
    """Return the codec of .bz2 files and of zip's method 12."""
    import bz2

    # A damaged block gives garbage from its first byte on; its CRC is checked at its end, up to 900,000 bytes later.
    return Codec("bzip2", bz2.BZ2Decompressor, (OSError,), b"BZh", first_step=1 << 20)


def _xz() -> Codec:
    import lzma

    def start() -> Decompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_DICTIONARY)

    return Codec("xz", start, (lzma.LZMAError,), b"\xfd7zXZ\0")


class _Inflate:
    """zlib's decompressor, which hands unused input back, in the manner of bz2's and lzma's, which keep it."""

    def __init__(self, window_bits: int) -> None:
        import zlib

        self._zlib = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
