"""Which files of a given directory are looked at: globs of the command line, as .gitignore has them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from inspector.errors import UsageError
from inspector.shown import shown

if TYPE_CHECKING:
    from inspector.gitignore import Pattern

Parts = tuple[str, ...]

_SEPARATOR: Final = re.compile(f"[{re.escape(os.sep + (os.altsep or ''))}]")


class Chosen(msgspec.Struct, frozen=True):
    """Patterns of paths to look at and of paths to leave out, the latter the stronger; no ``include`` means all.

    They are of paths on disk below a given directory: from there on, or from the current directory on. A path that
    was given itself and a member of an archive are looked at whatever the patterns say.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def below(self, directory: str) -> Choice:
        """Return what chooses below a given directory."""
        return Choice(self, directory)


EVERYTHING: Final = Chosen()
"""Hidden files too: what is shipped may be called .bin, and what nobody looked at would pass a gate unseen."""


class Choice:
    """Chooses below one given directory, among paths that are given as their parts below it."""

    def __init__(self, chosen: Chosen, directory: str) -> None:
        self._include = tuple(map(_compiled, chosen.include))
        self._exclude = tuple(map(_compiled, chosen.exclude))
        self._way = _way(directory) if self._include or self._exclude else ()

    def enters(self, parts: Parts) -> bool:
        """Say whether to look into a directory: unless everything in it is excluded."""
        return not self._matches(self._exclude, (*parts, ""))

    def takes(self, parts: Parts) -> bool:
        """Say whether to look at what is no directory."""
        if self._matches(self._exclude, parts):
            return False
        return not self._include or self._matches(self._include, parts)

    def reaches(self, parts: Parts) -> bool:
        """Say whether what is no directory is looked at, and so is every directory on the way to it."""
        return self.takes(parts) and all(self.enters(parts[:depth]) for depth in range(1, len(parts)))

    def _matches(self, patterns: Iterable[Pattern], parts: Parts) -> bool:
        return any(
            pattern.matches(parts) or (pattern.anchored and self._way and pattern.matches((*self._way, *parts)))
            for pattern in patterns
        )


def chosen(include: Sequence[str], exclude: Sequence[str]) -> Chosen:
    """Return the choice that the options of these names make; raise UsageError for a glob that matches nothing."""
    if not include and not exclude:
        return EVERYTHING
    from inspector.gitignore import objection

    for option, patterns in (("--include", include), ("--exclude", exclude)):
        for pattern in patterns:
            wrong = objection(pattern, "a given directory or at the current one")
            if wrong is not None:
                raise UsageError(f"{option}: {shown(pattern[:60])!r} {wrong}")
    return Chosen(tuple(include), tuple(exclude))


def reached(paths: Iterable[str], chosen: Chosen) -> Callable[[str], bool]:
    """Return what tells of a place, absolute and without links, whether a walk over the paths looks at it."""
    roots = [(os.path.realpath(path), chosen.below(path)) for path in paths if "\0" not in path]

    def by(root: str, choice: Choice, place: str) -> bool:
        if not place.startswith(root.rstrip(os.sep) + os.sep):
            return place == root
        inside = parts_of(place[len(root) :])
        return choice.reaches((*inside, "") if os.path.isdir(place) else inside)  # noqa: PTH112

    return lambda place: any(by(root, choice, place) for root, choice in roots)


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Pattern:
    from inspector.gitignore import compiled  # only who gives globs needs it

    pattern = compiled(text)
    if pattern is None:
        raise ValueError(f"{text!r} matches nothing")
    return pattern


def _way(directory: str) -> Parts:
    """Return the parts of a directory from the current one on; none where it is not below that."""
    try:
        way = os.path.relpath(directory)
    except (OSError, ValueError):  # the current directory is gone; another drive
        return ()
    parts = parts_of(way)
    return () if ".." in parts or os.path.isabs(way) else parts  # noqa: PTH117  # pathlib takes 6 ms to import


def parts_of(path: str) -> Parts:
    """Return the components of a path."""
    return tuple(part for part in _SEPARATOR.split(path) if part not in {"", "."})
