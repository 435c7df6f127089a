"""The report for a person: one file as a page, many as a line each with their findings below, an audit as a grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TextIO

from msgspec.structs import replace

from inspector.model import FileBrief, Report
from inspector.reports import totals
from inspector.reports.cells import cells
from inspector.reports.closing import INTERRUPTED, closing
from inspector.reports.findings import findings, spelled_out
from inspector.reports.layout import Line, Span, apart, flow, span, write_lines
from inspector.reports.page import VERDICT, page, verdict
from inspector.reports.view import View


def render(report: Report, out: TextIO, view: View) -> None:
    """Write the report as text, in colour where the view says so."""
    blocks = _blocks(report, replace(view, threshold=report.threshold))
    write_lines(apart(blocks), out, colour=view.colour)


def _blocks(report: Report, view: View) -> Iterator[Iterable[Line]]:
    if view.grid:
        from inspector.reports.grid import grid  # for audits alone

        yield from grid(report, view)
    else:
        yield from _files(report, view)
    if not view.quiet:
        yield totals.totals(report, view)
    if report.interrupted:
        yield [(Span(INTERRUPTED, "error"),)]
    if report.threshold.strict:
        yield [(span(closing(report), "strong"),)]  # never broken: who greps a log wants it whole


def _files(report: Report, view: View) -> Iterator[Iterable[Line]]:
    if not view.quiet and (len(report.briefs) == 1 or view.verbose):
        yield from (page(file, view) for file in report.files)
    else:
        yield _compact(report, view)
    yield totals.whole(report, view)
    yield chain(totals.unseen(report.unseen, view), () if view.quiet else totals.harmless(report.skipped, view))


def _compact(report: Report, view: View) -> Iterator[Line]:
    """Yield a line a file, columns aligned over all of them, and its findings below it."""
    failed = [any(spelled_out(outcome, view) for outcome in file.notable) for file in report.briefs]
    rows = [(n, cells(file)) for n, file in enumerate(report.briefs) if failed[n] or not view.quiet]
    targets = max((len(row.target) for _, row in rows), default=0)
    linkages = max((len(row.linkage) for _, row in rows), default=0)
    for number, row in rows:
        file = report.briefs[number]
        word, style = verdict(file.notable, view)
        columns = (Span(word.ljust(VERDICT), style), Span(f"{row.target:{targets}}  {row.linkage:{linkages}}"))
        yield from _named(columns, file, view)
        if failed[number]:
            for image in report.files[number].images:
                where = (image.build.slice or "") if len(file.images) > 1 else ""
                yield from findings(image.outcomes, view, where)


def _named(columns: Line, file: FileBrief, view: View) -> Iterator[Line]:
    """Yield the line of a file; a chain of containers that does not fit breaks at its arrows."""
    first, *inner = (file.path, *file.members)
    units = (span(first, "strong"), *(span(f"-> {member}", "strong") for member in inner))
    yield from flow((*columns, Span("  ")), units, view.width)
