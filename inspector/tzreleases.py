"""The IANA time zone releases that Go packs; the table, with its sources, is data/tzdata_releases.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from inspector.tables import read_table


class TzRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One IANA release as Go packs it, and the Go releases and commits of Go's repository it was read from."""

    release: str  # "2026c"
    zones: int
    go: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    about: str
    releases: Mapping[str, TzRelease]


@cache
def releases() -> Mapping[str, TzRelease]:
    """Return the IANA releases known, by the digest over every zone's name and bytes."""
    return read_table("tzdata_releases.json", _Table).releases


@cache
def newest() -> TzRelease:
    """Return the newest IANA release that a known release of Go packs."""
    return max((entry for entry in releases().values() if entry.go), key=lambda entry: ordered(entry.release) or ())


def ordered(release: str) -> tuple[int, int, str] | None:
    """Return an IANA release name as a value that compares: 1999a, 2009z and 2016aa in this order; None for others."""
    found = re.fullmatch(r"(\d{4})([a-z]{1,2})", release)
    return None if found is None else (int(found[1]), len(found[2]), found[2])
