"""Which artifacts a glob of the policy means: gitignore's patterns, on the path that reports show.

A pattern without a slash matches at any depth, one with a slash from the policy's directory down, and either also what
is below a match: the members of an archive, the files of a directory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache

from inspector.errors import IntentError
from inspector.intent import values
from inspector.intent.gitignore import compiled
from inspector.intent.places import is_below, located
from inspector.shown import shown


class Globs:
    """Matches artifacts; ``root`` is the directory of the policy."""

    def __init__(self, root: str) -> None:
        roots = (path(directory) for directory in (root, ".") for path in (os.path.abspath, os.path.realpath))
        self._roots = tuple(dict.fromkeys(map(shown, roots)))

    def matches(self, pattern: str, path: str, members: Sequence[str] = ()) -> bool:
        """Say whether the pattern matches an artifact: its path from the policy's or the current directory."""
        known = _compiled(pattern)
        return known is not None and any(map(known.matches, _spellings(self._roots, path, tuple(members))))


@lru_cache(maxsize=1 << 15)  # more than the rows that a list may have, each of which waivers may be held against
def _spellings(roots: tuple[str, ...], path: str, members: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the parts of a path as a pattern may know it: from each root that it is below, and from the top."""
    known: dict[tuple[str, ...], None] = {}
    inner = [part for member in members for part in member.split("/") if part not in {"", "."}]
    for absolute in (shown(os.path.abspath(path)), located(path)):  # noqa: PTH100
        below = (os.path.relpath(absolute, root) for root in roots if is_below(absolute, root))
        for spelling in (*below, absolute.lstrip(os.sep)):
            known[*spelling.replace(os.sep, "/").split("/"), *inner] = None
    return tuple(known)


def accepted(pattern: str, where: str) -> str:
    """Accept a pattern that matches something; raise IntentError for any other."""
    if not {".", ".."}.isdisjoint(pattern.split("/")):
        why = "a glob begins at the policy's directory or at the current one, and has no . and no .. in it"
        raise IntentError(f"{where}: {values.shown(pattern)} matches nothing: {why}")
    try:
        if _compiled(pattern) is not None:
            return pattern
    except (ValueError, re.error):
        raise IntentError(f"{where}: {values.shown(pattern)} is no glob as .gitignore has them") from None
    raise IntentError(f"{where}: {values.shown(pattern)} matches nothing, as .gitignore reads it")


_compiled = lru_cache(maxsize=1 << 16)(compiled)  # as many as a policy file has room for
