"""The report for a person: one file as a page, many as a line each with their findings below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from msgspec.structs import replace

from inspector.model import FileReport, Report, SkipKind, Skipped, Status
from inspector.reports.closing import closing
from inspector.reports.findings import all_others, findings, names_only, spelled_out
from inspector.reports.layout import EMPTY, Line, Span, facts, flow, plain, span, words
from inspector.reports.page import VERDICT, VERDICTS, outcomes_of, page, verdict
from inspector.reports.summary import Summary, brief, name_of, plural, summarise
from inspector.reports.view import View

_HARMLESS = {
    SkipKind.NOT_EXECUTABLE: ("1 other file is no executable", "other files are no executables"),
    SkipKind.NOT_GO: ("1 executable is no Go program", "executables are no Go programs"),
}
"""The kinds that do not matter unless their path was named: only counted, for one and for many."""


def render(report: Report, out: TextIO, view: View) -> None:
    """Write the report as text, in colour where the view says so."""
    lines = report_lines(report, replace(view, threshold=report.threshold))
    if view.colour:
        from inspector.reports.colour import paint  # rich costs as much time as reading a program

        paint(lines, out)
    else:
        out.writelines(f"{plain(line)}\n" for line in lines)


def report_lines(report: Report, view: View) -> Iterator[Line]:
    """Yield the report's lines."""
    files = report.files
    if view.quiet:
        files = tuple(file for file in files if any(spelled_out(outcome, view) for outcome in outcomes_of(file)))
    in_full = not view.quiet and (len(report.files) == 1 or view.verbose)
    blocks = [page(file, view) for file in files] if in_full else [_compact(files, view)]
    blocks.append(_release(report, view))
    blocks.append(_skipped(report.skipped, view))
    if not view.quiet:
        blocks.append(_totals(report, view))
    if report.threshold.strict:
        blocks.append(iter([(span(closing(report), "strong"),)]))  # never broken: who greps a log wants it whole
    first = True
    for block in blocks:
        lines = tuple(block)
        if lines and not first:
            yield EMPTY
        yield from lines
        first = first and not lines


def _compact(files: Sequence[FileReport], view: View) -> Iterator[Line]:
    """Yield a line a file, columns aligned over all of them, and its findings below it."""
    rows = [(file, _target(file), _linkage(file)) for file in files]
    targets = max((len(target) for _, target, _ in rows), default=0)
    linkages = max((len(linkage) for _, _, linkage in rows), default=0)
    for file, target, linkage in rows:
        word, style = verdict(outcomes_of(file), view)
        columns = (span(word.ljust(VERDICT), style), span(target.ljust(targets) + "  "), span(linkage.ljust(linkages)))
        yield from _named(columns, file, view)
        for image in file.images:
            where = (image.build.slice or "") if len(file.images) > 1 else ""
            yield from findings(image.outcomes, view, where)


def _named(columns: Line, file: FileReport, view: View) -> Iterator[Line]:
    """Yield the line of a file; a chain of containers that does not fit breaks at its arrows."""
    first, *inner = (file.path, *file.members)
    units = (span(first, "strong"), *(span(f"-> {member}", "strong") for member in inner))
    yield from flow((*columns, Span("  ")), units, view.width)


def _target(file: FileReport) -> str:
    systems = dict.fromkeys(brief(image.build.observed.goos) for image in file.images)
    machines = dict.fromkeys(brief(image.build.observed.goarch) for image in file.images)
    return f"{'+'.join(systems)}/{'+'.join(machines)}"


def _linkage(file: FileReport) -> str:
    return "+".join(dict.fromkeys(brief(image.build.observed.linkage) for image in file.images))


def _release(report: Report, view: View) -> Iterator[Line]:
    """Yield what is wrong with the release as a whole."""
    shown = tuple(findings(report.release, view))
    rest = () if view.quiet else all_others(report.release, view) if view.verbose else names_only(report.release, view)
    lines = (*shown, *rest)
    if lines:
        word, style = verdict(report.release, view)
        yield (span(word.ljust(VERDICT), style), span("the release as a whole", "strong"))
        yield from lines


def _skipped(skipped: Iterable[Skipped], view: View) -> Iterator[Line]:
    """Yield a line for each row that matters, and count the rest."""
    counted: Counter[SkipKind] = Counter()
    for row in skipped:
        if not row.matters and (view.quiet or not view.verbose):
            counted[row.kind] += 1
            continue
        name = span(name_of(row.path, row.members, row.slice) + ":", "strong")
        units = (name, span(f"{row.kind}:", "error" if row.matters else "plain"), *words(row.reason))
        yield from flow((span("skipped".ljust(VERDICT), "error" if row.matters else "faint"),), units, view.width)
    if counted and not view.quiet:
        said = ", ".join(_counted(kind, counted[kind]) for kind in _HARMLESS if counted[kind])
        yield from flow((Span(""),), words(f"{said}; -v lists them", "faint"), view.width)


def _counted(kind: SkipKind, count: int) -> str:
    one, many = _HARMLESS[kind]
    return one if count == 1 else f"{count} {many}"


def _totals(report: Report, view: View) -> Iterator[Line]:
    """Yield the last lines: what was counted, and where more is to be seen."""
    totals = summarise(report)
    if not totals.images:
        return
    if totals.files > 1:
        yield from _over_files(report, totals, view)
    shows = "all" if totals.files == 1 else "full pages"
    more = () if view.verbose else (span(f"     -v shows {shows}", "faint"),)
    prefix = Span("  " if totals.files == 1 else "")
    yield from flow((prefix,), (*_over_rules(totals), *more), view.width)


def _over_rules(totals: Summary) -> tuple[Span, ...]:
    count = totals.by_status
    kinds = [plural(number, severity) for severity, number in totals.by_severity.items() if number]
    failed = ", ".join((*kinds, *([f"{totals.waived} waived"] if totals.waived else [])))
    said = [
        f"{plural(count[Status.PASS], 'rule')} passed",
        f"{count[Status.FAIL]} failed" + (f" ({failed})" if failed else ""),
        f"{count[Status.NOT_APPLICABLE]} not applicable",
        f"{count[Status.UNKNOWN]} unknown",
    ]
    if count[Status.ERROR]:
        said.append(f"{count[Status.ERROR]} crashed")
    return (*(span(f"{item},") for item in said[:-1]), span(said[-1]))


def _over_files(report: Report, totals: Summary, view: View) -> Iterator[Line]:
    """Yield how many files got which verdict, and the names that the lines above leave out."""
    outcomes = [outcome for file in report.briefs for outcome in file.notable if not spelled_out(outcome, view)]
    hidden = Counter(outcome.rule for outcome in outcomes if outcome.counts)
    waived = Counter(outcome.rule for outcome in outcomes if outcome.waiver is not None)
    unknown = Counter(outcome.rule for outcome in outcomes if outcome.status is Status.UNKNOWN)
    for label, names in (("notes", hidden), ("waived", waived), ("unknown", unknown)):
        units = facts(f"{name} ({count})" for name, count in sorted(names.items()))
        if units:
            yield from flow((span(label.ljust(VERDICT), "faint"),), units, view.width)
    verdicts = Counter(verdict(file.notable, view)[0] for file in report.briefs)
    images = f" ({totals.images} images)" if totals.images != totals.files else ""
    told = ", ".join(f"{verdicts[word]} {said}" for word, said in VERDICTS.items() if verdicts[word])
    yield from flow((Span(""),), words(f"{totals.files} files{images}: {told}"), view.width)
