"""What a text report says of the run as a whole: what was skipped, how many of what, whether that is everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from inspector.model import Report, SkipKind, Skipped, Status
from inspector.reports.findings import all_others, findings, names_only, spelled_out
from inspector.reports.layout import Line, Span, facts, flow, size_text, span, words
from inspector.reports.page import VERDICT, VERDICTS, verdict
from inspector.reports.summary import Summary, name_of, plural, summarise
from inspector.reports.view import View

_HARMLESS: Final = {
    SkipKind.NOT_EXECUTABLE: ("1 other file is no executable", "other files are no executables"),
    SkipKind.NOT_GO: ("1 executable is no Go program", "executables are no Go programs"),
}
"""The kinds that do not matter unless their path was named: only counted, for one and for many."""


def whole(report: Report, view: View) -> Iterator[Line]:
    """Yield what is wrong with releases as a whole."""
    shown = tuple(findings(report.release, view))
    rest = () if view.quiet else all_others(report.release, view) if view.verbose else names_only(report.release, view)
    lines = (*shown, *rest)
    if lines:
        word, style = verdict(report.release, view)
        # An audit's grid may hold many releases.
        subject = "artifacts seen together" if view.grid else "the release as a whole"
        yield (span(word.ljust(VERDICT), style), span(subject, "strong"))
        yield from lines


def unseen(rows: Sequence[Skipped], view: View, *, limit: int | None = None) -> Iterator[Line]:
    """Yield a line for each row that matters; those above the limit are counted by kind."""
    kept = rows if limit is None or len(rows) <= limit + 1 else rows[:limit]
    for row in kept:
        yield from _skipped(row, view)
    if len(kept) < len(rows):
        kinds = Counter(row.kind for row in rows[limit:])
        told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        said = words(f"+{len(rows) - len(kept):,} more: {told}; -v lists them", "faint")
        yield from flow((span("skipped".ljust(VERDICT), "error"),), said, view.width)


def harmless(rows: Iterable[Skipped], view: View) -> Iterator[Line]:
    """Count, or list, what walks over directories and archives meet everywhere."""
    counted: Counter[SkipKind] = Counter()
    for row in rows:
        if row.matters:
            continue
        if view.verbose:
            yield from _skipped(row, view)
        else:
            counted[row.kind] += 1
    if counted:
        said = ", ".join(_counted(kind, counted[kind]) for kind in _HARMLESS if counted[kind])
        yield from flow((Span(""),), words(f"{said}; -v lists them", "faint"), view.width)


def totals(report: Report, view: View) -> Iterator[Line]:
    """Yield the last lines: what was counted, and where more is to be seen."""
    found = summarise(report)
    if not found.images:
        return
    alone = found.files == 1 and not view.grid
    if not alone:
        yield from _over_files(report, found, view)
    shows = "all" if alone else "every artifact and finding" if view.grid else "full pages"
    more = () if view.verbose else (span(f"     -v shows {shows}", "faint"),)
    yield from flow((Span("  " if alone else ""),), (*_over_rules(found), *more), view.width)


def _skipped(row: Skipped, view: View) -> Iterator[Line]:
    name = span(name_of(row.path, row.members, row.slice) + ":", "strong")
    units = (name, span(f"{row.kind}:", "error" if row.matters else "plain"), *words(row.reason))
    yield from flow((span("skipped".ljust(VERDICT), "error" if row.matters else "faint"),), units, view.width)


def _counted(kind: SkipKind, count: int) -> str:
    one, many = _HARMLESS[kind]
    return one if count == 1 else f"{count:,} {many}"


def _over_rules(found: Summary) -> tuple[Span, ...]:
    count = found.by_status
    kinds = [plural(number, severity) for severity, number in found.by_severity.items() if number]
    failed = ", ".join((*kinds, *([f"{found.waived:,} waived"] if found.waived else [])))
    said = [
        f"{plural(count[Status.PASS], 'rule')} passed",
        f"{count[Status.FAIL]:,} failed" + (f" ({failed})" if failed else ""),
        f"{count[Status.NOT_APPLICABLE]:,} not applicable",
        f"{count[Status.UNKNOWN]:,} unknown",
    ]
    if count[Status.ERROR]:
        said.append(f"{count[Status.ERROR]:,} crashed")
    return (*(span(f"{item},") for item in said[:-1]), span(said[-1]))


def _over_files(report: Report, found: Summary, view: View) -> Iterator[Line]:
    """Yield how many files got which verdict, and the names that the lines above leave out."""
    outcomes = [outcome for file in report.briefs for outcome in file.notable if not spelled_out(outcome, view)]
    hidden = Counter(outcome.rule for outcome in outcomes if outcome.counts)
    waived = Counter(outcome.rule for outcome in outcomes if outcome.waiver is not None)
    unknown = Counter(outcome.rule for outcome in outcomes if outcome.status is Status.UNKNOWN)
    for label, names in (("notes", hidden), ("waived", waived), ("unknown", unknown)):
        units = facts(f"{name} ({count:,})" for name, count in sorted(names.items()))
        if units:
            yield from flow((span(label.ljust(VERDICT), "faint"),), units, view.width)
    verdicts = Counter(verdict(file.notable, view)[0] for file in report.briefs)
    images = f" ({found.images:,} images)" if found.images != found.files else ""
    size = f", {size_text(sum(file.size for file in report.briefs))}" if view.grid else ""
    told = ", ".join(f"{verdicts[word]:,} {said}" for word, said in VERDICTS.items() if verdicts[word])
    yield from flow((Span(""),), words(f"{plural(found.files, 'file')}{images}{size}: {told}"), view.width)
