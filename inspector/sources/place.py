"""Where something was found: the path, and the containers below it."""

from __future__ import annotations

import msgspec

from formats import FormatError
from inspector.model import SkipKind, Skipped
from inspector.sources.names import Names, member_parts, names_of, shown
from inspector.sources.trouble import Unreadable, explain


class Place(msgspec.Struct, frozen=True):
    """The chain of containers down to one file. ``path`` and ``members`` are in their shown form.

    ``named``: the path was given on the command line, and this is it rather than something inside it. ``name``
    is the innermost base name as stored.
    """

    path: str
    named: bool
    name: str
    names: Names
    members: tuple[str, ...] = ()

    def inside(self, member: str) -> Place:
        """Return the place of a member of this container."""
        # This container's own name, the nearest so far, speaks for its members as an archive's name.
        outer = [("archive name", self.names[0][1]), *self.names[1:]] if self.names else []
        parts = member_parts(member)
        return Place(self.path, False, parts[-1], names_of(parts, *outer), (*self.members, shown(member)))

    def skipped(self, kind: SkipKind, reason: str) -> Skipped:
        """Return the row for what was met here and is not inspected."""
        return Skipped(path=self.path, members=self.members, kind=kind, reason=reason, named=self.named)

    def failed(self, error: FormatError | OSError | Unreadable) -> Skipped:
        """Return the row for what went wrong here."""
        return self.skipped(*explain(error))
