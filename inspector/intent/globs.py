"""Which artifacts a glob of the policy means: gitignore's patterns, on the path that reports show.

A pattern without a slash matches at any depth, one with a slash from the policy's directory down, and either also what
is below a match: the members of an archive, the files of a directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from inspector.errors import IntentError
from inspector.intent import values
from inspector.intent.places import is_below, located
from inspector.shown import shown

if TYPE_CHECKING:
    from inspector.gitignore import Pattern

Path = tuple[str, ...]


class Globs:
    """Matches artifacts; ``root`` is the directory of the policy."""

    def __init__(self, root: str) -> None:
        roots = (path(directory) for directory in (root, ".") for path in (os.path.abspath, os.path.realpath))
        self._roots = tuple(dict.fromkeys(map(shown, roots)))

    def matches(self, pattern: str, path: str, members: Sequence[str] = ()) -> bool:
        """Say whether the pattern matches an artifact: its path from the policy's or the current directory."""
        known = _compiled(pattern)
        if known is None:
            return False
        # From the top a path has every part that it has from below, and where it begins does not matter to the rest.
        tops, below = _spellings(self._roots, path, tuple(members))
        return any(map(known.matches, (*below, *tops) if known.anchored else tops))


@lru_cache(maxsize=1 << 15)  # more than a list has rows, each of which may be held against every waiver
def _spellings(
    roots: tuple[str, ...], path: str, members: tuple[str, ...]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the parts of a path as a pattern may know it: from the top, and from each root that it is below."""
    inner = tuple(part for member in members for part in member.split("/") if part not in {"", "."})
    absolutes = dict.fromkeys((shown(os.path.abspath(path)), located(path)))  # noqa: PTH100
    below = (os.path.relpath(place, root) for place in absolutes for root in roots if is_below(place, root))
    tops = (place.lstrip(os.sep) for place in absolutes)
    return _parts(tops, inner), _parts(below, inner)


def _parts(spellings: Iterable[str], inner: Path) -> tuple[Path, ...]:
    return tuple((*spelling.replace(os.sep, "/").split("/"), *inner) for spelling in dict.fromkeys(spellings))


def accepted(pattern: str, where: str) -> str:
    """Accept a pattern that matches something; raise IntentError for any other."""
    from inspector.gitignore import objection

    wrong = objection(pattern, "the policy's directory or at the current one")
    if wrong is None:
        return pattern
    raise IntentError(f"{where}: {values.quoted(pattern)} {wrong}")


@lru_cache(maxsize=1 << 16)  # as many as a policy file has room for
def _compiled(pattern: str) -> Pattern | None:
    from inspector.gitignore import compiled  # only who gives globs needs it

    return compiled(pattern)
