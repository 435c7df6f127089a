"""Archives whose packed bytes cannot be read to their end: the members before that came whole, and are not lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from formats import Truncated
from inspector.sources.member import Member, Refused


class UpTo:
    """Pieces of an archive, up to where no more can be read.

    Only where the system or the end of the file is the reason: what a damaged stream gave before its damage showed
    may be garbage already.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._trouble: OSError | Truncated | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except (OSError, Truncated) as error:
            self._trouble = error

    def whole(self, members: Iterator[Member]) -> Iterator[Member]:
        """Yield the members that came whole; then raise what kept the others back."""
        if self._trouble is None:
            yield from members
            return
        with suppress(Truncated):  # a consequence
            yield from (member for member in members if not isinstance(member.content, Refused))
        raise self._trouble
