"""List the files of a cpio archive as RPM packages hold it: the "new ASCII" format, and RPM's stripped one.

Layouts: cpio(5) of libarchive, "New ASCII Format"; rpm's docs/manual/format_v6.md, "Payload", and lib/cpio.cc.
"""

from __future__ import annotations

import binascii
import stat
import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from formats import LimitExceeded, Malformed, Truncated, Window
from inspector.sources.limits import MAX_EXTENSION, MAX_HEADERS
from inspector.sources.member import Member, in_place

_NEW: Final = (b"070701", b"070702")
_STRIPPED: Final = b"07070X"
_HEADER: Final = 110
_STRIPPED_HEADER: Final = 16
"""Bytes: the magic, eight digits, two of padding."""


class Entry(NamedTuple):
    """A file as its package describes it. ``size`` are the bytes that follow its header in the archive."""

    name: bytes
    mode: int
    size: int


_END: Final = Entry(b"", 0, 0)
"""What the trailer makes."""


def members(cpio: Window, described: Callable[[int], Entry | None]) -> Iterator[Member]:
    """Yield the regular files in the order they are stored; ``described`` tells what index a stripped header means.

    Raises Truncated, Malformed or LimitExceeded, with the offset, where the walk cannot go on.
    """
    at = 0
    for _ in range(MAX_HEADERS):
        magic = cpio.read_upto(at, 6)
        if len(magic) < 6 or cpio.size < _HEADER:
            raise Truncated("the archive ends without its trailer", at)
        if magic in _NEW:
            entry, data = _entry(cpio, at)
        elif magic == _STRIPPED:
            entry, data = _by_index(cpio, at, described), at + _STRIPPED_HEADER
        else:
            raise Malformed("no cpio header", at)
        if entry is _END:
            return
        if stat.S_ISREG(entry.mode):
            yield _member(cpio, entry, data)
            if data + entry.size > cpio.size:
                return  # the member's own row says so
        at = _aligned(data + entry.size)
    raise LimitExceeded(f"more than {MAX_HEADERS} headers", at)


def _entry(cpio: Window, at: int) -> tuple[Entry, int]:
    """Return what a header of the new ASCII format says, and where its data are."""
    _, mode, _, _, links, _, size, _, _, _, _, name_size, _ = _numbers(cpio.read(at + 6, 104, "a cpio header"), at)
    if not 0 < name_size <= MAX_EXTENSION:
        kind = LimitExceeded if name_size else Malformed
        raise kind(f"a cpio header with a name of {name_size} bytes", at)
    name = cpio.read(at + _HEADER, name_size, "a cpio header's name").split(b"\0", 1)[0]
    if name == b"TRAILER!!!":
        return _END, at
    # Of the names of one file all but the last come without its bytes; these are the links.
    if links > 1 and not size and stat.S_ISREG(mode):
        mode = stat.S_IFLNK
    return Entry(name, mode, size), _aligned(at + _HEADER + name_size)


def _by_index(cpio: Window, at: int, described: Callable[[int], Entry | None]) -> Entry:
    (index,) = _numbers(cpio.read(at + 6, 8, "a cpio header"), at)
    if index == 0xFFFFFFFF:
        return _END
    entry = described(index)
    if entry is None:
        raise Malformed(f"the package's header does not describe file {index}", at)
    return entry


def _numbers(digits: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack(f">{len(digits) // 8}I", binascii.unhexlify(digits))
    except binascii.Error as error:
        raise Malformed("a cpio header's number is not hexadecimal", at) from error


def _aligned(offset: int) -> int:
    return offset + -offset % 4


def _member(cpio: Window, entry: Entry, data: int) -> Member:
    name = entry.name.decode("utf-8", "surrogateescape")
    return Member(name, entry.size, stat.S_IMODE(entry.mode), in_place(cpio, data, entry.size))
