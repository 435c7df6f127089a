"""Which program of the new release is which of the old one: by what they are, wherever they lie.

Artifacts of one program and one port are paired by their names without versions, else by what tells them from each
other: processor level, C library, kind of file, container. What stays ambiguous is left unpaired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from inspector.diff.rows import Row
from inspector.diff.targets import PARTS, Met, Target, Targets, divides


class Pair(NamedTuple):
    """One artifact in both releases."""

    target: Target
    old: Row
    new: Row


class Single(NamedTuple):
    """An artifact that only one of the releases has; ``met``: the other one has others for that target."""

    target: Target
    row: Row
    met: bool


class Pairing(NamedTuple):
    """All artifacts of two releases, sorted by target and name."""

    pairs: tuple[Pair, ...]
    lost: tuple[Single, ...]
    gained: tuple[Single, ...]


_Rows = list[Row]
_Twins = list[tuple[Row, Row]]


def paired(old: Sequence[Row], new: Sequence[Row]) -> Pairing:
    """Pair the rows of two sides."""
    every = old, new
    if len(old) == len(new) == 1 and _suits(old[0], new[0]):
        return _told(*every, [(old[0], new[0])], [], [])
    twins: _Twins = []
    lost: _Rows = []
    gained: _Rows = []
    for olds, news in _grouped(_by_program, old, new):
        found, olds, news = _matched(olds, news)
        twins += found
        lost += olds
        gained += news
    # What lost its record, is packed, or has another main package now, still stands where it stood.
    found, lost, gained = _same(lambda row: (row.place, row.slice), lost, gained, _suits)
    twins += found
    leftover: tuple[_Rows, _Rows] = ([], [])
    for olds, news in _grouped(_by_stem, lost, gained):
        if not (_recorded(olds) and _recorded(news)):
            found, olds, news = _matched(olds, news)
            twins += found
        leftover[0].extend(olds)
        leftover[1].extend(news)
    return _told(*every, twins, *leftover)


def _by_program(row: Row) -> Hashable:
    return (row.program, row.stem if row.program is None else "", row.goos, row.goarch)


def _by_stem(row: Row) -> Hashable:
    return (row.stem, row.goos, row.goarch)


def _recorded(rows: _Rows) -> bool:
    """Say whether one of the rows tells its main package, so that a file's name alone proves nothing."""
    return any(row.program is not None for row in rows)


def _suits(old: Row, new: Row) -> bool:
    """Say whether two artifacts may be for one port: that of a packed program cannot be read."""
    return all(one is None or other is None or one == other for one, other in _ports(old, new))


def _ports(old: Row, new: Row) -> Iterable[tuple[str | None, str | None]]:
    return (old.goos, new.goos), (old.goarch, new.goarch)


def _matched(old: _Rows, new: _Rows) -> tuple[_Twins, _Rows, _Rows]:
    """Pair the artifacts of one program and port; return what is left of each side too."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    dividing = [part for part in PARTS.values() if divides(part, old) or divides(part, new)]
    twins, old, new = _same(lambda row: (row.place, row.slice), old, new)
    for key in (
        lambda row: (row.place[-2:], row.slice),
        lambda row: tuple(part(row) for part in dividing),
    ):
        found, old, new = _same(key, old, new)
        twins += found
    return twins, old, new


def _same(
    key: Callable[[Row], Hashable], old: _Rows, new: _Rows, suits: Callable[[Row, Row], bool] = lambda *_: True
) -> tuple[_Twins, _Rows, _Rows]:
    """Pair what alone has its key on both sides; copies of one content are as good as one."""
    twins: _Twins = []
    lost: _Rows = []
    gained: _Rows = []
    for olds, news in _grouped(key, old, new):
        both = min(len(olds), len(news)) if len(_contents(olds)) == len(_contents(news)) == 1 else 0
        if both and suits(olds[0], news[0]):
            twins += zip(olds[:both], news[:both], strict=True)
            olds, news = olds[both:], news[both:]
        lost += olds
        gained += news
    return twins, lost, gained


def _contents(rows: _Rows) -> set[Hashable]:
    return {row.sha256 or (index,) for index, row in enumerate(rows)}


def _grouped(key: Callable[[Row], Hashable], old: Iterable[Row], new: Iterable[Row]) -> Iterable[tuple[_Rows, _Rows]]:
    groups: defaultdict[Hashable, tuple[_Rows, _Rows]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((old, new)):
        for row in sorted(rows, key=_order):
            groups[key(row)][side].append(row)
    return groups.values()


def _order(row: Row) -> tuple[object, ...]:
    return (row.chain, row.slice or "")


def _told(old: Sequence[Row], new: Sequence[Row], twins: _Twins, lost: _Rows, gained: _Rows) -> Pairing:
    """Give everything its target, in as many words as it takes among all rows of both sides."""
    targets = Targets(old, new, twins)
    there = {targets.of(row) for row in new} | {targets.of(one) for one, _ in twins}
    was = {targets.of(row) for row in old} | {targets.of(one) for _, one in twins}
    return Pairing(
        # Of a pair it is the new one's: that is what is there now.
        pairs=tuple(
            sorted((Pair(targets.of(one[1]), *one) for one in twins), key=lambda pair: (pair[0], _order(pair[2])))
        ),
        lost=_singles(lost, targets, Met(there)),
        gained=_singles(gained, targets, Met(was)),
    )


def _singles(rows: _Rows, targets: Targets, met: Met) -> tuple[Single, ...]:
    found = (Single(target, row, target in met) for row in rows for target in (targets.of(row),))
    return tuple(sorted(found, key=lambda single: (single.target, _order(single.row))))
