"""Which release of Go a program's default GODEBUG settings come from; the table is data/godebugs.json.

The go command makes the defaults (cmd/go/internal/load, defaultGODEBUG): for a go.mod whose go line is older than the
toolchain, the old value of every setting that changed since; on top of these, what `godebug` lines of go.mod and
`//go:debug` lines set. The result alone is recorded, so the go line has to be told from the set.

Releases are minor numbers: 27 stands for Go 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from inspector.tables import read_table

FIRST: Final = 21
"""The first release whose defaults follow the go line."""

_OLDEST: Final = 18
"""Stands for this release and all before: no setting of the table changed before Go 1.19."""


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting whose default changed with a release."""

    package: str
    changed: int  # the release that changed it
    old: str  # the value before
    lines: tuple[str, ...]  # releases that are sure to have it, "1.23"
    does: str  # what the old value does
    weaker: bool = False  # the old value makes an attack or a mistake easier


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """How a set of defaults came about."""

    line: int  # the go line whose defaults these are; the toolchain's own release where nothing is reverted
    reverted: Mapping[str, Setting]  # what that go line brings back
    explicit: Mapping[str, str]  # what it does not explain: set by a godebug or a //go:debug line


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: dict[str, str]
    earliest: dict[str, str]
    settings: dict[str, Setting]


def parse(text: str) -> dict[str, str]:
    """Read "panicnil=1,netdns=cgo" as the runtime does (parsegodebug): the last value of a name counts."""
    pairs = (field.partition("=") for field in text.split(","))
    return {name: value for name, equals, value in pairs if equals}


def origin(defaults: Mapping[str, str], minor: int) -> Origin:
    """Find the go line that explains most of the defaults of a program which Go 1.``minor`` built."""
    own = min(minor, _newest())  # a version is anything that a file says, and newer releases revert what this one does
    line = min(range(own, _OLDEST - 1, -1), key=lambda line: _misfit(line, defaults, own))
    reverted = _explained(line, defaults)
    return Origin(
        line=minor if line == own else line,
        reverted={name: _older(line)[name] for name in reverted},
        explicit={name: value for name, value in defaults.items() if name not in reverted},
    )


def spelled(line: int) -> str:
    """Spell a go line: Go 1.19 and 1.20 have the same defaults, and so have all before."""
    return f"1.{_OLDEST} or older" if line <= _OLDEST else "1.20" if line == 19 else f"1.{line}"


@cache
def known_settings() -> Mapping[str, Setting]:
    """Return every setting whose default changed with a release, by name."""
    return _table().settings


def _misfit(line: int, defaults: Mapping[str, str], own: int) -> tuple[int, int]:
    """Return how badly this go line fits: settings that it leaves unexplained or that lack, and lacking ones alone."""
    # A setting with another value than the go line's was set by hand, it does not speak against the go line; and
    # patch releases bring settings that the table does not know for this toolchain.
    lacking = len(_sure(line, f"1.{own}") - defaults.keys())
    return lacking + len(defaults) - len(_explained(line, defaults)), lacking


def _explained(line: int, defaults: Mapping[str, str]) -> list[str]:
    """Return the names of the settings that are as this go line has them."""
    older = _older(line)
    return [name for name, value in defaults.items() if name in older and older[name].old == value]


@cache
def _older(line: int) -> Mapping[str, Setting]:
    """Return the settings that this go line reverts."""
    return {name: setting for name, setting in known_settings().items() if setting.changed > line}


@cache
def _sure(line: int, toolchain: str) -> frozenset[str]:
    """Return the names of those that this toolchain is sure to have."""
    return frozenset(name for name, setting in _older(line).items() if toolchain in setting.lines)


@cache
def _newest() -> int:
    return max(int(line.removeprefix("1.")) for line in _table().earliest)


@cache
def _table() -> _Table:
    return read_table("godebugs.json", _Table)
