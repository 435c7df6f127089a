"""What was meant for each program of a run: everything that declares something, the strongest first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import msgspec

from inspector.intent.globs import Globs
from inspector.intent.goreleaser import find_dists
from inspector.intent.merge import merge, overlay
from inspector.intent.names import from_names
from inspector.intent.profiles import from_profile, suiting
from inspector.model import Dist, GoBuild, Intent, Policy, PolicyTarget, Row, Unknown


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

    def meant(self, path: str, members: Sequence[str], names: Sequence[tuple[str, str]], build: GoBuild) -> Meant:
        """Return what was meant for one program: options, environment, profile, policy, list, names.

        ``path`` and ``members`` are the artifact's, as reports show them; ``names`` as for from_names.
        """
        named = from_names(names)
        dist, row = self._row(path)
        listed = overlay(row.intent if row else Intent(), dist.intent) if dist else Intent()
        declared = overlay(self.declared, suiting(self.profile, overlay(listed, named)))
        target = self._target(path, members, overlay(declared, listed, named), build)
        policy = self._policy(target)
        claims = {} if dist is None else {dist.source: row is not None}
        if self.policy and self.policy.targets:
            claims[target.source if target else f"policy {self.policy.path}"] = target is not None
        return Meant(
            intent=overlay(declared, policy, listed, named),
            claimed_by=tuple(source for source, claimed in claims.items() if claimed),
            unclaimed_by=tuple(source for source, claimed in claims.items() if not claimed),
        )

    def _policy(self, target: PolicyTarget | None) -> Intent:
        if target is not None:
            return target.intent
        return self.policy.everything if self.policy else Intent()

    def _row(self, path: str) -> tuple[Dist | None, Row | None]:
        """Return the innermost list whose directory holds the path, and its row for it."""
        absolute = os.path.abspath(path)  # noqa: PTH100  # pathlib takes 5 ms to import
        holding = [dist for dist in self.dists if absolute.startswith(dist.directory.rstrip(os.sep) + os.sep)]
        if not holding:
            return None, None
        dist = max(holding, key=lambda dist: len(dist.directory))
        return dist, next((row for row in dist.rows if row.path == absolute), None)

    def _target(self, path: str, members: Sequence[str], meant: Intent, build: GoBuild) -> PolicyTarget | None:
        """Return the policy's target that claims a program, first among those whose globs match its path.

        Among several of one glob, and where no target has one, the port decides: the one that was meant, else the one
        it is built for.
        """
        if self.policy is None:
            return None
        by_path = tuple(self._by_path(self.policy, path, members))
        if by_path:
            return next((target for target in by_path if _suits(target, meant, build)), by_path[0])
        others = (target for target in self.policy.targets if not target.files)
        return next((target for target in others if _suits(target, meant, build)), None)

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


def _suits(target: PolicyTarget, meant: Intent, build: GoBuild) -> bool:
    """Say whether a program is for a target's port and, where levels were meant, for its level."""
    for wanted, given, observed in (
        (target.intent.goos, meant.goos, build.observed.goos),
        (target.intent.goarch, meant.goarch, build.observed.goarch),
    ):
        found = given.value if given else observed
        if wanted is not None and (isinstance(found, Unknown) or wanted.value != found):
            return False
    levels = target.intent.microarch
    return all(key not in levels or levels[key].value == level.value for key, level in meant.microarch.items())
