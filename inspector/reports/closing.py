"""The last line of the release gate, for a reader of logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from inspector.model import Notable, Outcome, Report, Severity, Threshold
from inspector.reports.summary import in_short, name_of, plural

NAMED: Final = 3
"""Artifacts that the line names before it counts."""
INTERRUPTED: Final = "interrupted before everything was inspected"


def closing(report: Report) -> str:
    """Return the gate's verdict: "verified 12 binaries for 9 targets: 11 as meant, 1 not (dist/app: wrong-cgo)"."""
    threshold = _judged_by(report.threshold)
    failing = [(file, rules) for file in report.briefs if (rules := _rules(file.notable, threshold))]
    refused = {id(file) for file, _ in failing}
    undeclared = sum(id(file) not in refused and not any(i.declared for i in file.images) for file in report.briefs)
    count, targets = len(report.briefs), len(set(_targets(report)))
    said = f"verified {plural(count, 'binary', 'binaries')}"
    if count:
        said += f" for {plural(targets, 'target')}: {count - len(failing) - undeclared} as meant"
    if failing:
        named = [f"{name_of(file.path, file.members)}: {', '.join(rules)}" for file, rules in failing[:NAMED]]
        more = [f"+{len(failing) - NAMED} more"] if len(failing) > NAMED else []
        said += f", {len(failing)} not ({'; '.join((*named, *more))})"
    if undeclared:
        said += f", {undeclared} of which nothing was declared"
    release = _rules(report.release, threshold)
    if release:
        said += f"; the release: {', '.join(release)}"
    if report.unseen:
        said += f"; {len(report.unseen):,} not inspected"
    return f"{said}; {INTERRUPTED}" if report.interrupted else said


def _judged_by(threshold: Threshold) -> Threshold:
    """Return the threshold by which something is as meant: that nothing fails a run makes it no better."""
    return threshold if threshold.fail_on is not None else replace(threshold, fail_on=Severity.ERROR)


def _rules(outcomes: Iterable[Outcome | Notable], threshold: Threshold) -> tuple[str, ...]:
    """Return the names of the rules that refuse something, each once."""
    return tuple(dict.fromkeys(outcome.rule for outcome in outcomes if threshold.counts(outcome)))


def _targets(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the port each image was meant for, else the one it is for."""
    for file in report.briefs:
        for image in file.images:
            yield image.meant_goos or in_short(image.goos), image.meant_goarch or in_short(image.goarch)
