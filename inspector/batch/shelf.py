"""Where reports are put until all are there: in memory while they are few, else in an unnamed temporary file.

The file is a database that SQLite makes without a name and the system removes with the process. It brings what a
plain file would not: order by name without holding the names.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Generic, TypeVar, overload

import msgspec

from inspector.batch.common import Common
from inspector.batch.limits import KEPT_FILES, KEPT_ROWS
from inspector.briefs import brief_of
from inspector.errors import ReportWriteError
from inspector.model import FileBrief, FileReport, Skipped

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

_LEVEL: Final = 1
"""Of zlib: a third of the size for a fifth of a millisecond."""

_FILES: Final = "files"
_SKIPPED: Final = "skipped"


class Inspected(msgspec.Struct, frozen=True):
    """One artifact's report, packed when it has come from another process, and its brief."""

    brief: FileBrief
    report: FileReport | bytes

    @classmethod
    def of(cls, report: FileReport, *, packed: bool) -> Inspected:
        """Take a report, packed or as it is."""
        return cls(brief_of(report), pack(report) if packed else report)

    @property
    def size(self) -> int:
        """Bytes of the report if it is packed, else 0."""
        return len(self.report) if isinstance(self.report, bytes) else 0


def pack(value: FileReport | Skipped) -> bytes:
    """Return a report's or a row's bytes."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _LEVEL)


class Shelf:
    """Takes reports and rows in any order and gives them back in that of their names."""

    def __init__(self) -> None:
        self._briefs: list[FileBrief] = []
        self._common = Common()
        self._unseen: list[Skipped] = []
        self._reports: list[FileReport] = []
        self._rows: list[Skipped] = []
        self._database: Connection | None = None

    def put(self, reports: Iterable[Inspected], rows: Iterable[Skipped]) -> None:
        """Take reports and rows. Raises ReportWriteError when there is no room for them."""
        for one in reports:
            self._briefs.append(self._common.of(one.brief))
            if self._database is None and isinstance(one.report, FileReport) and len(self._reports) < KEPT_FILES:
                self._reports.append(one.report)
            else:
                self._store(_FILES, _key(one.brief), one.report)
        for row in rows:
            if row.matters:
                self._unseen.append(row)
            if self._database is None and len(self._rows) < KEPT_ROWS:
                self._rows.append(row)
            else:
                self._store(_SKIPPED, _key(row), row)

    @property
    def files(self) -> Sequence[FileReport]:
        """Every report, ordered by path and members."""
        if self._database is None:
            return tuple(sorted(self._reports, key=_key))
        return _Stored(self._database, _FILES)

    @property
    def skipped(self) -> Sequence[Skipped]:
        """Every row, ordered by path, members and slice."""
        if self._database is None:
            return tuple(sorted(self._rows, key=_key))
        return _Stored(self._database, _SKIPPED)

    @property
    def briefs(self) -> tuple[FileBrief, ...]:
        """The brief of every report, in their order."""
        return tuple(sorted(self._briefs, key=_key))

    @property
    def unseen(self) -> tuple[Skipped, ...]:
        """The rows that matter, in their order."""
        return tuple(sorted(self._unseen, key=_key))

    def _store(self, table: str, key: bytes, value: FileReport | Skipped | bytes) -> None:
        with _file():
            if self._database is None:
                self._database = _database()
                for report in self._reports:
                    self._store(_FILES, _key(report), report)
                for row in self._rows:
                    self._store(_SKIPPED, _key(row), row)
                self._reports, self._rows = [], []
            body = value if isinstance(value, bytes) else pack(value)
            self._database.execute(f"INSERT INTO {table} VALUES (?, ?)", (key, body))  # noqa: S608  # a constant


def _key(one: FileReport | FileBrief | Skipped) -> bytes:
    """Return what orders by path, members and slice: no shown name has a NUL, which comes before all else."""
    part = (one.slice or "",) if isinstance(one, Skipped) else ()
    return "\0".join((one.path, *one.members, *part)).encode()


def _database() -> Connection:
    import sqlite3  # takes 5 ms

    class Unnamed(sqlite3.Connection):
        """Is closed with the last report that reads from it: Python from 3.13 on warns of one that just goes away."""

        def __del__(self) -> None:
            self.close()

    # Any thread of a script may read what another one was given; SQLite itself lets only one in at a time.
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=Unnamed)
    database.execute("PRAGMA journal_mode = OFF")
    for table in (_FILES, _SKIPPED):
        database.execute(f"CREATE TABLE {table} (key BLOB, body BLOB)")
    return database


@contextmanager
def _file(trouble: str = "does not fit into a temporary file") -> Iterator[None]:
    import sqlite3

    try:
        yield
    except sqlite3.Error as error:
        raise ReportWriteError(f"what was found so far {trouble}: {error}") from error


class _Stored(Sequence[T], Generic[T]):
    """What a table holds, decoded anew each time it is asked for. Pickled, it is a tuple."""

    def __init__(self, database: Connection, table: str) -> None:
        from array import array  # of the standard library, and still a file that most runs need not open

        self._database = database
        self._table = table
        with _file():
            rows = database.execute(f"SELECT rowid FROM {table} ORDER BY key, rowid")  # noqa: S608  # a constant
            self._rows = array("q", (row for (row,) in rows))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T]:
        return map(self._at, self._rows)

    def __reduce__(self) -> tuple[type[tuple[T, ...]], tuple[tuple[T, ...]]]:
        return tuple, (tuple(self),)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return tuple(map(self._at, self._rows[index])) if isinstance(index, slice) else self._at(self._rows[index])

    def _at(self, row: int) -> T:
        query = f"SELECT body FROM {self._table} WHERE rowid = ?"  # noqa: S608
        with _file("cannot be read back from a temporary file"):
            (body,) = self._database.execute(query, (row,)).fetchone()
        value: T = pickle.loads(zlib.decompress(body))  # noqa: S301  # by `pack`, in a file that has no name
        return value
