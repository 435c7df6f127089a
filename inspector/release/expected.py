"""Which of the targets and files that must be there were met."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby

from inspector.intent import Plan, located
from inspector.model import Dist, Expected, FileBrief, Intent, Report, Row, Skipped
from inspector.release.located import places
from inspector.sources.names import Names, member_parts, names_of
from inspector.sources.place import Place

_Port = tuple[str | None, str | None]


class Met:
    """What a run met of what a plan's lists name, by place. All else that was skipped, a million rows, is not kept.

    ``reached`` tells of a place whether the run was to look at it; None when it was to look at everything.
    """

    def __init__(self, report: Report, plan: Plan, reached: Callable[[str], bool] | None = None) -> None:
        self._plan = plan
        self._reached = reached
        self._files: dict[str, list[FileBrief]] = {}
        self._skipped: dict[str, _Skips] = {}
        self._unseen = report.unseen
        self._claimed = {source for file in report.briefs for image in file.images for source in image.claimed_by}
        listed = {located(row.path) for dist in plan.dists for row in dist.rows}
        if not listed:
            return
        place = places()
        for file in report.briefs:
            if (at := place(file.path)) in listed:
                self._files.setdefault(at, []).append(file)
        for skip in report.skipped:
            if (at := place(skip.path)) in listed:
                self._skipped.setdefault(at, _Skips()).add(skip)

    def targets(self) -> Iterator[Expected]:
        """Yield the policy's targets; one whose artifact could not be read was met, and is reported as such."""
        policy = self._plan.policy
        targets = [target for target in policy.targets if not target.optional] if policy else []
        if any(target.source not in self._claimed for target in targets):
            self._claimed |= set(self._unread())
        for target in targets:
            met = target.source in self._claimed
            why = "no Go program for it" + (" among what --include and --exclude leave" if self._reached else "")
            yield Expected(name=target.name, source=target.source, met=met, why="" if met else why)

    def rows(self, dist: Dist) -> Iterator[Expected]:
        """Yield the files of a list; of those that other files hold, the ones that are there and are no Go program."""
        for path, listed in groupby(dist.rows, key=lambda row: row.path):
            rows = tuple(listed)
            if self._reached is not None and not self._reached(path):
                continue
            place = located(path)
            listed_file = _ListedFile(path, rows, self._files.get(place, ()), self._skipped.get(place, _Skips()))
            for row in rows:
                if row.expected or (row.program and listed_file.there):
                    why = listed_file.lack(row) or listed_file.overwritten(row)
                    named = f"{row.target}: {why}" if row.target else why
                    yield Expected(name=row.name, source=dist.source, met=not why, why=named if why else "")

    def _unread(self) -> Iterator[str]:
        for row in self._unseen:
            if not row.kind.harmless:
                target = self._plan.target_of(row.path, row.members, _names(row))
                if target is not None:
                    yield target.source


class _Skips:
    """What was skipped of one file, however many members of it: whether one could not be read, and why it itself."""

    def __init__(self) -> None:
        self.unread = False
        self.reason: str | None = None

    def add(self, skip: Skipped) -> None:
        self.unread = self.unread or not skip.kind.harmless
        if not skip.members and self.reason is None:
            self.reason = skip.reason


class _ListedFile:
    """The file of some rows; a list may have thousands of one path, and an archive as many members."""

    def __init__(self, path: str, rows: Iterable[Row], files: Sequence[FileBrief], skipped: _Skips) -> None:
        self.there = os.path.lexists(path)
        self._seen = bool(files)
        self._names = {file.members[-1].rpartition("/")[2] for file in files if file.members}
        self._skipped = skipped
        self._ports = {(image.goos, image.goarch) for file in files for image in file.images}
        self._listed: dict[_Port, Row] = {}  # the first row of each port
        for row in rows:
            self._listed.setdefault(_port(row.intent), row)

    def lack(self, row: Row) -> str:
        """Say what is wrong with a row's file; nothing when what must be there is."""
        if not self.there:
            return "no such file"
        if not row.program or self._skipped.unread:
            return ""
        absent = next((name for name in row.holds if name not in self._names), None)
        if self._seen and absent is None:
            return ""
        if self._skipped.reason is not None:
            return self._skipped.reason
        return "no Go program in it" if absent is None else f"no Go program called {absent} in it"

    def overwritten(self, row: Row) -> str:
        """Say for which other target a file is that two rows name: the later build has overwritten the earlier."""
        own = _port(row.intent)
        other = next((other for port, other in self._listed.items() if port != own), None)
        return "" if other is None or own in self._ports else f"the list names this file for {other.target} too"


def _port(intent: Intent) -> _Port:
    return intent.goos.value if intent.goos else None, intent.goarch.value if intent.goarch else None


def _names(row: Skipped) -> Names:
    parts = member_parts(row.path)
    return reduce(Place.inside, row.members, Place(row.path, row.named, parts[-1], names_of(parts))).names
