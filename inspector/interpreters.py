"""The dynamic loaders that exist on a stock system, per port; the table is data/interpreters.json."""

from __future__ import annotations

from functools import cache

import msgspec

from inspector.tables import read_table


class Loaders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Loader paths that a linker writes for these ports, and who says so."""

    goos: tuple[str, ...]
    goarch: tuple[str, ...]
    paths: tuple[str, ...]
    source: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: str
    loaders: tuple[Loaders, ...]


@cache
def table() -> tuple[Loaders, ...]:
    """Return every entry of the table."""
    return read_table("interpreters.json", _Table).loaders


def loaders(goos: str, goarch: str) -> tuple[str, ...]:
    """Return the loaders of a port, the one Go's own linker writes first; none when the table has no such port."""
    return tuple(path for entry in table() if goos in entry.goos and goarch in entry.goarch for path in entry.paths)
