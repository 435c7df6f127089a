"""The oldest system that programs of a Go release run on; the table, with its sources, is data/os_floors.json.

Releases are minor numbers: 27 stands for Go 1.27. Headers say something else for many of them (Go 1.21 needs
Windows 10 and its files say 6.1), so this is what release notes say, not what files say. A release that is newer
than the table is taken to need at least what the newest known one does.
"""

from __future__ import annotations

from functools import cache

import msgspec

from inspector.ports import had, parse_span, within
from inspector.tables import read_table


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one range of releases needs."""

    releases: str
    version: str  # "10.15"; Windows as its version number: "6.1", "10.0"
    name: str  # "macOS 10.15 Catalina"
    source: str  # where Go says so


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: dict[str, str]
    known: str
    floors: dict[str, tuple[Floor, ...]]


def floor(goos: str, minor: int, goarch: str | None = None) -> str | None:
    """Return the oldest version of the system that the release's programs run on; None where Go names none."""
    found = requirement(goos, minor, goarch)
    return None if found is None else found.version


def requirement(goos: str, minor: int, goarch: str | None = None) -> Floor | None:
    """Return the same with the system's name and the source; without ``goarch`` what every port of it needs."""
    if goos == "darwin" and goarch in {"arm", "arm64"} and minor < 16:
        return None  # that was iOS, of which Go 1.16 made a GOOS of its own
    names = (goos, f"{goos}/{goarch}")
    rows = [row for name in names for row in _table().floors.get(name, ()) if within(parse_span(row.releases), minor)]
    return max(rows, key=lambda row: ordered(row.version), default=None)


def last_release(goos: str, version: str, goarch: str | None = None) -> int | None:
    """Return the newest release in the table whose programs run on that version of the system; None without one."""
    ((first, last),) = parse_span(_table().known)
    for minor in range(first if last is None else last, first - 1, -1):
        least = floor(goos, minor, goarch)
        there = goarch is None or had(goos, goarch, minor)
        if there and least is not None and ordered(least) <= ordered(version):
            return minor
    return None


def ordered(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare: "10.9" before "10.15", "11" the same as "11.0".

    Raises ValueError for what is no dotted number.
    """
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@cache
def _table() -> _Table:
    return read_table("os_floors.json", _Table)
