"""Totals of a report, counted once for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from inspector.model import ImageReport, Outcome, Report, Severity, Status


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How many of what; ``worst`` is the highest severity among failed outcomes, None without any."""

    files: int
    images: int
    skipped: int
    by_status: dict[Status, int]
    by_severity: dict[Severity, int]  # failed outcomes
    worst: Severity | None


def images_of(report: Report) -> Iterator[ImageReport]:
    """Yield every image of a report, in its order."""
    return (image for file in report.files for image in file.images)


def failures(images: Iterable[ImageReport]) -> Iterator[Outcome]:
    """Yield the failed outcomes of these images, in order."""
    return (outcome for image in images for outcome in image.outcomes if outcome.status is Status.FAIL)


def worst_of(outcomes: Iterable[Outcome]) -> Severity | None:
    """Return the highest severity among failed outcomes, None when none failed."""
    severities = (outcome.severity for outcome in outcomes if outcome.status is Status.FAIL)
    return max(severities, key=lambda severity: severity.rank, default=None)


def summarise(report: Report) -> Summary:
    """Count a report."""
    images = tuple(images_of(report))
    by_status = Counter(outcome.status for image in images for outcome in image.outcomes)
    by_severity = Counter(outcome.severity for outcome in failures(images))
    return Summary(
        files=len(report.files),
        images=len(images),
        skipped=len(report.skipped),
        by_status={status: by_status[status] for status in Status},
        by_severity={severity: by_severity[severity] for severity in Severity},
        worst=worst_of(failures(images)),
    )
