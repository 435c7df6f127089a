"""Which of the targets and files that must be there were met."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import reduce

from inspector.intent import Plan, located
from inspector.model import Dist, Expected, FileReport, Intent, Report, Row, Skipped
from inspector.sources.names import Names, member_parts, names_of
from inspector.sources.place import Place


class Met:
    """What a run met, by place."""

    def __init__(self, report: Report, plan: Plan) -> None:
        self._plan = plan
        self._files: dict[str, list[FileReport]] = {}
        self._skipped: dict[str, list[Skipped]] = {}
        for file in report.files:
            self._files.setdefault(located(file.path), []).append(file)
        for row in report.skipped:
            self._skipped.setdefault(located(row.path), []).append(row)
        self._claimed = {source for file in report.files for image in file.images for source in image.claimed_by}

    def targets(self) -> Iterator[Expected]:
        """Yield the policy's targets; one whose artifact could not be read was met, and is reported as such."""
        policy = self._plan.policy
        targets = [target for target in policy.targets if not target.optional] if policy else []
        if any(target.source not in self._claimed for target in targets):
            self._claimed |= set(self._unread())
        for target in targets:
            met = target.source in self._claimed
            yield Expected(name=target.name, source=target.source, met=met, why="" if met else "no Go program for it")

    def rows(self, dist: Dist) -> Iterator[Expected]:
        """Yield the files of a list; of those that other files hold, the ones that are there and are no Go program."""
        rows: dict[str, list[Row]] = {}
        for row in dist.rows:
            rows.setdefault(row.path, []).append(row)
        for row in dist.rows:
            if row.expected or (row.program and os.path.lexists(row.path)):
                why = self._lack(row) or self._overwritten(row, rows[row.path])
                named = f"{row.target}: {why}" if row.target else why
                yield Expected(name=row.name, source=dist.source, met=not why, why=named if why else "")

    def _unread(self) -> Iterator[str]:
        for rows in self._skipped.values():
            for row in rows:
                if not row.kind.harmless:
                    target = self._plan.target_of(row.path, row.members, _names(row))
                    if target is not None:
                        yield target.source

    def _lack(self, row: Row) -> str:
        """Say what is wrong with a row's file; nothing when what must be there is."""
        if not os.path.lexists(row.path):
            return "no such file"
        place = located(row.path)
        files, skipped = self._files.get(place, []), self._skipped.get(place, [])
        if not row.program or any(not skip.kind.harmless for skip in skipped):
            return ""
        there = {file.members[-1].rpartition("/")[2] for file in files if file.members}
        absent = [name for name in row.holds if name not in there]
        if files and not absent:
            return ""
        own = next((skip for skip in skipped if not skip.members), None)
        if own is not None:
            return own.reason
        return f"no Go program called {absent[0]} in it" if absent else "no Go program in it"

    def _overwritten(self, row: Row, same_path: list[Row]) -> str:
        """Say for which other target a file is that two rows name: the later build has overwritten the earlier."""
        others = [other for other in same_path if _port(other.intent) != _port(row.intent)]
        files = self._files.get(located(row.path), [])
        observed = {(i.build.observed.goos, i.build.observed.goarch) for file in files for i in file.images}
        if not others or _port(row.intent) in observed:
            return ""
        return f"the list names this file for {others[0].target} too"


def _port(intent: Intent) -> tuple[str | None, str | None]:
    return intent.goos.value if intent.goos else None, intent.goarch.value if intent.goarch else None


def _names(row: Skipped) -> Names:
    parts = member_parts(row.path)
    return reduce(Place.inside, row.members, Place(row.path, row.named, parts[-1], names_of(parts))).names
