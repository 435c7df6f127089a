"""What was meant for each program of a run: everything that declares something, the strongest first."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from inspector.intent.globs import Globs
from inspector.intent.goreleaser import find_dists
from inspector.intent.merge import merge, overlay
from inspector.intent.names import from_names
from inspector.intent.places import is_below, located
from inspector.intent.profiles import from_profile, suiting
from inspector.microarch import same
from inspector.model import Dist, GoBuild, Intent, Policy, PolicyTarget, Row
from inspector.shown import shown

_STDIN: Final = "-"
"""The path of standard input, which stands in no directory; a file of that name is ./-."""


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What was meant for one program, and whose it is.

    ``claimed_by`` are the sources of the target or list that claims it, ``unclaimed_by`` those that should and do not.
    """

    intent: Intent
    claimed_by: tuple[str, ...] = ()
    unclaimed_by: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a run declares: options and environment, a profile, a policy, and the lists of releases."""

    declared: Intent = Intent()
    profile: Intent = Intent()
    policy: Policy | None = None
    dists: tuple[Dist, ...] = ()

    @property
    def lists(self) -> bool:
        """Say whether something tells what a release holds, or lets findings through: then it is judged as a whole."""
        return bool(self.dists or (self.policy and (self.policy.targets or self.policy.waivers)))

    def meant(self, path: str, members: Sequence[str], names: Sequence[tuple[str, str]], build: GoBuild) -> Meant:
        """Return what was meant for one program: options, environment, profile, policy, list, names.

        ``path`` and ``members`` are the artifact's, as reports show them; ``names`` as for from_names.
        """
        named = from_names(names)
        dist, row = self._row(path, build)
        listed = overlay(row.intent if row else Intent(), dist.intent) if dist else Intent()
        declared = overlay(self.declared, suiting(self.profile, overlay(listed, named)))
        target = self._target(path, members, overlay(declared, listed, named), build)
        policy = self._policy(target, declared, build)
        claims = {} if dist is None else {dist.source: row is not None}
        if self.policy and self.policy.targets:
            claims[target.source if target else f"policy {self.policy.path}"] = target is not None
        return Meant(
            intent=overlay(declared, policy, listed, named),
            claimed_by=tuple(source for source, claimed in claims.items() if claimed),
            unclaimed_by=tuple(source for source, claimed in claims.items() if not claimed),
        )

    def _policy(self, target: PolicyTarget | None, declared: Intent, build: GoBuild) -> Intent:
        """Return what the policy declares; the profile it names for all is for programs of that system alone."""
        if self.policy is None:
            return Intent()
        meant = target.intent if target else self.policy.everything
        system, goos = self.policy.profile.goos, declared.goos or meant.goos
        if system is None or system.value != (goos.value if goos else build.observed.goos):
            return meant
        return overlay(meant, msgspec.structs.replace(self.policy.profile, goos=None))

    def target_of(self, path: str, members: Sequence[str], names: Sequence[tuple[str, str]]) -> PolicyTarget | None:
        """Return the policy's target that claims an artifact that could not be read, by its path and its names."""
        dist, row = self._row(path)
        listed = row.intent if dist and row else Intent()
        return self._target(path, members, overlay(self.declared, listed, from_names(names)))

    def _row(self, path: str, build: GoBuild | None = None) -> tuple[Dist | None, Row | None]:
        """Return the innermost list whose directory holds the path, and its row for it or for a directory around it.

        Among several rows of one path it is the one for the program's port.
        """
        if not self.dists or path == _STDIN:
            return None, None
        place = located(path)
        holding = [dist for dist in self.dists if is_below(place, shown(dist.directory))]
        if not holding:
            return None, None
        dist = max(holding, key=lambda dist: len(dist.directory))
        # Rows are printable below the directory, which is shown and need not be what the system calls it.
        at = os.path.join(dist.directory, place[len(shown(dist.directory).rstrip(os.sep)) + 1 :])  # noqa: PTH118
        while at != dist.directory:
            rows = rows_of(dist, at)
            if rows:
                return dist, next((row for row in rows if _suits(row.intent, Intent(), build)), rows[0])
            at = os.path.dirname(at)  # noqa: PTH120
        return dist, None

    def _target(
        self, path: str, members: Sequence[str], meant: Intent, build: GoBuild | None = None
    ) -> PolicyTarget | None:
        """Return the policy's target that claims a program, first among those whose globs match its path.

        Among several of one glob, and where no target has one, the port decides: the one that was meant, else the one
        it is built for. Among several of one port it is the level: that the program was built for, if it is one's.
        """
        if self.policy is None:
            return None
        by_path = tuple(self._by_path(self.policy, path, members))
        candidates = by_path or tuple(target for target in self.policy.targets if not target.files)
        suited = [target for target in candidates if _suits(target.intent, meant, build)]
        if not suited and self.declared.microarch:  # it wins over a target's level, and is no reason to claim nothing
            levelless = msgspec.structs.replace(meant, microarch={})
            suited = [target for target in candidates if _suits(target.intent, levelless, build)]
        exact = next((target for target in suited if _has_level(target.intent, build)), None)
        return exact or next(iter(suited or by_path), None)

    def _by_path(self, policy: Policy, path: str, members: Sequence[str]) -> Iterator[PolicyTarget]:
        globs = Globs(os.path.dirname(policy.path))  # noqa: PTH120
        for target in policy.targets:
            if any(globs.matches(pattern, path, members) for pattern in target.files):
                yield target


def planned(declared: Intent, profile: str | None, policy: Policy | None, paths: Sequence[str]) -> Plan:
    """Return the plan of a run over paths, from what options and environment declare and the name of a profile.

    Raises IntentError for what cannot be meant together, and for an unknown profile.
    """
    needs = Intent() if profile is None else from_profile(profile, declared, policy.profiles if policy else {})
    merge(declared, needs)
    return Plan(declared=declared, profile=needs, policy=policy, dists=find_dists(paths))


def rows_of(dist: Dist, path: str) -> tuple[Row, ...]:
    """Return the rows of a path, which is absolute and without links."""
    first = bisect_left(dist.rows, path, key=lambda row: row.path)
    return dist.rows[first : bisect_right(dist.rows, path, lo=first, key=lambda row: row.path)]


def _suits(target: Intent, meant: Intent, build: GoBuild | None) -> bool:
    """Say whether a program is for a target's port and, where levels were meant, for its level."""
    for wanted, given, observed in (
        (target.goos, meant.goos, build and build.observed.goos),
        (target.goarch, meant.goarch, build and build.observed.goarch),
    ):
        found = given.value if given else observed
        if wanted is not None and wanted.value != found:
            return False
    levels = target.microarch
    return all(key not in levels or same(key, levels[key].value, said.value) for key, said in meant.microarch.items())


def _has_level(target: Intent, build: GoBuild | None) -> bool:
    """Say whether a program records every level of a target."""
    recorded = {key: build.setting(key) for key in target.microarch} if build else {}
    return all(
        (level := recorded.get(key)) is not None and same(key, meant.value, level)
        for key, meant in target.microarch.items()
    )
