"""Unpack compressed streams in bounded steps.

The decompressors are the standard library's; the loop is ours because its file objects leave things unbounded:
lzma.LZMAFile sets no memory limit, gzip reads a header's file name byte by byte, and zipfile.ZipExtFile unpacks
bzip2 and LZMA without a bound on what one read gives.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import msgspec

from formats import LimitExceeded, Malformed, Truncated, Window
from inspector.sources.kinds import ZSTD_MAGICS, Container
from inspector.sources.limits import FIRST_STEP, MAX_DICTIONARY, MAX_STREAMS, MAX_WINDOW_LOG, STEP, check_ratio
from inspector.sources.trouble import Unreadable

_TOO_MUCH: Final = ("emory usage limit", "too much memory", "not enough memory")
"""What CPython says for LZMA_MEMLIMIT_ERROR (Modules/_lzmamodule.c), and libzstd for a window beyond the limit or one
that the system has no room for (lib/common/error_private.c): neither exception has a code."""

_DICTIONARY: Final = "Dictionary mismatch"
"""What libzstd says for a frame that names a dictionary (the same place): none is in the file."""


class Decompressor(Protocol):
    """What bz2, lzma and zstd offer."""

    @property
    def eof(self) -> bool: ...  # noqa: D102  # the standard library's meaning
    @property
    def needs_input(self) -> bool: ...  # noqa: D102
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...  # noqa: D102


class Codec(msgspec.Struct, frozen=True):
    """One compression: its name, how to start one stream, what its library raises on bad data.

    ``magics`` start a stream where several may follow each other; none where only one may be. ``first_step``
    are the bytes to unpack before the first may be believed.
    """

    name: str
    start: Callable[[], Decompressor]
    errors: tuple[type[Exception], ...]
    magics: tuple[bytes, ...]
    first_step: int = FIRST_STEP


def codec_of(kind: Container) -> Codec:
    """Return the codec of a compressed file."""
    return {Container.GZIP: _gzip, Container.BZIP2: bzip2, Container.XZ: _xz, Container.ZSTD: zstd}[kind]()


def unpack(packed: Window, codec: Codec) -> Iterator[bytes]:
    """Yield what the compressed bytes hold, in pieces of at most STEP bytes, the first at most the codec's first step.

    Zeros and anything else behind the last stream are ignored, as gzip, bzip2 and xz padding asks. Raises
    Truncated, Malformed or LimitExceeded with the offset of the packed bytes, Unreadable for want of a dictionary.
    """
    position = produced = 0
    limit = codec.first_step
    for _ in range(MAX_STREAMS):
        decompressor = codec.start()
        # Streams may be tiny, and what is read beyond one's end is read again for the next.
        take = FIRST_STEP
        while not decompressor.eof:
            hungry = decompressor.needs_input
            block = packed.read_upto(position, take) if hungry else b""
            position += len(block)
            piece = _feed(codec, decompressor, block, limit, packed.base + position)
            if piece:
                produced += len(piece)
                check_ratio(produced, position, packed.base + position)
                yield piece
                limit = take = STEP
            elif hungry and not block:
                raise Truncated(f"the {codec.name} data end too early", packed.base + position)
        position = _next_stream(packed, position - len(decompressor.unused_data), codec)
        if position < 0:
            return
    raise LimitExceeded(f"more than {MAX_STREAMS} {codec.name} streams in a row", packed.base + position)


def _feed(codec: Codec, decompressor: Decompressor, block: bytes, limit: int, offset: int) -> bytes:
    try:
        return decompressor.decompress(block, limit)
    except MemoryError as error:
        raise LimitExceeded(f"{codec.name}: needs more memory to unpack than there is", offset) from error
    except codec.errors as error:
        if any(text in str(error) for text in _TOO_MUCH):
            raise LimitExceeded(f"{codec.name}: needs more memory to unpack than it may have", offset) from error
        if _DICTIONARY in str(error):
            raise Unreadable(f"{codec.name}: needs a dictionary to unpack, which the file does not hold") from error
        raise Malformed(f"bad {codec.name} data before here: {error}", offset) from error


def _next_stream(packed: Window, position: int, codec: Codec) -> int:
    """Return where another stream starts behind ``position``, padding skipped; -1 when none does."""
    if not codec.magics:
        return -1
    longest = max(map(len, codec.magics))
    while block := packed.read_upto(position, FIRST_STEP):
        rest = block.lstrip(b"\0")
        if rest:
            position += len(block) - len(rest)
            return position if packed.read_upto(position, longest).startswith(codec.magics) else -1
        position += len(block)
    return -1


def _gzip() -> Codec:
    import zlib

    return Codec("gzip", lambda: _Inflate(16 + zlib.MAX_WBITS), (zlib.error,), (b"\x1f\x8b\x08",))


def deflate() -> Codec:
    """Return the codec of zip's method 8: deflate without a header."""
    import zlib

    return Codec("deflate", lambda: _Inflate(-zlib.MAX_WBITS), (zlib.error,), ())


def bzip2() -> Codec:
    """Return the codec of .bz2 files and of zip's method 12."""
    import bz2

    # A damaged block gives garbage from its first byte on; its CRC is checked at its end, up to 900,000 bytes later.
    return Codec("bzip2", bz2.BZ2Decompressor, (OSError,), (b"BZh",), first_step=1 << 20)


def _xz() -> Codec:
    import lzma

    def start() -> Decompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_DICTIONARY)

    return Codec("xz", start, (lzma.LZMAError,), (b"\xfd7zXZ\0",))


def lzma_alone() -> Codec:
    """Return the codec of .lzma files: a dictionary's size and no magic, so that only a name tells them."""
    import lzma

    def start() -> Decompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MAX_DICTIONARY)

    return Codec("lzma", start, (lzma.LZMAError,), ())


def zstd() -> Codec:
    """Return the codec of .zst files and of zip's method 93."""
    if sys.version_info >= (3, 14):
        from compression import zstd as library
    else:
        from backports import zstd as library

    options: dict[int, int] = {library.DecompressionParameter.window_log_max: MAX_WINDOW_LOG}
    return Codec("zstd", lambda: library.ZstdDecompressor(options=options), (library.ZstdError,), ZSTD_MAGICS)


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
