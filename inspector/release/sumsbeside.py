"""The checksum files of a directory: read once, and asked about each file in it and further down."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Final, NamedTuple

from inspector.intent import open_unnamed
from inspector.release.sumfiles import SumFile, listed, named
from inspector.sources.names import OUTPUT_ROOTS

MAX_FILES: Final = 100_000
"""Checksum files of one directory: one for each artifact."""

MAX_FILE: Final = 16 << 20
"""Bytes of one of them: 200,000 lines of 80."""

MAX_BYTES: Final = 32 << 20
"""Bytes of all of them."""

MAX_LINES: Final = 200_000
"""Digests that all of them list."""

MAX_CLAIMS: Final = 16
"""Digests of one file, by all algorithms and in all checksum files."""

MAX_SPEAKING: Final = 16
"""Checksum files that are named, and looked at anew, for each file of a directory that none of them lists."""

MAX_KEPT: Final = 50_000
"""Files whose digests are remembered, some 600 bytes each; more only while they are of one directory."""

_MAX_DIRECTORIES: Final = 256
_HEAD: Final = 4096

_JUST_NOW: Final = 100_000_000
"""Nanoseconds in which a directory may change and keep its time of change: Linux' clock for files ticks every 10 ms."""

_DRIVE: Final = re.compile("[A-Za-z]:")
_FORBIDDEN: Final = frozenset("\\:" if os.name == "nt" else "")
"""What is in no name of a file, and would lead to another drive or another machine."""

_Stamp = tuple[int, ...]


class Claim(NamedTuple):
    """A digest that is listed for a file; one of the ``algorithms`` made it, the likeliest first."""

    source: str
    digest: str  # hexadecimal, in lower case
    algorithms: tuple[str, ...]


class SumsBeside:
    """What the checksum files of one directory say of files in it and below, whose paths begin there.

    They are called by their base names. One that lists several files, or is named after none, speaks for the
    directories of those that are there: it leaves out what it does not list. Those of one file each (app.sha256, and
    so on) do so together, called "*.sha256", where more files have one than have none.
    """

    def __init__(self, directory: str, stamp: _Stamp) -> None:
        self._directory = directory
        self._name = os.path.basename(os.path.realpath(directory))  # noqa: PTH119  # pathlib takes 5 ms to import
        self._stamp = stamp
        self._claims: dict[str, dict[Claim, None]] = {}  # by path
        self._stamps: dict[str, _Stamp | None] = {}
        self._speaking: dict[str, list[str]] = {}  # by directory
        try:
            self._read()
        except OSError:  # whoever walks the directory reports that
            return

    def __len__(self) -> int:
        """Return the number of files of which something is listed."""
        return len(self._claims)

    def claims(self, path: str) -> tuple[Claim, ...]:
        """Return what is listed for a file."""
        return tuple(self._claims.get(path, ()))

    def left_out_by(self, path: str) -> tuple[str, ...]:
        """Return the checksum files that list other files of its directory, where none lists this one."""
        return () if path in self._claims else tuple(self._speaking.get(_directory(path), ()))

    def is_fresh(self, path: str, stamp: _Stamp) -> bool:
        """Say whether the directory, and the checksum files that matter to a file, are as they were."""
        files = (*(claim.source for claim in self.claims(path)), *self.left_out_by(path))
        return stamp == self._stamp and all(
            self._stamps[file] == _stamp_of(self._at(file)) for file in files if file in self._stamps
        )

    def _at(self, *parts: str) -> str:
        return os.path.join(self._directory, *parts)  # noqa: PTH118

    def _read(self) -> None:
        left = _Left()
        singles: Counter[str] = Counter()
        for name, file in self._files(left):
            data = self._data(name, left)
            names = {met for met in self._noted(name, data, file, left) if named(met.rpartition("/")[2]) is None}
            if len(names) == 1 and file.ending:
                singles[f"*{file.ending}"] += 1
            else:
                for directory in sorted(set(map(_directory, names))):
                    speaking = self._speaking.setdefault(directory, [])
                    if len(speaking) < MAX_SPEAKING:
                        speaking.append(name)
        if singles:
            without = self._without()
            most = [ending for ending, count in sorted(singles.items()) if count > max(1, without)]
            self._speaking.setdefault("", []).extend(most)
        if not left.enough:
            self._speaking.clear()

    def _files(self, left: _Left) -> list[tuple[str, SumFile]]:
        with os.scandir(self._directory) as entries:
            found = ((entry.name, file) for entry in entries if (file := named(entry.name)) is not None)
            files = sorted(found)
        left.enough = len(files) <= MAX_FILES
        return files[:MAX_FILES]

    def _data(self, name: str, left: _Left) -> bytes:
        """Return the bytes of a checksum file; none of what is no text, too large or unreadable."""
        try:
            opened = open_unnamed(self._at(name))
            if opened is None:
                return b""
            with opened as file:
                status = os.fstat(file.fileno())
                self._stamps[name] = _stamp(status)
                head = file.read(_HEAD)
                if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
                    return b""
                if status.st_size > min(MAX_FILE, left.bytes):
                    left.enough = False
                    return b""
                data = head + file.read(max(status.st_size - len(head), 0))
        except OSError:  # whoever inspects the file reports that
            return b""
        left.bytes -= len(data)
        return data

    def _noted(self, source: str, data: bytes, file: SumFile, left: _Left) -> Iterator[str]:
        """Note what a checksum file lists, and yield the names of the files that are there."""
        for one in listed(data, file):
            left.lines -= 1
            if left.lines < 0:
                left.enough = False
                return
            name = self._meant(one.path)
            if name is not None:
                claims = self._claims.setdefault(name, {})
                if len(claims) < MAX_CLAIMS:
                    claims[Claim(source, one.digest, one.algorithms)] = None
                yield name

    def _meant(self, path: str) -> str | None:
        """Return the file that a listed path means; None for one that is not there.

        The list may have been made from above or elsewhere: "dist/app" in dist, or for what a build wrote.
        """
        parts = [part for part in path.split("/") if part not in {"", "."} and not _DRIVE.fullmatch(part)]
        if not parts or ".." in parts or not _FORBIDDEN.isdisjoint("".join(parts)):
            return None
        *above, name = parts
        for known in dict.fromkeys((name, name.strip(" \t"))):
            if known and os.path.lexists(self._at(*above, known)):
                return "/".join((*above, known))
        if above and (above[-1] == self._name or above[-1].lower() in OUTPUT_ROOTS) and os.path.lexists(self._at(name)):
            return name
        return None

    def _without(self) -> int:
        """Return the number of files that no checksum file lists; neither those nor signatures of listed ones count."""
        with os.scandir(self._directory) as entries:
            return sum(
                not self._belongs(entry.name) and named(entry.name) is None and entry.is_file(follow_symlinks=False)
                for entry in entries
            )

    def _belongs(self, name: str) -> bool:
        """Say whether a file is listed, or is called as a listed one and more: app.zip.sig."""
        return name in self._claims or any(
            name[:at] in self._claims for at, character in enumerate(name) if character == "."
        )


class _Left:
    """What may still be read in one directory; ``enough``: nothing was left unread for that."""

    def __init__(self) -> None:
        self.bytes = MAX_BYTES
        self.lines = MAX_LINES
        self.enough = True


_kept: OrderedDict[str, SumsBeside] = OrderedDict()
"""What is remembered in this process, by directory, the last asked for at the end."""
_turn: Final = threading.Lock()
"""Who holds it may change what is kept: a script's calls may run in threads."""


def sums_beside(directory: str, path: str) -> SumsBeside | None:
    """Return what the checksum files of a directory say of the file at a path below; None where there is no directory.

    They are read when the first of its files is asked for, and again when they have changed.
    """
    try:
        status = os.stat(directory)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    stamp = (status.st_dev, status.st_ino, status.st_mtime_ns)
    with _turn:
        known = _kept.get(directory)
    if known is None or not known.is_fresh(path, stamp):
        known = SumsBeside(directory, stamp)
        if 0 <= time.time_ns() - status.st_mtime_ns < _JUST_NOW:
            return known
    with _turn:
        _keep(directory, known)
    return known


def _keep(directory: str, known: SumsBeside) -> None:
    _kept[directory] = known
    _kept.move_to_end(directory)
    while len(_kept) > 1 and (len(_kept) > _MAX_DIRECTORIES or sum(map(len, _kept.values())) > MAX_KEPT):
        _kept.popitem(last=False)


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _stamp_of(path: str) -> _Stamp | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return _stamp(status)


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns
