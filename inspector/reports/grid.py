"""The text report of an audit: all artifacts in one table, grouped by where they are, and each kind of finding once.

Up to SMALL artifacts have a row each. Of more, a place where all is well takes one line, and what is wrong a row. That
is made of briefs; a full report is read for one example of each rule, and for all that fails when everything is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from inspector.model import FileBrief, Notable, Report, Status
from inspector.reports import totals
from inspector.reports.cells import HEADINGS, Cells, cells
from inspector.reports.findings import example, findings, spelled_out
from inspector.reports.layout import EMPTY, Line, Span, Style, facts, flow, length, span, words
from inspector.reports.page import VERDICT, VERDICTS, verdict
from inspector.reports.places import Chain, places
from inspector.reports.summary import plural
from inspector.reports.view import View

SMALL: Final = 40
"""Artifacts that have a row each, whatever is said of them; and places where all is well that have a line each."""
ROWS: Final = 200
"""Rows, the worst ones, that are shown unless more is asked for. A reader of more than that looks for a pattern, and
that is in the findings below."""
RULES: Final = 20
"""Rules that have an example."""
UNSEEN: Final = 20
"""Rows of what was not inspected."""

_GAP: Final = "  "
_WORST_FIRST: Final = ("error", "crashed", "unknown", "warning", "note", "ok")
"""The words of ``verdict``."""


class _Row(NamedTuple):
    """One artifact. ``failed``: it has something that is spelled out."""

    number: int  # in the report
    file: FileBrief
    holder: Chain
    name: Chain
    cells: Cells
    verdict: str
    style: Style
    failed: bool

    @property
    def group(self) -> Chain | int:
        """What it is shown with: its place, or nothing but itself."""
        return self.holder or self.number

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _WORST_FIRST.index(self.verdict)


class _Part(NamedTuple):
    """What one place holds, and which rows of it are shown."""

    rows: tuple[_Row, ...]
    shown: tuple[_Row, ...]

    @property
    def fine(self) -> bool:
        return not any(row.failed for row in self.rows)

    @property
    def headed(self) -> bool:
        return bool(self.shown and self.rows[0].holder)


def grid(report: Report, view: View) -> Iterator[Iterable[Line]]:
    """Yield the blocks above the totals."""
    at_most = None if view.verbose or view.quiet else UNSEEN
    yield totals.whole(report, view)
    yield totals.unseen(report.unseen, view, limit=at_most)
    if report.briefs:
        yield _table(report, view)
    elif not (view.quiet or report.interrupted):
        yield [(Span("no Go program was found"),)]
    if not view.verbose:
        yield _by_rule(report, view)
    if not view.quiet:
        yield totals.harmless(report.skipped, view)


def _table(report: Report, view: View) -> Iterator[Line]:
    """Yield a heading and the rows of each place with something to show, and a line for each where all is well."""
    rows = _rows(report.briefs, view)
    shown = _shown(rows, view)
    widths = tuple(max(map(len, column)) for column in zip(HEADINGS, *(row.cells for row in shown), strict=True))
    if shown:
        heads = _columns("", "faint", HEADINGS, widths)
        yield (*heads, Span("artifact", "faint")) if length(heads) + len("artifact") <= view.width else heads
    numbers = {row.number for row in shown}
    groups = (tuple(group) for _, group in groupby(rows, lambda row: row.group))
    parts = [_Part(group, tuple(row for row in group if row.number in numbers)) for group in groups]
    fine = [part for part in parts if part.fine and not part.shown]
    listed = [part for part in parts if part.shown or (part.fine and len(fine) <= SMALL and not view.quiet)]
    for above, part in zip((None, *listed), listed, strict=False):
        if above is not None and (above.headed or part.headed):
            yield EMPTY
        yield from _part(report, part, widths, view)
    if not view.quiet:
        yield from _left_out(rows, fine if len(fine) > SMALL else [], numbers, view)


def _rows(files: Sequence[FileBrief], view: View) -> list[_Row]:
    """Return a row for every artifact, those of one place together: the worst place first, in it the worst row."""
    rows = []
    for number, (file, place) in enumerate(zip(files, places(files), strict=True)):
        word, style = verdict(file.notable, view)
        failed = any(spelled_out(outcome, view) for outcome in file.notable)
        rows.append(_Row(number, file, place.holder, place.name, cells(file), word, style, failed))
    worst: dict[Chain | int, int] = {}
    first: dict[Chain | int, int] = {}
    for row in rows:
        worst[row.group] = min(worst.get(row.group, row.rank), row.rank)
        first.setdefault(row.group, row.number)
    return sorted(rows, key=lambda row: (worst[row.group], first[row.group], row.rank))


def _shown(rows: Sequence[_Row], view: View) -> list[_Row]:
    if view.verbose or (len(rows) <= SMALL and not view.quiet):
        return list(rows)
    failed = [row for row in rows if row.failed]
    return failed if view.quiet else sorted(failed, key=lambda row: row.rank)[:ROWS]


def _part(report: Report, part: _Part, widths: Sequence[int], view: View) -> Iterator[Line]:
    """Yield what is shown of one place."""
    holder = part.rows[0].holder
    if not part.shown:
        row = part.rows[0]
        yield from flow(
            (span(row.verdict.ljust(VERDICT), row.style),),
            (*_units(holder or row.name, " "), *facts(_told(part.rows))),
            view.width,
        )
        return
    if holder:
        yield from flow((), (*_units(holder, " "), *facts(_told(part.rows))), view.width)
    for row in part.shown:
        yield from _row(row, widths, view)
        if row.failed and view.verbose:
            for image in report.files[row.number].images:
                where = (image.build.slice or "") if len(row.file.images) > 1 else ""
                yield from findings(image.outcomes, view, where)


def _row(row: _Row, widths: Sequence[int], view: View) -> Iterator[Line]:
    """Yield an artifact's row, and the names of what is wrong below it, the worst first."""
    columns = _columns(row.verdict, row.style, row.cells, widths)
    name = _units(row.name)
    if max(len(unit.text) for unit in name) <= view.width - length(columns):
        yield from flow(columns, name, view.width)
    else:  # a name is not broken, so that it can be copied
        yield columns
        yield from flow((Span(" " * VERDICT),), name, view.width)
    if row.failed and not view.verbose:
        yield from flow((Span(" " * VERDICT),), facts(_wrong(row.file, view)), view.width)


def _columns(word: str, style: Style, cells: Sequence[str], widths: Sequence[int]) -> Line:
    padded = (f"{cell:{width}}{_GAP}" for cell, width in zip(cells, widths, strict=True))
    return (Span(word.ljust(VERDICT), style), Span("".join(padded), "faint" if not word else "plain"))


def _units(chain: Chain, end: str = "") -> tuple[Span, ...]:
    """Return a chain of containers as units for ``flow``, which breaks it at its arrows."""
    first, *inner = chain
    texts = [first, *(f"-> {name}" for name in inner)]
    texts[-1] += end
    return tuple(span(text, "strong") for text in texts)


def _told(rows: Sequence[_Row]) -> Iterator[str | Span]:
    """Yield what the artifacts of a place have in common, and how many are not as they should be."""
    targets = Counter(row.cells.target for row in rows)
    yield plural(len(rows), "artifact")
    yield plural(len(targets), "target") if len(targets) > 1 else next(iter(targets))
    for label, column in (("cgo ", "cgo"), ("", "linkage")):
        values = {getattr(row.cells, column) for row in rows}
        yield f"{label}{values.pop()}" if len(values) == 1 else ""
    modified = sum("no" in row.cells.pristine for row in rows)
    yield f"{modified:,} not pristine" if modified else ""
    verdicts = Counter(row.verdict for row in rows)
    for word in _WORST_FIRST[:-1]:
        if verdicts[word]:
            style = next(row.style for row in rows if row.verdict == word)
            yield span(f"{verdicts[word]:,} {VERDICTS[word]}", style)


def _wrong(file: FileBrief, view: View) -> Iterator[Span]:
    """Yield the name of each rule that failed, could not decide and had to, or crashed, with the slices it is about."""
    met: dict[tuple[str, Status], list[tuple[Notable, str]]] = {}
    for image in file.images:
        for outcome in image.notable:
            if spelled_out(outcome, view):
                met.setdefault((outcome.rule, outcome.status), []).append((outcome, image.slice or ""))
    for (rule, status), about in sorted(met.items(), key=lambda item: -_rank(item[1])):
        word, style = verdict([outcome for outcome, _ in about], view)
        some = ", ".join(part for _, part in about) if len(about) < len(file.images) else ""
        said = " ".join((rule, *([] if status is Status.FAIL else [word]), *([f"({some})"] if some else [])))
        yield span(said, style)


def _rank(about: Iterable[tuple[Notable, str]]) -> int:
    return max(outcome.severity.rank for outcome, _ in about)


def _left_out(rows: Sequence[_Row], fine: Sequence[_Part], shown: set[int], view: View) -> Iterator[Line]:
    """Yield how many artifacts the table leaves out."""
    failed = Counter(row.verdict for row in rows if row.failed and row.number not in shown)
    if failed:
        told = ", ".join(f"{failed[word]:,} {VERDICTS[word]}" for word in _WORST_FIRST if failed[word])
        yield EMPTY
        yield from flow(
            (Span(""),), words(f"+{failed.total():,} more artifacts: {told}; -q shows these, -v all"), view.width
        )
    if fine:
        more = "more " if shown else ""
        said = f"{sum(len(part.rows) for part in fine):,} artifacts in {len(fine):,} {more}places; "
        if shown:
            yield EMPTY
        yield (Span("ok".ljust(VERDICT), "good"), Span(said), Span("-v shows them", "faint"))


class _Found(NamedTuple):
    """Where a rule failed, could not decide and had to, or crashed: in which file, in which of its images."""

    number: int
    part: int
    severity: int  # its rank


def _by_rule(report: Report, view: View) -> Iterator[Line]:
    """Yield each rule that failed with one example and the number of artifacts, the worst and most frequent first."""
    met: dict[tuple[str, Status], list[_Found]] = {}
    for number, file in enumerate(report.briefs):
        for index, image in enumerate(file.images):
            for outcome in image.notable:
                if spelled_out(outcome, view):
                    found = _Found(number, index, outcome.severity.rank)
                    met.setdefault((outcome.rule, outcome.status), []).append(found)
    counts = {rule: len({found.number for found in about}) for rule, about in met.items()}
    worst = {rule: max(about, key=lambda found: found.severity) for rule, about in met.items()}
    order = sorted(met, key=lambda rule: (-worst[rule].severity, rule[1] is not Status.FAIL, -counts[rule], rule))
    if order:
        yield (Span("findings, by rule", "strong"), Span("     gobin-inspect explain RULE says more", "faint"))
    for rule in order[:RULES]:
        found = worst[rule]
        file = report.briefs[found.number]
        some = words(f"{counts[rule]:,} artifacts, such as") if counts[rule] > 1 else ()
        part = f" ({file.images[found.part].slice})" if len(file.images) > 1 else ""
        where = (*some, *_units((file.path, *file.members), f"{part}:"))
        outcomes = report.files[found.number].images[found.part].outcomes
        yield from example(next(one for one in outcomes if (one.rule, one.status) == rule), view, where)
    if len(order) > RULES:
        rest = facts(f"{name} ({counts[name, status]:,})" for name, status in order[RULES:])
        yield from flow((Span("  and       "),), rest, view.width)
