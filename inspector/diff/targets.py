"""What a program is built for, in as few words as tell it from the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from inspector.diff.naming import container
from inspector.diff.rows import NO_LIBC, PROGRAM, Row

Part = Callable[[Row], Hashable]

PARTS: Final[Mapping[str, Part]] = {
    "level": lambda row: row.level,
    "libc": lambda row: row.libc,
    "kind": lambda row: row.kind,
    "slice": lambda row: row.slice is not None,
    "container": lambda row: container(row.chain),
}
"""What may tell artifacts of one program and port from each other."""
_OF_TARGET: Final[Mapping[str, Callable[[Row], str | None]]] = {
    "level": lambda row: row.level,
    "libc": lambda row: row.libc if row.libc != NO_LIBC else "no libc",
    "kind": lambda row: row.kind if row.kind != PROGRAM else "program",
}
"""Of those, what makes a target of its own, in words."""
_UNREAD: Final = "?"
_ANY: Final = "*"


class Target(msgspec.Struct, frozen=True, order=True):
    """What a program is built for.

    ``level``, ``libc`` and ``kind`` are empty unless one of the releases has several for that program and port, and
    where they could not be read.
    """

    program: str  # the main package's path, else the file's own name
    goos: str  # "?" where it could not be read
    goarch: str
    level: str = ""
    libc: str = ""
    kind: str = ""
    short: str = ""  # the program's name where there are several

    def __str__(self) -> str:
        words = (self.short, f"{self.goos}/{self.goarch}", self.level, self.libc, self.kind)
        return " ".join(word for word in words if word)


class Met:
    """Targets among which another one is looked for; what could not be read of one may be anything."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._known = {
            (target.program, target.goos, target.goarch, target.kind, level, libc)
            for target in targets
            for level in (target.level, _ANY)
            for libc in (target.libc, _ANY)
        }

    def __contains__(self, target: Target) -> bool:
        return any(
            (target.program, target.goos, target.goarch, target.kind, level, libc) in self._known
            for level in ((target.level, "") if target.level else (_ANY,))
            for libc in ((target.libc, "") if target.libc else (_ANY,))
        )


class Targets:
    """Names the targets of two releases. ``twins`` are pairs: a program that goes by two names in one is one."""

    def __init__(self, old: Sequence[Row], new: Sequence[Row], twins: Iterable[tuple[Row, Row]]) -> None:
        self._aliases: dict[str, str] = {}
        for pair in twins:
            names = sorted({_program(row) for row in pair})
            self._aliases.update((name, names[0]) for name in names[1:])
        self._dividing: defaultdict[Hashable, set[str]] = defaultdict(set)
        programs: list[set[str]] = []
        for side in (old, new):
            groups: defaultdict[Hashable, list[Row]] = defaultdict(list)
            for row in side:
                groups[self._port(row)].append(row)
            for port, rows in groups.items():
                self._dividing[port] |= {name for name in _OF_TARGET if divides(PARTS[name], rows)}
            programs.append({self._canonical(row) for row in side})
        self._shorts = _shorts(programs[0] | programs[1])

    def of(self, row: Row) -> Target:
        """Return a row's target."""
        told = {name: _OF_TARGET[name](row) or "" for name in self._dividing[self._port(row)]}
        program, goos, goarch = self._port(row)
        return Target(program, goos, goarch, **told, short=self._shorts.get(program, ""))

    def _port(self, row: Row) -> tuple[str, str, str]:
        return self._canonical(row), row.goos or _UNREAD, row.goarch or _UNREAD

    def _canonical(self, row: Row) -> str:
        own = _program(row)
        return self._aliases.get(own, own)


def divides(part: Part, rows: Iterable[Row]) -> bool:
    """Say whether rows differ in a part."""
    return len({part(row) for row in rows}) > 1


def _program(row: Row) -> str:
    return row.stem if row.program is None else row.program


def _shorts(programs: set[str]) -> dict[str, str]:
    """Return what several programs are called for short: the last element of their paths, all of it if two share it."""
    if len(programs) == 1:
        return {}
    by_last: defaultdict[str, list[str]] = defaultdict(list)
    for program in programs:
        by_last[program.rpartition("/")[2]].append(program)
    return {program: last if len(same) == 1 else program for last, same in by_last.items() for program in same}
