"""Look into a file: yield it when it is an executable, else what the containers in it hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import msgspec

from formats import FormatError, LimitExceeded, Unknown, Window
from inspector.model import SkipKind, Skipped
from inspector.sources.beside import Beside, in_archive, nothing
from inspector.sources.kinds import COMPRESSED, Container, classify, describe
from inspector.sources.limits import (
    HEAD,
    MAX_DEPTH,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_NAME,
    MAX_NAMES,
    MAX_TOTAL,
    Budget,
)
from inspector.sources.member import Member, Packed
from inspector.sources.names import Names, shown, unpacked_name
from inspector.sources.place import Place
from inspector.sources.spool import spooled
from inspector.sources.trouble import TROUBLE, Unreadable
from inspector.sources.upto import UpTo


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One executable file, open while the iteration that yielded it stands here.

    ``mode`` are permission bits. ``beside`` reads a small file of the same directory.

    Reading ``window`` raises FormatError, and OSError when the system cannot read the file.
    """

    place: Place
    window: Window
    mode: int | Unknown
    beside: Beside = nothing

    @property
    def path(self) -> str:
        """The path as given or found, in shown form."""
        return self.place.path

    @property
    def members(self) -> tuple[str, ...]:
        """The containers' members below it, outermost first, the last being the file itself; shown form."""
        return self.place.members

    @property
    def name(self) -> str:
        """The innermost base name, in shown form."""
        return shown(self.place.name)

    @property
    def named(self) -> bool:
        """Whether the path was given, rather than found, and the artifact is that file rather than a member."""
        return self.place.named

    @property
    def names(self) -> Names:
        """(kind, name) pairs that may state an intent, the nearest first: file, archive and directory names."""
        return self.place.names


def artifacts(
    place: Place, window: Window, mode: int | Unknown, budget: Budget, beside: Beside = nothing
) -> Iterator[Artifact | Skipped]:
    """Yield what ``window`` is or holds, the members of a container sorted by name."""
    try:
        head = window.read_upto(0, HEAD)
        kind = classify(head)
        if isinstance(kind, Container):
            yield from _contained(place, kind, window, budget)
        elif kind is None:
            yield place.skipped(SkipKind.NOT_EXECUTABLE, describe(head))
        else:
            yield Artifact(place=place, window=window, mode=mode, beside=beside)
    except TROUBLE as error:
        yield _failed(place, error, budget)


def _contained(place: Place, kind: Container, window: Window, budget: Budget) -> Iterator[Artifact | Skipped]:
    if len(place.members) >= MAX_DEPTH:
        raise LimitExceeded(f"archives more than {MAX_DEPTH} deep in one another")
    if kind in COMPRESSED:
        yield from _compressed(place, kind, window, budget)
        return
    with _members(kind, window, budget) as members:
        yield from _listed(place, members, budget)


def _members(kind: Container, window: Window, budget: Budget) -> AbstractContextManager[Iterator[Member]]:
    """Open a container of named files. Each reader is imported when its kind is met."""
    if kind is Container.ZIP:
        from inspector.sources import zips

        return nullcontext(zips.members(window))
    if kind is Container.TAR:
        from inspector.sources import tars

        return nullcontext(tars.members(window))
    if kind is Container.DEB:
        from inspector.sources import debs

        return debs.opened(window, budget)
    from inspector.sources import rpms

    return rpms.opened(window, budget)


def _compressed(place: Place, kind: Container, window: Window, budget: Budget) -> Iterator[Artifact | Skipped]:
    """Take a compressed tar for one container, as people see it; any other compressed file holds one member."""
    from inspector.sources.decode import codec_of, unpack

    content = Packed(partial(unpack, window, codec_of(kind)))
    if classify(content.head(budget)) is Container.TAR:
        from inspector.sources import tars

        pieces = UpTo(content.pieces())
        with spooled(pieces, budget, MAX_TOTAL) as tar:
            yield from _listed(place, pieces.whole(tars.members(tar)), budget)
        return
    mode = Unknown(f"{kind.value} keeps no mode")
    yield from _member(place, Member(unpacked_name(place.name), None, mode, content), budget)


def _listed(place: Place, listing: Iterator[Member], budget: Budget) -> Iterator[Artifact | Skipped]:
    """Yield from every member; then, when the list itself broke off, the row that says why."""
    members, trouble = _list(listing)
    beside = {member.name: member.content for member in reversed(members)}
    for member in members:
        yield from _member(place, member, budget, in_archive(beside, member.name, budget))
        if budget.ended:  # which was said where it came to that
            return
    if trouble is not None:
        yield _failed(place, trouble, budget)
    elif not members:
        yield place.skipped(SkipKind.NOT_EXECUTABLE, "an archive without files")


def _list(listing: Iterator[Member]) -> tuple[list[Member], FormatError | OSError | Unreadable | None]:
    members: list[Member] = []
    names = 0
    trouble: FormatError | OSError | Unreadable | None = None
    try:
        for member in listing:
            names += len(member.name)
            if len(members) == MAX_MEMBERS:
                raise LimitExceeded(f"more than {MAX_MEMBERS} members; the rest was not looked at")
            if names > MAX_NAMES:
                raise LimitExceeded(f"names of more than {MAX_NAMES} bytes; the rest was not looked at")
            members.append(member)
    except TROUBLE as error:
        trouble = error
    members.sort(key=lambda member: member.name.encode("utf-8", "surrogateescape"))
    return members, trouble


def _member(place: Place, member: Member, budget: Budget, beside: Beside = nothing) -> Iterator[Artifact | Skipped]:
    inner = place.inside(member.name[: MAX_NAME + 1])
    end = budget.end(inner.members)
    if end is not None:
        yield place.skipped(SkipKind.LIMIT, end)
        return
    try:
        if len(member.name) > MAX_NAME:
            raise LimitExceeded(f"a name of more than {MAX_NAME} characters")
        head = member.content.head(budget)
        if classify(head) is None:
            yield inner.skipped(SkipKind.NOT_EXECUTABLE, describe(head))
            return
        if member.size is not None and member.size > MAX_MEMBER:
            raise LimitExceeded(f"it claims {member.size} bytes, over the limit of {MAX_MEMBER} for a member")
        with member.content.open(budget) as window:
            yield from artifacts(inner, window, member.mode, budget, beside)
    except TROUBLE as error:
        yield _failed(inner, error, budget)


def _failed(place: Place, error: FormatError | OSError | Unreadable, budget: Budget) -> Skipped:
    budget.refused += isinstance(error, LimitExceeded)
    return place.failed(error)
