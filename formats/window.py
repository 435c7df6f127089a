"""One bounded view of an artifact's bytes; the only way any other module reads them.

Files are read with ``pread`` (or seek and read), never mapped: a mapped file that another process truncates
kills the reader with SIGBUS, and hashed pages of a mapping count as resident memory.

The size limits that several readers share live here, each with its reason; a reader's own stand in its module.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import add, lt
from typing import BinaryIO, Final, Literal

from formats.errors import LimitExceeded, Truncated

MAX_READ: Final = 256 << 20
"""Bytes of a single read. The largest single range a fact needs is the pclntab; Kubernetes' is 40 MiB."""

MAX_HEADERS: Final = 4096
"""Program headers, sections, load commands or slices. The largest real ELF in use (Chromium) has 50 sections; a
Go object has under 60. ELF allows 2**32, which nobody needs to iterate in a linked program."""

MAX_SEGMENTS: Final = 256
"""Ranges of one image that the loader maps, each of which costs every search for an address a step. Programs have 2 to
25; Windows XP took 96 sections."""

MAX_MAPPED: Final = 2
"""Times its own size that a file may be mapped, for every range of it costs another pass over its bytes. Of 1,700 ELF,
PE and Mach-O files in use none had ranges in common but one page, of 4 KiB; tiny ones map all of it twice, once for
reading and once for writing."""

MAX_NAME: Final = 4096
"""Bytes of a string that a header points to: PATH_MAX on Linux, and beyond any symbol Go writes in a header."""

MAX_LIST: Final = 65536
"""Entries of a list that a header points to: needed libraries, dynamic entries, version needs."""

CHUNK: Final = 1 << 18
"""Bytes per step of a pass over the whole file: big enough for the hash to dominate, small enough for the cache and for
the allocator to use the same memory again. Steps of 1 MiB take a fifth longer, with fresh pages from the system each
time."""

_MAX_BREAKS: Final = 1000
"""Runs of memory that do not follow the one before. Go's linker writes seven sections one after another, each in
order; where there is no order at all, no byte's place is told."""


class Window:
    """A range of bytes of one artifact, with every access checked against its end.

    Offsets are relative to the window; ``base`` is where the window starts in the artifact, so
    ``base + offset`` is what evidence shows. A window is cheap; ``sub`` makes another over the same source.
    """

    __slots__ = ("_source", "base", "size")

    def __init__(self, source: _Source, base: int, size: int) -> None:
        self._source = source
        self.base = base
        self.size = size

    @classmethod
    def of_bytes(cls, data: bytes) -> Window:
        """View bytes that are already in memory."""
        return cls(_Buffer(data), 0, len(data))

    @classmethod
    def of_file(cls, file: BinaryIO) -> Window:
        """View an open, seekable binary file. The caller keeps it open while the window is used."""
        size = file.seek(0, os.SEEK_END)
        return cls(_File(file), 0, size)

    @classmethod
    def of_memory(
        cls, data: bytes | bytearray, starts: Sequence[int], origins: Sequence[int], sizes: Sequence[int]
    ) -> Window:
        """View memory that was put together from runs of a file, wasm's linear memory.

        A run is its offset in ``data``, its offset in the artifact and its size; later ones overwrite earlier ones.
        Bytes of no run are the zeros that the file leaves out.
        """
        return cls(_Memory(data, starts, origins, sizes), 0, len(data))

    def place(self, offset: int) -> int | None:
        """Return where in the artifact the byte at ``offset`` stands; None when the file does not hold it."""
        return self._source.place(self.base + offset)

    def sub(self, offset: int, size: int, what: str = "range") -> Window:
        """Return the window over ``size`` bytes at ``offset``; raise Truncated when it would reach past this one."""
        self._check(offset, size, what)
        return Window(self._source, self.base + offset, size)

    def part(self, offset: int, size: int, what: str = "range") -> Window:
        """Like sub, for a file that is stored inside this one: offsets, ``base`` too, count from its own start."""
        self._check(offset, size, what)
        return Window(_Part(self._source, self.base + offset), 0, size)

    def read(self, offset: int, size: int, what: str = "range") -> bytes:
        """Return exactly ``size`` bytes at ``offset``.

        Raises Truncated when the window ends before, LimitExceeded above MAX_READ.
        """
        self._check(offset, size, what)
        if size > MAX_READ:
            raise LimitExceeded(f"{what} of {size} bytes is over the limit of {MAX_READ}", self.base + offset)
        data = self._source.read(self.base + offset, size)
        if len(data) != size:
            raise Truncated(f"the file shrank while {what} was read", self.base + offset + len(data))
        return data

    def read_upto(self, offset: int, size: int) -> bytes:
        """Return at most ``size`` bytes at ``offset``, fewer (or none) at the end of the window."""
        if offset < 0 or offset >= self.size:
            return b""
        return self.read(offset, min(size, self.size - offset))

    def integer(self, offset: int, size: int, order: Literal["little", "big"], what: str = "integer") -> int:
        """Return the unsigned integer of ``size`` bytes at ``offset``."""
        return int.from_bytes(self.read(offset, size, what), order)

    def string(self, offset: int, what: str = "string", limit: int = MAX_NAME) -> bytes:
        """Return the NUL-terminated string at ``offset``, without its NUL.

        Raises Truncated when no NUL comes before the end, LimitExceeded when none comes within ``limit`` bytes.
        """
        head = self.read_upto(offset, limit)
        end = head.find(b"\0")
        if end >= 0:
            return head[:end]
        if len(head) < limit:
            raise Truncated(f"{what} has no end", self.base + offset)
        raise LimitExceeded(f"{what} is longer than {limit} bytes", self.base + offset)

    def chunks(self, start: int = 0, end: int | None = None, step: int = CHUNK) -> Iterator[tuple[int, bytes]]:
        """Yield (offset, bytes) over ``[start, end)`` in steps; ``end`` None is the end of the window."""
        stop = self.size if end is None else min(end, self.size)
        for offset in range(max(start, 0), stop, step):
            yield offset, self.read(offset, min(step, stop - offset), "chunk")

    def find_all(self, needle: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Yield the offset of every occurrence of ``needle`` in ``[start, end)``, in ascending order."""
        stop = self.size if end is None else min(end, self.size)
        more = len(needle) - 1  # of the next step, for what begins in this one
        for offset in range(max(start, 0), stop, CHUNK):
            chunk = self.read(offset, min(CHUNK + more, stop - offset), "chunk")
            at = chunk.find(needle)
            while at >= 0:
                yield offset + at
                at = chunk.find(needle, at + 1)

    def _check(self, offset: int, size: int, what: str) -> None:
        if offset < 0 or size < 0 or offset + size > self.size:
            raise Truncated(
                f"{what} at {offset:#x} of {size} bytes reaches past the end ({self.size} bytes)",
                self.base + max(offset, 0),
            )


class _Buffer:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, offset: int, size: int) -> bytes:
        return self._data[offset : offset + size]

    def place(self, offset: int) -> int | None:
        return offset


class _Memory:
    """Bytes put together from runs of a file, most of which ascend."""

    def __init__(
        self, data: bytes | bytearray, starts: Sequence[int], origins: Sequence[int], sizes: Sequence[int]
    ) -> None:
        self._data = memoryview(data)
        self._starts, self._origins, self._sizes = starts, origins, sizes
        breaks = list(compress(count(1), map(lt, starts[1:], map(add, starts, sizes))))
        if len(breaks) > _MAX_BREAKS:
            self._starts, breaks = (), []
        self._stretches = list(zip([0, *breaks], [*breaks, len(self._starts)], strict=True))

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self._data[offset : offset + size])

    def place(self, offset: int) -> int | None:
        for low, high in reversed(self._stretches):
            index = bisect_right(self._starts, offset, low, high) - 1
            if index >= low and offset - self._starts[index] < self._sizes[index]:
                return self._origins[index] + offset - self._starts[index]
        return None


class _File:
    """An open file. ``pread`` keeps no position, so threads may share it; Windows has none and takes a lock."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def read(self, offset: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            parts = []
            while size > 0:
                part = os.pread(self._file.fileno(), size, offset)
                if not part:
                    break
                parts.append(part)
                offset += len(part)
                size -= len(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)

    def place(self, offset: int) -> int | None:
        return offset


class _Part:
    """A range of another source."""

    def __init__(self, source: _Source, origin: int) -> None:
        self._source = source
        self._origin = origin

    def read(self, offset: int, size: int) -> bytes:
        return self._source.read(self._origin + offset, size)

    def place(self, offset: int) -> int | None:
        return offset


_Source = _Buffer | _Memory | _File | _Part
