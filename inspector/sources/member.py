"""One file inside a container, before anyone looked into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn, Protocol

import msgspec

from formats import FormatError, Truncated, Unknown, Window
from inspector.sources.limits import HEAD, MAX_MEMBER, Budget
from inspector.sources.spool import spooled
from inspector.sources.trouble import Unreadable


class Content(Protocol):
    """A member's bytes; both methods raise what TROUBLE lists."""

    def head(self, budget: Budget) -> bytes:
        """Return the first HEAD bytes at little cost."""

    def open(self, budget: Budget, limit: int = MAX_MEMBER) -> AbstractContextManager[Window]:
        """Offer all of them; those that must be made first, up to ``limit``."""


class Member(msgspec.Struct, frozen=True):
    """A regular file of a container.

    ``name`` is as stored, undecodable bytes as surrogates. ``size`` is what the container claims, None when
    it claims nothing.
    """

    name: str
    size: int | None
    mode: int | Unknown
    content: Content


class Stored(msgspec.Struct, frozen=True):
    """Bytes that stand in the container as they are."""

    window: Window

    def head(self, budget: Budget) -> bytes:  # noqa: ARG002  # they cost nothing
        """Return the first HEAD bytes."""
        return self.window.read_upto(0, HEAD)

    def open(
        self,
        budget: Budget,  # noqa: ARG002
        limit: int = MAX_MEMBER,  # noqa: ARG002
    ) -> AbstractContextManager[Window]:
        """Offer them in place."""
        return nullcontext(self.window)


class Packed(msgspec.Struct, frozen=True):
    """Bytes that must be made; ``pieces`` starts making them anew at each call."""

    pieces: Callable[[], Iterator[bytes]]

    def head(self, budget: Budget) -> bytes:
        """Return the first HEAD bytes."""
        head = b""
        for piece in self.pieces():
            budget.spend(len(piece))
            head += piece[: HEAD - len(head)]
            if len(head) == HEAD:
                break
        return head

    def open(self, budget: Budget, limit: int = MAX_MEMBER) -> AbstractContextManager[Window]:
        """Offer them in memory or in a temporary file."""
        return spooled(self.pieces(), budget, limit)


class Refused(msgspec.Struct, frozen=True):
    """Bytes that cannot be had, and why."""

    reason: FormatError | Unreadable

    def head(self, budget: Budget) -> NoReturn:  # noqa: ARG002
        """Raise the reason."""
        raise self.reason

    def open(self, budget: Budget, limit: int = MAX_MEMBER) -> NoReturn:  # noqa: ARG002
        """Raise the reason."""
        raise self.reason


def in_place(archive: Window, offset: int, size: int) -> Stored | Refused:
    """Return the bytes of a member that stand in an archive as they are; one that was cut short has not all of them."""
    missing = offset + size - archive.size
    if missing > 0:
        return Refused(Truncated(f"the archive ends {missing} bytes before this member does", archive.size))
    return Stored(archive.part(offset, size))
