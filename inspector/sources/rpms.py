"""List the files of an RPM package: a lead, a header of signatures, a header of tags, and a compressed cpio archive.

Layouts: rpm's docs/manual/format_lead.md, format_header.md, format_v4.md and format_v6.md.

rpmfile is not used: it holds a header's data in memory whatever their size, and all that a zstd payload unpacks to,
bounds no other decompressor either, and knows neither the stripped format nor which name of a file has its bytes.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final, NamedTuple

from formats import LimitExceeded, Malformed, Truncated, Window
from inspector.sources import cpios
from inspector.sources.limits import MAX_HEADERS, MAX_NAMES, MAX_TAG_DATA, MAX_TAGS, Budget
from inspector.sources.member import Member
from inspector.sources.packages import installed, unpacked
from inspector.sources.trouble import Unreadable

_LEAD: Final = 96
_INTRO: Final = 16
_MAGIC: Final = b"\x8e\xad\xe8\x01\0\0\0\0"

_FILE_SIZES, _FILE_MODES, _FILE_FLAGS, _FILE_DEVICES, _FILE_INODES = 1028, 1030, 1037, 1095, 1096
_DIR_INDEXES, _BASE_NAMES, _DIR_NAMES, _PAYLOAD_FORMAT, _PAYLOAD_COMPRESSOR = 1116, 1117, 1118, 1124, 1125
_LONG_FILE_SIZES: Final = 5008
_TAGS: Final = frozenset(
    {
        _FILE_SIZES,
        _FILE_MODES,
        _FILE_FLAGS,
        _FILE_DEVICES,
        _FILE_INODES,
        _DIR_INDEXES,
        _BASE_NAMES,
        _DIR_NAMES,
        _PAYLOAD_FORMAT,
        _PAYLOAD_COMPRESSOR,
        _LONG_FILE_SIZES,
    }
)

_INTEGERS: Final = {3: "H", 4: "I", 5: "Q"}
"""Types of tags that are arrays of integers, by struct's letter."""

_GHOST: Final = 64
"""RPMFILE_GHOST: the package owns the file and does not bring it (include/rpm/rpmfiles.h)."""


@contextmanager
def opened(package: Window, budget: Budget) -> Iterator[Iterator[Member]]:
    """Offer the regular files in the order they are stored; listing them raises what ``cpios.members`` does.

    Raises Truncated, Malformed or LimitExceeded when headers or payload cannot be read, Unreadable for a delta.
    """
    signatures = _Header(package, _LEAD)
    header = _Header(package, signatures.end + -signatures.end % 8)
    if header.end >= package.size:
        raise Truncated("the RPM package ends before its payload", package.size)
    if header.string(_PAYLOAD_FORMAT) == b"drpm":
        raise Unreadable("a delta RPM: it holds differences from another package, no files")
    compressor = header.string(_PAYLOAD_COMPRESSOR)
    payload = package.sub(header.end, package.size - header.end)
    with unpacked(payload, lzma=compressor == b"lzma", budget=budget) as cpio:
        yield installed("in the payload", cpios.members(cpio, _Files(header).entry))


class _Tag(NamedTuple):
    type: int
    offset: int
    length: int  # in values


class _Header:
    """A header's tags, of which only those used here are known. ``end`` is where in the package it ends."""

    def __init__(self, package: Window, at: int) -> None:
        intro = package.read(at, _INTRO, "an RPM header")
        if intro[:8] != _MAGIC:
            raise Malformed("no RPM header where one must be", at)
        count, size = struct.unpack_from(">II", intro, 8)
        if count > MAX_TAGS or size > MAX_TAG_DATA:
            raise LimitExceeded(f"an RPM header of {count} tags and {size} bytes", at)
        index = package.read(at + _INTRO, 16 * count, "an RPM header's index")
        self._data = package.sub(at + _INTRO + len(index), size, "an RPM header's data")
        self._tags = {tag: _Tag(*rest) for tag, *rest in struct.iter_unpack(">4I", index) if tag in _TAGS}
        self.end = at + _INTRO + len(index) + size

    def string(self, tag: int) -> bytes | None:
        """Return a string tag's value; None when there is no such tag."""
        return self._data.string(self._tags[tag].offset, "an RPM header's string") if tag in self._tags else None

    def strings(self, tag: int) -> list[bytes]:
        """Return the values of a tag that is an array of strings; none when there is no such tag."""
        if tag not in self._tags:
            return []
        _, offset, count = self._counted(tag)
        # One more byte than the names may have tells whether they have more.
        *values, rest = self._data.read_upto(offset, MAX_NAMES + 1).split(b"\0", count)
        if len(values) == count:
            return values
        if rest and self._data.size - offset > MAX_NAMES:
            raise LimitExceeded(f"names of more than {MAX_NAMES} bytes in an RPM header", self._data.base + offset)
        raise Truncated("names reach past the end of an RPM header", self._data.base + offset)

    def integers(self, tag: int) -> tuple[int, ...]:
        """Return the values of a tag that is an array of integers; none when there is no such tag."""
        if tag not in self._tags:
            return ()
        kind, offset, count = self._counted(tag)
        if kind not in _INTEGERS:
            raise Malformed(f"tag {tag} of an RPM header holds no integers", self._data.base + offset)
        form = f">{count}{_INTEGERS[kind]}"
        return struct.unpack(form, self._data.read(offset, struct.calcsize(form), "an RPM header's array"))

    def _counted(self, tag: int) -> _Tag:
        found = self._tags[tag]
        if found.length > MAX_HEADERS:
            raise LimitExceeded(f"more than {MAX_HEADERS} files in an RPM header", self._data.base + found.offset)
        return found


class _Files:
    """The files of a header, which the stripped headers of the payload mean by their index."""

    def __init__(self, header: _Header) -> None:
        self._header = header

    def entry(self, index: int) -> cpios.Entry | None:
        """Describe a file; None when the header has none of this index."""
        names, directories, places, modes, sizes, bare = self._arrays
        if not (index < min(len(names), len(places), len(modes), len(sizes)) and places[index] < len(directories)):
            return None
        mode = modes[index]
        # As in the other format, a link is a name without bytes; no other kind of file but these has any.
        if index in bare or not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            return cpios.Entry(b"", 0, 0)
        # Put together for a file alone: a directory's name may have MiB, and only those of files are counted.
        name = directories[places[index]] + names[index] if stat.S_ISREG(mode) else b""
        return cpios.Entry(name, mode, sizes[index])

    @cached_property
    def _arrays(self) -> _Arrays:
        header = self._header
        modes = header.integers(_FILE_MODES)
        return _Arrays(
            header.strings(_BASE_NAMES),
            header.strings(_DIR_NAMES),
            header.integers(_DIR_INDEXES),
            modes,
            header.integers(_LONG_FILE_SIZES) or header.integers(_FILE_SIZES),
            _links(header, modes),
        )


class _Arrays(NamedTuple):
    names: list[bytes]
    directories: list[bytes]
    places: tuple[int, ...]
    modes: tuple[int, ...]
    sizes: tuple[int, ...]
    bare: frozenset[int]


def _links(header: _Header, modes: tuple[int, ...]) -> frozenset[int]:
    """Return the indexes of the names that come without bytes: of one file's names all but the last.

    They are told as rpm tells them (rpmfilesBuildNLink in lib/rpmfi.cc).
    """
    devices, inodes, flags = (header.integers(tag) for tag in (_FILE_DEVICES, _FILE_INODES, _FILE_FLAGS))
    last: dict[int, int] = {}
    bare = set()
    for index, (device, inode, mode, flag) in enumerate(zip(devices, inodes, modes, flags, strict=False)):
        if inode and stat.S_ISREG(mode) and not flag & _GHOST:
            file = device << 32 | inode
            if file in last:
                bare.add(last[file])
            last[file] = index
    return frozenset(bare)
