"""Where a file is, however its path was spelled."""

from __future__ import annotations

import os

from inspector.shown import shown


def located(path: str) -> str:
    """Return a file's absolute path, without the links among its directories, as reports would show it.

    ``path`` is as the system or a report has it. A link that is the file itself stays: it is what was listed.
    """
    directory, name = os.path.split(path)
    return shown(os.path.join(os.path.realpath(directory or os.curdir), name))  # noqa: PTH118  # pathlib takes 5 ms


def is_below(path: str, directory: str) -> bool:
    """Say whether a path, spelled alike, lies in a directory or further down."""
    return path.startswith(directory.rstrip(os.sep) + os.sep)
