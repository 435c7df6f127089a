"""The difference for a person: what is lost, what changed, what is worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, TextIO

from inspector.diff.compare import Alone, Difference, FindingChange
from inspector.diff.rows import State
from inspector.diff.sides import Unseen
from inspector.diff.telling import MET, Teller, Told, carried, headline, remarks, verdict
from inspector.reports.layout import Line, Span, Style, apart, flow, span, words, write_lines
from inspector.reports.summary import name_of
from inspector.reports.view import View

_KIND: Final = 9
"""Columns of the word at the left edge."""
_LABEL: Final = 15
_LINES: Final = 20
"""Lines of one part before the rest is only counted."""
_STYLES: Final[dict[State, Style]] = {"error": "error", "warning": "warning", "note": "note"}


def render(found: Difference, out: TextIO, view: View) -> None:
    """Write the difference as text, in colour where the view says so."""
    write_lines(apart(_blocks(found, view)), out, colour=view.colour)


def _blocks(found: Difference, view: View) -> Iterator[Iterable[Line]]:
    told = Teller(found, in_full=view.verbose)
    if not view.quiet:
        yield flow((), words(headline(found), "strong"), view.width)
    yield _cut(_alone("lost", found.lost, view), view)
    yield _cut(_alone("gained", found.gained, view), view)
    yield chain(_cut(_facts(told.facts(), view), view), _cut(_facts(told.sizes(), view), view))
    yield _cut(_deps(told, view), view)
    yield _cut(_findings(told, view), view)
    yield _cut(_unseen(found, view), view)
    if not view.quiet:
        yield (line for remark in remarks(found) for line in flow((), words(remark, "faint"), view.width))
        if found.differs:
            yield flow((), words(verdict(found), "error" if found.worse else "good"), view.width)


def _alone(word: str, alone: Iterable[Alone], view: View) -> Iterator[tuple[Line, ...]]:
    """Yield the artifacts that only one release has; those of a target that is still met say so."""
    for one in alone:
        if view.quiet and not one.worse:
            continue
        style: Style = "error" if one.worse else "good" if word == "gained" else "plain"
        row = one.single.row
        first, *inner = (row.path, *row.members)
        part = [f"({row.slice})"] if row.slice else []
        met = (span(f"({MET[word]})", "faint"),) if one.single.met else ()
        units = (
            span(f"{one.single.target}", "strong"),
            *met,
            span(first),
            *(span(f"-> {member}") for member in inner),
            *(span(word) for word in part),
        )
        lines = [*flow(_kind(word, style), units, view.width)]
        if one.reason:
            lines += flow(_kind("", "plain"), words(one.reason), view.width)
        if one.findings and not (view.quiet and word == "lost"):
            said = f"{'had' if word == 'lost' else 'with'} {carried(one.findings, in_full=view.verbose)}"
            lines += flow(_kind("", "plain"), words(said, "faint"), view.width)
        yield tuple(lines)


def _facts(changes: Iterable[Told], view: View) -> Iterator[tuple[Line, ...]]:
    for change in changes:
        if change.worse or not view.quiet:
            whose = words(f"{change.who}:", "faint") if change.who else ()
            said = words(f"{change.text} (worse)", "error") if change.worse else words(change.text)
            yield tuple(flow(_label(change.label), (*whose, *said), view.width))


def _label(text: str) -> Line:
    name = span(text)
    return (name, Span(" " * max(1, _LABEL + 1 - len(name.text))))


def _deps(told: Teller, view: View) -> Iterator[tuple[Line, ...]]:
    if view.quiet:
        return
    word = "modules"
    for who, changes in told.deps():
        units = [words(f"{who}:", "faint")] if who else []
        for line in (*units, *map(words, changes)):
            yield tuple(flow(_label(word), line, view.width))
            word = ""


def _findings(told: Teller, view: View) -> Iterator[tuple[Line, ...]]:
    for change, who in told.findings():
        if change.worse or not view.quiet:
            yield _finding(change, who, view)


def _finding(change: FindingChange, who: str, view: View) -> tuple[Line, ...]:
    kind: Style = "good" if change.kind == "fixed" else "error" if change.worse else "plain"
    grade = change.before if change.kind == "fixed" else change.after
    says = change.kind != "fixed" or view.verbose
    was = words(f"(was {change.before})", "faint") if change.kind == "changed" else ()
    units = (
        span(grade.ljust(7), _STYLES.get(grade, "plain")),
        span(change.rule, "strong"),
        span(f"({change.id}{', worse' if change.worse else ''})", "error" if change.worse else "faint"),
        *was,
        *(words(f"{who}:" if who and says else who)),
        *(words(change.message) if says else ()),
    )
    return tuple(flow(_kind(change.kind, kind), units, view.width))


def _unseen(found: Difference, view: View) -> Iterator[tuple[Line, ...]]:
    for word, rows in (("old", found.old.unseen), ("new", found.new.unseen)):
        for row in rows:
            yield tuple(flow(_kind("unread", "error"), _unread(row, f"{word}:"), view.width))


def _unread(row: Unseen, where: str) -> tuple[Span, ...]:
    name = name_of(row.path, row.members, row.slice)
    return (span(where, "faint"), span(f"{name}:", "strong"), span(f"{row.kind}:", "error"), *words(row.reason))


def _kind(word: str, style: Style) -> Line:
    return (Span(word.ljust(_KIND), style),)


def _cut(entries: Iterator[tuple[Line, ...]], view: View) -> Iterator[Line]:
    """Yield the lines of some entries, those above the limit only counted."""
    limit = None if view.verbose else _LINES
    for entry in islice(entries, limit):
        yield from entry
    more = sum(1 for _ in entries)
    if more:
        yield (Span(f"+{more} more; -v lists them", "faint"),)
