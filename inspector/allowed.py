"""Names that a policy allows: of libraries from outside the system, of loaders beside the stock ones."""

from __future__ import annotations

from fnmatch import fnmatchcase
from posixpath import normpath

from inspector.model import Declared


def allows(globs: Declared[tuple[str, ...]] | None, name: str) -> bool:
    """Say whether one of the globs matches the whole of a name, as far as ``..`` in it leads.

    ``*`` stands for any characters, slashes too, ``?`` for one, ``[ab]`` for one of these.
    """
    return globs is not None and any(fnmatchcase(normpath(name), glob) for glob in globs.value)
