"""What every format says alike: names, words for facts and numbers, and totals that are counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from inspector.model import NOT_LINKED, Notable, Outcome, Report, Severity, Skipped, Status, Unknown


def name_of(path: str, members: tuple[str, ...] = (), part: str | None = None) -> str:
    """Return an artifact's full name: its chain of containers, and its slice."""
    chain = " -> ".join((path, *members))
    return f"{chain} ({part})" if part else chain


def skipped_line(row: Skipped) -> str:
    """Return a line about something that was not inspected: its name, the kind of reason, the reason."""
    return f"{name_of(row.path, row.members, row.slice)}: {row.kind}: {row.reason}"


def in_short(fact: str | bool | Unknown) -> str:
    """Return a fact for a narrow column."""
    if fact == NOT_LINKED:
        return "objects"
    if isinstance(fact, Unknown):
        return "?"
    return fact if isinstance(fact, str) else "yes" if fact else "no"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts; ``many`` where its plural has no plain s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How many of what; ``worst`` is the highest severity among failed outcomes, None without any."""

    files: int
    images: int
    skipped: int
    by_status: dict[Status, int]
    by_severity: dict[Severity, int]  # failed outcomes that nobody waived
    waived: int
    worst: Severity | None


def notable_of(report: Report) -> Iterator[Notable | Outcome]:
    """Yield every outcome of a report that may count for something: of its images, then of the release as a whole."""
    for file in report.briefs:
        yield from file.notable
    yield from report.release


def worst_of(outcomes: Iterable[Outcome | Notable]) -> Severity | None:
    """Return the highest severity among failed outcomes that nobody waived, None when there is none."""
    severities = (outcome.severity for outcome in outcomes if outcome.counts)
    return max(severities, key=lambda severity: severity.rank, default=None)


def summarise(report: Report) -> Summary:
    """Count a report."""
    images = [image for file in report.briefs for image in file.images]
    by_status = Counter(outcome.status for outcome in report.release)
    for image in images:
        by_status.update(image.by_status)
    by_severity = Counter(outcome.severity for outcome in notable_of(report) if outcome.counts)
    return Summary(
        files=len(report.briefs),
        images=len(images),
        skipped=len(report.skipped),
        by_status={status: by_status[status] for status in Status},
        by_severity={severity: by_severity[severity] for severity in Severity},
        waived=sum(outcome.waiver is not None for outcome in notable_of(report)),
        worst=worst_of(notable_of(report)),
    )
