"""A run's artifacts seen together, against what a policy or a release's own list says must be there."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence

from inspector.engine import judge_release
from inspector.intent import Plan
from inspector.model import AnyRule, Expected, Outcome, Release, Report, Stray, Unknown
from inspector.ruling import Ruling


def release_outcomes(
    report: Report, paths: Sequence[str], plan: Plan, rules: Sequence[AnyRule], today: datetime.date
) -> tuple[Outcome, ...]:
    """Return the outcomes of the release-wide rules; none where nothing says what the release holds.

    ``report`` is without them; ``today`` decides which waivers hold.
    """
    if not plan.dists and (plan.policy is None or not (plan.policy.targets or plan.policy.waivers)):
        return ()
    outcomes = judge_release(_release(report, paths, plan), rules)
    return outcomes if plan.policy is None else Ruling(plan.policy, today).on_release(outcomes)


def _release(report: Report, paths: Sequence[str], plan: Plan) -> Release:
    claimed = [source for file in report.files for image in file.images for source in image.claimed_by]
    return Release(
        whole=any(os.path.isdir(path) for path in paths),  # noqa: PTH112  # pathlib takes 5 ms to import
        expected=tuple(_expected(plan, set(claimed))),
        strays=tuple(_strays(report)),
        claimed=len(claimed),
    )


def _expected(plan: Plan, claimed: set[str]) -> Iterator[Expected]:
    for target in plan.policy.targets if plan.policy else ():
        if not target.optional:
            yield Expected(name=target.name, source=target.source, met=target.source in claimed)


def _strays(report: Report) -> Iterator[Stray]:
    for file in report.files:
        name = " -> ".join((file.path, *file.members))
        for image in file.images:
            observed = (image.build.observed.goos, image.build.observed.goarch)
            target = "/".join("?" if isinstance(part, Unknown) else part for part in observed)
            for source in image.unclaimed_by:
                yield Stray(artifact=name, target=target, source=source)
