"""Names that are one file: found files with the same bytes on disk are read once, and each name is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from inspector.model import Skipped
from inspector.sources.files import Found

MAX_TOGETHER: Final = 256
"""Names that come together: what is judged in one go must have an end, and so few do not cost a second reading."""

MAX_HELD: Final = 100_000
"""Names that wait for further names of their files, some 400 bytes each. With more, a file may be read again."""


def gathered(found: Iterable[Found | Skipped]) -> Iterator[tuple[Found, ...] | Skipped]:
    """Yield found files, the names of one file together, in the order in which the last of them is found.

    A name is held until as many were found as the file has, which may have names elsewhere: then to the end. At most
    MAX_TOGETHER come together.
    """
    waiting: dict[tuple[int, int], list[Found]] = {}
    held = 0
    for one in found:
        if isinstance(one, Skipped):
            yield one
            continue
        if one.inode is None:
            yield (one,)
            continue
        names = waiting.setdefault(one.inode, [])
        names.append(one)
        held += 1
        if len(names) >= min(one.names, MAX_TOGETHER):
            held -= len(waiting.pop(one.inode))
            yield tuple(names)
        elif held >= MAX_HELD:
            yield from map(tuple, waiting.values())
            waiting.clear()
            held = 0
    yield from map(tuple, waiting.values())
