"""The full page of one file: verdict, the three witnesses, the facts, the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.model import FileReport, ImageReport, Notable, Outcome, Status, Unknown
from inspector.reports.about import facts_lines, identity, labelled
from inspector.reports.findings import all_others, findings, names_only
from inspector.reports.layout import EMPTY, Line, Span, Style, facts, flow, size_text, span
from inspector.reports.summary import name_of, worst_of
from inspector.reports.view import View
from inspector.reports.witnesses import table

VERDICTS = {
    "ok": "ok",
    "note": "with notes",
    "warning": "with warnings",
    "error": "with errors",
    "unknown": "undecided",
    "crashed": "with a crashed rule",
}
"""What ``verdict`` may say of a file, and how it is said of several."""
VERDICT = 9
"""Columns of the verdict at the left edge: the longest is ``warning``."""


def verdict(outcomes: Sequence[Outcome | Notable], view: View) -> tuple[str, Style]:
    """Return one word for a file, and how to colour it: the worst severity that is spelled out, else ok."""
    worst = worst_of(outcomes)
    if worst is not None and worst.rank >= view.spelled.rank:
        return worst.value, worst.value
    if any(outcome.status is Status.ERROR for outcome in outcomes):
        return "crashed", "error"
    if any(view.threshold.counts(outcome) for outcome in outcomes):
        return "unknown", "error"
    return "ok", "good"


def outcomes_of(file: FileReport) -> tuple[Outcome, ...]:
    """Return the outcomes of all slices of a file."""
    return tuple(outcome for image in file.images for outcome in image.outcomes)


def page(file: FileReport, view: View) -> Iterator[Line]:
    """Yield the page's lines."""
    several = len(file.images) > 1
    word, style = verdict(outcomes_of(file), view)
    head = (f"{len(file.images)} slices", size_text(file.size)) if several else _identity(file, file.images[0])
    name = span(name_of(file.path, file.members) + " ", "strong")
    yield from flow((span(word.ljust(VERDICT), style),), (name, *facts(head)), view.width)
    if view.verbose and not isinstance(file.sha256, Unknown):
        yield (*labelled("sha256"), span(file.sha256))
    for image in file.images:
        if several:
            yield EMPTY
            slice_name = span(f"{image.build.slice} ", "strong")
            yield from flow((Span("  "),), (slice_name, *facts(identity(image.build))), view.width)
        yield from _image(image, view)


def _identity(file: FileReport, image: ImageReport) -> tuple[str, ...]:
    container, *others = identity(image.build)
    part = f" {image.build.slice}" if image.build.slice else ""
    return (container + part, size_text(file.size), *others)


def _image(image: ImageReport, view: View) -> Iterator[Line]:
    yield from table(image, view.width)
    yield from facts_lines(image, view)
    for group in (
        findings(image.outcomes, view),
        all_others(image.outcomes, view) if view.verbose else names_only(image.outcomes, view),
    ):
        lines = tuple(group)
        if lines:
            yield EMPTY
            yield from lines
