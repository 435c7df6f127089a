"""Go's releases: how their versions are spelled and ordered, and when each came out (data/go_releases.json)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import msgspec

from inspector.model import Evidence, GoBuild, Unknown
from inspector.tables import read_table

Release = tuple[int, int, int, int, int]
"""Major, minor, patch, stage (STAGES), number within the stage: ordered as the releases are."""

STAGES: Final[Mapping[str | None, int]] = {"devel": -3, "beta": -2, "rc": -1, None: 0}

_RELEASE: Final = re.compile(
    r"(?:devel )?(?:go)?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:(beta|rc)(\d{1,9}))?(?![\d.])", re.ASCII
)


class Known(msgspec.Struct, frozen=True):
    """One release that came out: "1.27.4", on "2026-11-10"."""

    name: str
    date: str


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    date: str
    source: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: dict[str, str]
    sources: dict[str, str]
    known_until: str
    releases: dict[str, _Row]


def parse(text: str) -> Release | None:
    """Read "1.27", "go1.27.3", "go1.27rc1", "devel go1.28-1a2b3c", "go1.28-devel_1a2b3c"; None for what is no release.

    What a vendor adds does not count: "go1.26.2-custom", "go1.20.3 X:nocoverageredesign", "go1.15.8b5". A "devel"
    without a release (before Go 1.17) is none.
    """
    found = _RELEASE.match(text)
    if found is None:
        return None
    major, minor, patch, stage, number = found.groups()
    if text.startswith("devel ") or text[found.end() :].startswith("-devel"):
        stage = "devel"
    return int(major), int(minor), int(patch or 0), STAGES[stage], int(number or 0)


def version_of(build: GoBuild) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    """Return the version the runtime would print, else the recorded one, with its evidence."""
    recorded = build.recorded if isinstance(build.recorded, Unknown) else build.recorded.go_version
    if isinstance(build.observed.go_version, Unknown) and isinstance(recorded, str):
        return recorded, (build.record_proof("Go version", recorded),)
    return build.observed.go_version, build.proof("go_version")


@cache
def known_releases() -> Mapping[Release, Known]:
    """Return every release the table dates, oldest first."""
    rows = ((parse(name), Known(name, row.date)) for name, row in _table().releases.items())
    return MappingProxyType(dict(sorted((release, known) for release, known in rows if release is not None)))


def known_until() -> str:
    """Return the date up to which the table knows Go's releases."""
    return _table().known_until


@cache
def supported_lines() -> tuple[int, ...]:
    """Return the minor numbers whose releases still got fixes when the table was made: the two newest (policy)."""
    return tuple(sorted({minor for _, minor, *_ in known_releases()})[-2:])


def first_of(minor: int) -> Known | None:
    """Return the release that opened a line; None when the table has none."""
    return known_releases().get((1, minor, 0, STAGES[None], 0))


def line_of(minor: int) -> tuple[Known, ...]:
    """Return a line's releases, oldest first."""
    return tuple(known for release, known in known_releases().items() if release[1] == minor)


def newer_in_line(release: Release) -> tuple[Known, ...]:
    """Return the releases of the same line that came after this one, oldest first."""
    return tuple(known for other, known in known_releases().items() if other[1] == release[1] and other > release)


@cache
def _table() -> _Table:
    return read_table("go_releases.json", _Table)
