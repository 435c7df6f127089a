"""The GOOS/GOARCH pairs of every Go release; the table, with its sources, is data/ports.json.

Releases are minor numbers: 27 stands for Go 1.27. A release that is newer than the table is taken to have what
the newest known one has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from inspector.tables import read_table

Span = tuple[tuple[int, int | None], ...]
"""Ranges of releases, first and last one included; None where there is no end yet."""


class Port(msgspec.Struct, frozen=True, kw_only=True):
    """One GOOS/GOARCH pair, and the releases for which each fact holds; data/ports.json says how each was read."""

    goos: str
    goarch: str
    releases: Span  # can build for it
    broken: Span  # of those: leave it out of `go tool dist list`
    cgo: Span
    pie: Span  # accept -buildmode=pie
    default_pie: Span  # make one when no build mode is given
    always_pie: Span  # make one even with -buildmode=exe

    @property
    def first(self) -> int:
        """The first release that has it."""
        return self.releases[0][0]

    @property
    def removed(self) -> int | None:
        """The release that no longer has it; None while the newest known one does."""
        last = self.releases[-1][1]
        return None if last is None else last + 1


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    releases: str
    broken: str = ""
    cgo: str = ""
    pie: str = ""
    default_pie: str = ""
    always_pie: str = ""
    source: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: dict[str, str]
    known: str
    race_exe: dict[str, str]
    ports: dict[str, _Row]


def port(goos: str, goarch: str) -> Port | None:
    """Return the pair as any Go release ever had it; None when none did."""
    return all_ports().get((goos, goarch))


def had(goos: str, goarch: str, minor: int) -> bool:
    """Say whether that release can build for the pair; a port marked broken is there, though not listed."""
    found = port(goos, goarch)
    return found is not None and within(found.releases, minor)


@cache
def is_known(goos: str, goarch: str) -> bool:
    """Say whether one of the releases this tool knows can build for the pair."""
    return any(had(goos, goarch, minor) for minor in known_releases())


def cgo_supported(goos: str, goarch: str, minor: int | None) -> bool:
    """Say whether that release supports cgo there; None asks for any of the known releases."""
    found = port(goos, goarch)
    return found is not None and _holds(found.cgo, minor)


def pie_supported(goos: str, goarch: str, minor: int | None) -> bool:
    """Say whether that release can make a position-independent executable; None asks for any known release."""
    found = port(goos, goarch)
    return found is not None and (_holds(found.pie, minor) or _holds(found.default_pie, minor))


def default_buildmode(goos: str, goarch: str, minor: int, *, race: bool = False) -> str:
    """Return what -buildmode=default makes of a program there: "pie" or "exe"; ``race``: built with -race."""
    found = port(goos, goarch)
    if found is None or not within(found.default_pie, minor):
        return "exe"
    if race and not within(found.always_pie, minor) and within(parse_span(_table().race_exe.get(goos, "")), minor):
        return "exe"
    return "pie"


def always_pie(goos: str, goarch: str, minor: int) -> bool:
    """Say whether the linker makes a position-independent executable even when told -buildmode=exe."""
    found = port(goos, goarch)
    return found is not None and within(found.always_pie, minor)


@cache
def known_goos() -> tuple[str, ...]:
    """Return every GOOS that one of the known releases has, sorted."""
    return tuple(sorted({goos for goos, goarch in all_ports() if is_known(goos, goarch)}))


@cache
def known_goarch() -> tuple[str, ...]:
    """Return every GOARCH that one of the known releases has, sorted."""
    return tuple(sorted({goarch for goos, goarch in all_ports() if is_known(goos, goarch)}))


@cache
def known_releases() -> range:
    """Return the releases this tool knows."""
    (first, last), *_ = parse_span(_table().known)
    return range(first, (first if last is None else last) + 1)


@cache
def all_ports() -> Mapping[tuple[str, str], Port]:
    """Return every pair any release had, by GOOS and GOARCH, sorted."""
    found = {}
    for pair, row in sorted(_table().ports.items()):
        goos, _, goarch = pair.partition("/")
        found[goos, goarch] = Port(
            goos=goos,
            goarch=goarch,
            releases=parse_span(row.releases),
            broken=parse_span(row.broken),
            cgo=parse_span(row.cgo),
            pie=parse_span(row.pie),
            default_pie=parse_span(row.default_pie),
            always_pie=parse_span(row.always_pie),
        )
    return found


def within(span: Span, minor: int) -> bool:
    """Say whether the release lies in one of the ranges."""
    return any(first <= minor and (last is None or minor <= last) for first, last in span)


def _holds(span: Span, minor: int | None) -> bool:
    return any(within(span, release) for release in (known_releases() if minor is None else (minor,)))


@cache
def _table() -> _Table:
    return read_table("ports.json", _Table)


def parse_span(text: str) -> Span:
    """Read "1.1-1.4, 1.13-": a lone release is its own end, a missing one is no end."""
    ranges: list[tuple[int, int | None]] = []
    for part in filter(None, text.split(", ")):
        first, dash, last = part.partition("-")
        start = _minor(first)
        ranges.append((start, (_minor(last) if last else None) if dash else start))
    return tuple(ranges)


def _minor(release: str) -> int:
    return int(release.removeprefix("1."))
