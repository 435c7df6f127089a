"""Where a file is, however its path was spelled, and opening one that nobody named."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

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


def open_unnamed(path: str) -> BinaryIO | None:
    """Open a regular file that nobody named, so that no link is followed; None where something else stands.

    Raises OSError when the system refuses.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return None
    # Meanwhile it may have become a link, or a pipe, where opening would wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return open(os.open(path, flags), "rb")  # noqa: PTH123  # pathlib takes 5 ms
