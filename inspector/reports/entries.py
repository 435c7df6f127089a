"""A report as one entry for each artifact, for the formats that file findings under what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from inspector.model import Evidence, FileReport, ImageReport, Notable, Outcome, Report, Status, Threshold
from inspector.reports.safe import neutral
from inspector.reports.summary import name_of

RELEASE: Final = "release"
"""The name of the entry that is about no single artifact."""
PROOFS: Final = 20
"""Entries of evidence a finding carries before it counts: a rule about a whole release may have one a file."""


class Entry(NamedTuple):
    """One image, or the release as a whole: then ``path`` and ``image`` are None."""

    name: str  # the full chain of containers, and the slice
    path: str | None  # of the outermost file
    outcomes: tuple[Outcome, ...]
    image: ImageReport | None


def files_with(wanted: Callable[[Outcome | Notable], bool], report: Report) -> Iterator[FileReport]:
    """Yield, in the report's order, the files that have an outcome which is wanted; no other one is read."""
    for number, file in enumerate(report.briefs):
        if any(map(wanted, file.notable)):
            yield report.files[number]


def entries(report: Report, wanted: Callable[[Outcome | Notable], bool] | None = None) -> Iterator[Entry]:
    """Yield every image in the report's order, then the release, where there are outcomes about it.

    Where something is ``wanted``, of files that have it alone.
    """
    for file in report.files if wanted is None else files_with(wanted, report):
        for image in file.images:
            name = name_of(file.path, file.members, image.build.slice)
            yield Entry(name, file.path, image.outcomes, image)
    if report.release:
        yield Entry(RELEASE, None, report.release, None)


def title(outcome: Outcome) -> str:
    """Return the rule's name and id."""
    return f"{outcome.rule} ({outcome.id})"


def refused(outcome: Outcome | Notable, threshold: Threshold) -> bool:
    """Say whether an outcome keeps the exit code from 0: it counts, or the rule crashed."""
    return threshold.counts(outcome) or outcome.status is Status.ERROR


def details(outcome: Outcome) -> Iterator[str]:
    """Yield, neutral and without newlines, the lines below a finding's message: evidence, fix, waiver."""
    for proof in outcome.evidence[:PROOFS]:
        yield neutral(f"{proof.label}: {proof.value}{offset_of(proof)}")
    if len(outcome.evidence) > PROOFS:
        yield f"and {len(outcome.evidence) - PROOFS} more"
    if outcome.fix:
        yield neutral(f"fix: {outcome.fix}")
    if outcome.waiver:
        yield neutral(f"waived: {waived_by(outcome)}")


def offset_of(proof: Evidence) -> str:
    """Return where in the file evidence stands, with a space before it; nothing for what was computed."""
    return "" if proof.offset is None else f" at {proof.offset:#x}"


def waived_by(outcome: Outcome) -> str:
    """Return why a finding was let through, who says so, and until when; nothing for one that was not."""
    if outcome.waiver is None:
        return ""
    until = f" until {outcome.waiver.until}" if outcome.waiver.until else ""
    return f"{outcome.waiver.reason} ({outcome.waiver.source}{until})"
