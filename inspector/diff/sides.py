"""One side of a comparison: a report that was written earlier, or what a path leads to now."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BufferedReader
from itertools import chain
from typing import Final

import msgspec

from inspector.diff.naming import below, depth
from inspector.diff.rows import Finding, Reading, Row
from inspector.errors import UsageError
from inspector.model import Report, SkipKind
from inspector.model import Skipped as ModelSkipped
from inspector.reports.json_v1_types import File, Outcome, Skipped, Tool
from inspector.reports.safe import neutral
from inspector.sources import STDIN as STDIN

LARGEST: Final = 2 * 1024**3
"""Bytes of a report that is read: fifty thousand artifacts."""
_FIRST: Final = 64
"""Bytes that are looked at to tell JSON, which may start with blanks, from a program or an archive."""
_VERSION: Final = 1
_LONGEST: Final = 300
"""Characters of what is wrong with a report."""

Wanted = Callable[[str], bool]
"""Says of a rule's name whether what it found is compared."""


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was met and could not be inspected; ``place`` is its chain of names, as a row's."""

    path: str
    members: tuple[str, ...]
    slice: str | None
    kind: str
    reason: str
    place: tuple[str, ...]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A release as it is compared.

    ``judged`` are the rules that were asked; ``crashed``: one of them did; ``interrupted``: not all of it was read.
    """

    name: str
    version: str  # of the tool that judged it
    written: bool  # a report that was written earlier
    rows: tuple[Row, ...]
    unseen: tuple[Unseen, ...]
    release: Mapping[str, Finding]
    judged: frozenset[str]
    release_judged: frozenset[str]
    crashed: bool = False
    interrupted: bool = False

    @property
    def partial(self) -> str | None:
        """Say why it may lack what the release has; None for one that is whole."""
        return f"{self.name} is of a run that was interrupted" if self.interrupted else None


class _Head(msgspec.Struct, frozen=True):
    """What every version has."""

    schema_version: int
    tool: Tool


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """A report of JSON v1, whose files are left as they stand until each has its turn."""

    tool: Tool
    files: tuple[msgspec.Raw, ...]
    release: tuple[Outcome, ...]
    skipped: tuple[Skipped, ...]
    interrupted: bool = False  # reports of early versions do not say


def side(path: str, wanted: Wanted, inspect: Callable[[str], Report]) -> Side:
    """Return what ``path`` stands for: a report if it is a JSON file, else what ``inspect`` finds there.

    Raises UsageError for JSON that is no report of this tool, or one of a later version of it.
    """
    text = _json(path)
    return _live(path, wanted, inspect(path)) if text is None else _written(path, wanted, text)


def _written(path: str, wanted: Wanted, text: bytes) -> Side:
    reading = Reading(wanted)
    try:
        version = msgspec.json.decode(text, type=_Head).schema_version
        if version != _VERSION:
            raise UsageError(f"{path} is a report of schema version {version}; this gobin-inspect reads version 1")
        document = msgspec.json.decode(text, type=_Document)
        rows = _rows((msgspec.json.decode(file, type=File) for file in document.files), reading)
        judged = frozenset(reading.judged)
        of_release = Reading(wanted)
        return _side(
            Side(
                name=path,
                version=document.tool.version,
                written=True,
                rows=rows,
                unseen=tuple(_places(row for row in document.skipped if not SkipKind(row.kind).harmless)),
                release=of_release.findings(document.release),
                judged=judged,
                release_judged=frozenset(of_release.judged),
                crashed=reading.crashed or of_release.crashed,
                interrupted=document.interrupted,
            ),
            document.skipped,
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = neutral(str(error)[:_LONGEST])  # it quotes values of the file
        raise UsageError(f"{path} is JSON, but no report of gobin-inspect: {why}") from error


def _live(path: str, wanted: Wanted, report: Report) -> Side:
    from inspector.reports.documents import plain
    from inspector.reports.json_v1 import of_file, of_outcome

    reading, of_release = Reading(wanted), Reading(wanted)
    # By way of JSON's own values, so that a side is the same whether it is read now or was written then.
    rows = _rows((msgspec.convert(plain(of_file(file)), File) for file in report.files), reading)
    outcomes = [msgspec.convert(plain(of_outcome(outcome)), Outcome) for outcome in report.release]
    unseen = [msgspec.convert(plain(row), Skipped) for row in report.unseen]
    return _side(
        Side(
            name=path,
            version=report.version,
            written=False,
            rows=rows,
            unseen=tuple(_places(unseen)),
            release=of_release.findings(outcomes),
            judged=frozenset(reading.judged),
            release_judged=frozenset(of_release.judged),
            crashed=reading.crashed or of_release.crashed,
            interrupted=report.interrupted,
        ),
        report.skipped,
    )


def _rows(files: Iterable[File], reading: Reading) -> tuple[Row, ...]:
    return tuple(row for file in files for row in reading.rows(file))


def _places(skipped: Iterable[Skipped]) -> Iterator[Unseen]:
    for row in skipped:
        yield Unseen(path=row.path, members=row.members, slice=row.slice, kind=row.kind, reason=row.reason, place=())


def _side(found: Side, met: Iterable[Skipped | ModelSkipped]) -> Side:
    """Return a side with its rows and places named from its root, which all that was ``met`` has in common."""
    root = depth(chain(((row.path, *row.members) for row in met), (row.chain for row in found.rows)))
    return msgspec.structs.replace(
        found,
        rows=tuple(msgspec.structs.replace(row, place=below(row.chain, root)) for row in found.rows),
        unseen=tuple(msgspec.structs.replace(row, place=below((row.path, *row.members), root)) for row in found.unseen),
    )


def _json(path: str) -> bytes | None:
    """Read a JSON file; None for everything else, which ``inspect`` has something to say of."""
    if path == STDIN:
        source = sys.stdin.buffer if sys.stdin is not None else None
        if not isinstance(source, BufferedReader) or not _is_json(source.peek(_FIRST)[:_FIRST]):
            return None
        return _all(source, "standard input")
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # pathlib takes 5 ms to import
            return None
        with open(path, "rb") as file:  # noqa: PTH123
            return _all(file, path) if _is_json(file.peek(_FIRST)[:_FIRST]) else None
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


def _is_json(start: bytes) -> bool:
    return start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")[:1] in {b"{", b"["}


def _all(file: BufferedReader, name: str) -> bytes:
    """Read a whole file. Raises UsageError for one beyond the bound."""
    text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise UsageError(f"{name} is larger than {LARGEST // 1024**3} GiB, which no report of gobin-inspect is")
    return text.removeprefix(b"\xef\xbb\xbf")
