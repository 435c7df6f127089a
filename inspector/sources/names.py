"""Names as reports show them, and names as a (weak) statement of intent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from inspector.shown import shown as shown
from inspector.sources.limits import MAX_DIRECTORIES

Names = tuple[tuple[str, str], ...]

OUTPUT_ROOTS: Final = frozenset({"artifacts", "build", "dist", "out", "output", "release", "releases", "target"})
"""Directories a build writes its output below. What stands above one is the project's place on some machine:
/home/me/windows-stuff/dist/app says nothing about windows."""

_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst", ".tgz", ".tbz2", ".txz", ".tzst")


def member_parts(name: str) -> list[str]:
    r"""Return the components of a member's name; ``\`` divides too, since some zip writers use it."""
    return [part for part in re.split(r"[/\\]", name) if part] or [name]


def unpacked_name(name: str) -> str:
    """Return how the one file in a compressed file is called, which keeps no name that can be relied on."""
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix) or name
    return name


def names_of(parts: Sequence[str], *outer: tuple[str, str]) -> Names:
    """Return what the components of a relative path and then ``outer`` say, the nearest first."""
    return (("file name", shown(parts[-1])), *nearby(parts[:-1]), *outer)


def nearby(directories: Sequence[str]) -> Names:
    """Return the directories that count as intent, the nearest first, given the outermost first.

    At most MAX_DIRECTORIES, and none from an output directory upward.
    """
    found: list[tuple[str, str]] = []
    for name in reversed([part for part in directories if part not in {"", "."}]):
        if name == ".." or name.lower() in OUTPUT_ROOTS or len(found) == MAX_DIRECTORIES:
            break
        found.append(("directory name", shown(name)))
    return tuple(found)
