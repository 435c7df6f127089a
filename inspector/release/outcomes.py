"""A run's artifacts seen together: against each other, and against what a policy or a list says must be there."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import msgspec

from inspector.engine import judge_release
from inspector.intent import Plan, is_below, located
from inspector.model import AnyRule, Outcome, Release, Report, Stray, Sum, Unlisted
from inspector.release.expected import Met
from inspector.release.groups import groups
from inspector.reports.summary import name_of
from inspector.ruling import Ruling
from inspector.sources import EVERYTHING, Chosen, reached


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What lists say of the files that were met: checksums, and which files they leave out."""

    sums: tuple[Sum, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()


def release_outcomes(
    report: Report,
    listed: Listed,
    paths: Sequence[str],
    plan: Plan,
    rules: Sequence[AnyRule],
    today: datetime.date,
    chosen: Chosen = EVERYTHING,
) -> tuple[Outcome, ...]:
    """Return the outcomes of the release-wide rules.

    ``report`` is without them, and is about what is ``chosen`` below ``paths``; ``today`` decides which waivers hold.
    """
    policy = plan.policy
    release = _release(report, listed, paths, plan, chosen)
    if policy is None:
        return judge_release(release, rules)
    # What waivers did shows when all else is judged.
    ruling = Ruling(policy, today)
    judged = ruling.on_release(judge_release(release, rules))
    images = (outcome for file in report.briefs for outcome in file.notable)
    names = {rule.name for rule in rules}
    states = tuple(state for state in ruling.states(images, judged) if state.clause.rule in names)
    return ruling.on_release(judge_release(msgspec.structs.replace(release, waivers=states), rules))


def _release(report: Report, listed: Listed, paths: Sequence[str], plan: Plan, chosen: Chosen) -> Release:
    covered = _cover(paths)
    met = Met(report, plan, None if chosen == EVERYTHING else reached(paths, chosen))
    whole = [dist for dist in plan.dists if covered(dist.directory)]
    lists = [dist.source for dist in plan.dists]
    if plan.policy and plan.policy.targets:
        lists.append(f"policy {plan.policy.path}")
    return Release(
        whole=any(map(os.path.isdir, paths)),
        apart=tuple(dist.source for dist in plan.dists if dist not in whole or chosen != EVERYTHING),
        expected=tuple(chain(met.targets(), chain.from_iterable(map(met.rows, whole)))),
        strays=tuple(_strays(report)),
        claimed=sum(any(image.claimed_by for image in file.images) for file in report.briefs),
        lists=tuple(lists),
        groups=groups(report, plan),
        sums=listed.sums,
        unlisted=listed.unlisted,
    )


def _cover(paths: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a place was given or lies below one that was."""
    given = {located(path) for path in paths if "\0" not in path}
    directories = {os.path.realpath(path) for path in paths if os.path.isdir(path)}  # noqa: PTH112
    return lambda place: (
        place in directories or located(place) in given or any(is_below(place, above) for above in directories)
    )


def _strays(report: Report) -> Iterator[Stray]:
    """Yield a stray for each file and list that should have claimed it, whatever the number of its slices."""
    for file in report.briefs:
        ports: dict[str, list[str]] = {}
        for image in file.images:
            for source in image.unclaimed_by:
                ports.setdefault(source, []).append(image.port)
        for source, targets in ports.items():
            yield Stray(artifact=name_of(file.path, file.members), target=", ".join(targets), source=source)
