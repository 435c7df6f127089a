"""Which artifacts a glob of the policy means: gitignore's patterns, on the path that reports show.

A pattern without a slash matches at any depth, one with a slash from the policy's directory down, and either also what
is below a match: the members of an archive, the files of a directory.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Globs:
    """Matches artifacts; ``root`` is the directory of the policy."""

    def __init__(self, root: str) -> None:
        self._roots = tuple(dict.fromkeys((os.path.abspath(root), os.path.abspath("."))))  # noqa: PTH100  # no pathlib

    def matches(self, pattern: str, path: str, members: Sequence[str] = ()) -> bool:
        """Say whether the pattern matches an artifact: its path from the policy's or the current directory."""
        spec = _spec(pattern)
        return any(spec.match_file("/".join((known, *members))) for known in self._spellings(path))

    def _spellings(self, path: str) -> list[str]:
        absolute = os.path.abspath(path)  # noqa: PTH100
        below = [os.path.relpath(absolute, root) for root in self._roots if _is_below(absolute, root)]
        return [spelling.replace(os.sep, "/") for spelling in (*below, absolute.lstrip(os.sep))]


def _is_below(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)


@lru_cache(maxsize=1024)
def _spec(pattern: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only a policy with globs needs it

    return GitIgnoreSpec.from_lines([pattern])
