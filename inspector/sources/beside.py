"""Small files that stand beside an artifact, in its directory or in its archive, and are judged with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from formats import FormatError, LimitExceeded, Unknown, Window
from inspector.sources.files import STDIN, Found, opened
from inspector.sources.limits import MAX_BESIDE, Budget
from inspector.sources.member import Content
from inspector.sources.trouble import TROUBLE, Unreadable, explain

Beside = Callable[[str], bytes | Unknown | None]
"""Give it a base name, get that file's bytes; None when there is no such file, Unknown when it cannot be read."""


def nothing(_: str) -> None:
    """Find no file: the artifact has no directory, as standard input has none."""


def in_directory(found: Found, budget: Budget) -> Beside:
    """Find files in the directory of a found one. No link is followed to them, since nobody named them."""
    return nothing if found.path == STDIN else partial(_in_directory, os.path.dirname(found.path), budget)  # noqa: PTH120


def in_archive(members: Mapping[str, Content], member: str, budget: Budget) -> Beside:
    """Find files in the directory that ``member`` has in its archive, whose ``members`` go by their names."""
    return partial(_in_archive, members, member.rpartition("/")[:2], budget)


def _in_directory(directory: str, budget: Budget, name: str) -> bytes | Unknown | None:
    path = os.path.join(directory, name)  # noqa: PTH118  # pathlib takes 6 ms to import
    try:
        with opened(Found(path, named=False, parts=()), budget) as (window, _):
            return _whole(window)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except TROUBLE as error:
        return _unread(name, error)


def _in_archive(
    members: Mapping[str, Content], directory: tuple[str, str], budget: Budget, name: str
) -> bytes | Unknown | None:
    found = members.get("".join((*directory, name)))
    if found is None:
        return None
    try:
        with found.open(budget, MAX_BESIDE) as window:
            return _whole(window)
    except TROUBLE as error:
        return _unread(name, error)


def _whole(window: Window) -> bytes:
    if window.size > MAX_BESIDE:
        raise LimitExceeded(f"{window.size} bytes, over the limit of {MAX_BESIDE}")
    return window.read(0, window.size)


def _unread(name: str, error: FormatError | OSError | Unreadable) -> Unknown:
    return Unknown(f"{name} beside the file: {explain(error)[1]}")
