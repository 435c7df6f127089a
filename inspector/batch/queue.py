"""What is to be inspected: a walk's finds, the largest first as far as is looked ahead."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from inspector.batch.limits import LOOK_AHEAD
from inspector.model import Skipped
from inspector.sources import Found

Order = tuple[Found, ...]
"""One file on disk under all its names."""


class Queue:
    """Takes orders from a walk only as they are needed; what the walk could not open is set aside.

    ``files`` and ``size`` are the number of names found so far and the bytes that are to be read; ``complete`` is
    true when there are no more.
    """

    def __init__(self, walk: Iterable[Order | Skipped]) -> None:
        self._walk = iter(walk)
        self._heap: list[tuple[int, int, Order]] = []
        self._orders = 0
        self._skipped: list[Skipped] = []
        self.files = 0
        self.size = 0
        self.complete = False

    def look_ahead(self) -> None:
        """Let the walk go on until enough are waiting."""
        while len(self._heap) < LOOK_AHEAD and not self.complete:
            found = next(self._walk, None)
            if found is None:
                self.complete = True
            elif isinstance(found, Skipped):
                self._skipped.append(found)
                if len(self._skipped) >= LOOK_AHEAD:
                    return
            else:
                self._orders += 1
                self.files += len(found)
                self.size += found[0].size
                heapq.heappush(self._heap, (-found[0].size, self._orders, found))

    def skipped(self) -> list[Skipped]:
        """Return the rows of the walk since the last call."""
        rows, self._skipped = self._skipped, []
        return rows

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Order]:
        """Yield the orders; between two of them the walk goes on."""
        while True:
            self.look_ahead()
            if self._heap:
                yield heapq.heappop(self._heap)[2]
            elif self.complete:
                return
