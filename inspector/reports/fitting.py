"""A document of several parts, cut to a bound: each part gets its share of the room.

Those that need less leave the rest to the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

COMMENT: Final = 65_536
"""Characters that GitHub takes as a comment; held against bytes of UTF-8, which are never fewer."""
_CUT: Final = 80
"""Bytes for the line that says what was left out."""


class Part(NamedTuple):
    """A part of a document: what stands above its items, and what those are called.

    ``unmade``: how many more there are, for which there is no room in any case.
    """

    head: str
    items: list[str]
    called: str
    unmade: int = 0

    def whole(self) -> str:
        """Return the part with all its items."""
        return self.head + "".join(self.items)

    @property
    def need(self) -> int:
        """Return the bytes that the part would take."""
        return _size(self.whole()) + (_CUT if self.unmade else 0)


def fitted(head: str, parts: Iterable[Part], limit: int) -> str:
    """Return a document in at most ``limit`` bytes of UTF-8; nothing when not even its head fits."""
    room = limit - _size(head)
    if room < 0:
        return ""
    filled = [part for part in parts if part.items or part.unmade]
    shares = _shares([part.need for part in filled], room)
    return head + "".join(_fitted(part, share) for part, share in zip(filled, shares, strict=True))


def part_of(head: str, items: Iterable[str], count: int, called: str, limit: int) -> Part:
    """Return a part whose ``count`` items are made only as long as they may fit into ``limit`` bytes."""
    made: list[str] = []
    room = limit
    for item in items:
        size = _size(item)
        if size <= limit:  # else it is in nobody's way
            made.append(item)
            room -= size
        if room < 0:
            break
    return Part(head, made, called, count - len(made))


def _shares(needs: list[int], room: int) -> list[int]:
    """Share room: who needs less than an even part gets that, and leaves the rest to the others."""
    shares = [0] * len(needs)
    for place, index in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[index] = min(needs[index], room // (len(needs) - place))
        room -= shares[index]
    return shares


def _fitted(part: Part, share: int) -> str:
    """Return a part without the items that do not fit, and with a line that says how many those are."""
    if part.need <= share and not part.unmade:
        return part.whole()
    room = share - _size(part.head) - _CUT
    kept = []
    for item in part.items:
        size = _size(item)
        if size <= room:
            kept.append(item)
            room -= size
    left_out = len(part.items) - len(kept) + part.unmade
    said = f"\n… and {left_out:,} more {part.called}, left out to fit\n"
    return f"{part.head}{''.join(kept)}{said}" if room >= 0 else ""


def _size(text: str) -> int:
    return len(text.encode())
