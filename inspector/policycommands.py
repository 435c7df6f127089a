"""The commands about policy files: write one that a good release satisfies, check one."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from inspector.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from inspector.model import Policy, Report

_REFUSALS: Final = 20
"""Findings that are told one by one."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a command has to say: a text for standard output or a file, lines for standard error, the exit code."""

    text: str = ""
    remarks: tuple[str, ...] = ()
    code: ExitCode = ExitCode.CLEAN


def init(directory: str, output: str | None, *, force: bool) -> Said:
    """Write a policy that the release in a directory satisfies, and say what keeps it from that.

    Raises UsageError rather than replace a file, unless ``force`` says so.
    """
    from inspector import rules
    from inspector.batch import inspect_paths
    from inspector.cores import cores
    from inspector.intent import planned, policy
    from inspector.model import Intent, Severity, Threshold
    from inspector.pipeline import Options
    from inspector.policydraft import draft
    from inspector.progress import Progress
    from inspector.reports.summary import skipped_line
    from inspector.ruling import chosen

    if output is not None and not force and os.path.lexists(output):
        raise UsageError(f"{output} is there already; --force replaces it")
    paths = (directory,)
    with Progress(sys.stderr) as progress:
        seen = inspect_paths(paths, Options(rules=()), jobs=cores(), watch=progress)
        unseen = tuple(skipped_line(row) for row in seen.unseen)
        if not seen.files:
            nothing = () if unseen else (f"nothing to inspect in {directory}",)
            return Said(remarks=(*unseen, *nothing), code=ExitCode.NOT_INSPECTED)
        text = draft(seen)
        written = policy.parse(text, output or policy.NAME, rules.named)
        threshold = Threshold(fail_on=Severity.ERROR, strict=True)
        plan = planned(Intent(), None, written, paths)
        options = Options(plan=plan, rules=chosen((), (), written), threshold=threshold)
        verified = inspect_paths(paths, options, jobs=cores(), watch=progress)
    return Said(
        text=text,
        remarks=(*unseen, *_refusals(verified)),
        code=ExitCode.NOT_INSPECTED if unseen else ExitCode.CLEAN,
    )


def check(file: str | None) -> Said:
    """Check a policy file, or the nearest. Raises UsageError where there is none, PolicyError for a bad one."""
    from inspector import rules
    from inspector.intent import policy

    path = file if file is not None else policy.find(os.curdir)
    if path is None:
        raise UsageError(f"there is no {policy.NAME} here or above; `gobin-inspect policy init DIR` writes one")
    found = policy.load(path, rules.named)
    ended = [clause for clause in found.waivers if clause.until and clause.until < datetime.date.today()]
    remarks = [f"{clause.source.removeprefix('policy ')}: ended on {clause.until}: {clause.rule}" for clause in ended]
    return Said(text=f"{path}: {_counts(found, len(ended))}no problem found\n", remarks=tuple(remarks))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file."""
    from inspector.intent.policy_schema import document
    from inspector.rules import all_rules

    return document({rule.name: rule.id for rule in all_rules()})


def _counts(found: Policy, ended: int) -> str:
    from inspector.reports.summary import plural

    targets, waivers = len(found.targets), len(found.waivers)
    past = f" ({ended} ended)" if ended else ""
    parts = [plural(targets, "target")] if targets else []
    parts += [plural(waivers, "waiver") + past] if waivers else []
    return "".join(f"{part}, " for part in parts)


def _refusals(report: Report) -> Iterator[str]:
    """Yield what the release gate has against a release that the policy was made from."""
    from inspector.reports.summary import name_of

    found = [
        f"{name_of(file.path, file.members, image.build.slice)}: {outcome.rule}: {outcome.message}"
        for file in report.files
        for image in file.images
        for outcome in image.outcomes
        if report.threshold.counts(outcome)
    ]
    found += [f"{outcome.rule}: {outcome.message}" for outcome in report.release if report.threshold.counts(outcome)]
    for line in found[:_REFUSALS]:
        yield f"verify refuses {line}"
    if len(found) > _REFUSALS:
        yield f"verify refuses {len(found) - _REFUSALS} more"
