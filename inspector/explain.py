"""What ``gobin-inspect explain`` prints: a rule's page, or the list of rules and kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from inspector.errors import RuleNameError
from inspector.kinds import KINDS, kind_page
from inspector.model import AnyRule, Severity
from inspector.reports.layout import EMPTY, Line, Span, plain
from inspector.rules import all_rules, page

WIDTH: Final = 80
"""Columns of the list; the pages' own docstrings are wrapped at 79."""
_INDENT: Final = " " * 8
_HEADING: Final = "## "
_CODE: Final = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
"""Markdown's code, which may go over the end of a line; a loader's message quotes `like this'."""
_GRADES: Final = re.compile(rf"\b({'|'.join(Severity)})\b")
_LABEL: Final = re.compile("(Severity|Since):")


def explained(name: str) -> str:
    """Return the page of a rule (by name or id) or of a kind of skipped row, its name in the first line.

    Raises RuleNameError, with the nearest name, when there is neither.
    """
    wanted = name.strip().lower()
    for rule in all_rules():
        if wanted in {rule.name, rule.id.lower()}:
            return f"{rule.name} ({rule.id})\n{page(rule).strip()}"
    text = kind_page(wanted)
    if text is None:
        raise RuleNameError(f"there is no rule or kind '{name}'{_nearest(wanted)} (`explain` alone lists all)")
    return text.strip()


def coloured(text: str) -> Iterator[Line]:
    """Yield the lines of a page for a terminal: headings, code and severities stand out by colour alone."""
    graded = False
    for number, line in enumerate(_with_code(text)):
        words = plain(line)
        label = _LABEL.match(words)
        graded = label[1] == "Severity" if label else graded and words != ""
        if number == 0 or words.startswith(_HEADING):
            yield (Span(words.removeprefix(_HEADING), "strong"),)
        elif graded:
            yield tuple(piece for part in line for piece in _with_grades(part))
        else:
            yield line


def catalogue() -> Iterator[Line]:
    """Yield the lines of the list: id, name, severity and title of every rule, then the kinds."""
    for rule in all_rules():
        severity = (Span(" ("), Span(rule.severity, rule.severity.value), Span(")"))
        yield from _entry(Span(f"{rule.id:8}", "faint"), rule.name, severity, _title(rule))
    yield EMPTY
    yield (Span("Reasons why something is skipped:"),)
    for kind in KINDS:
        text = kind_page(kind) or ""
        yield from _entry(Span(_INDENT), kind, (), text.partition("\n")[0].partition(": ")[2])


def _with_code(text: str) -> Iterator[Line]:
    """Yield the lines of a text with its code in a style of its own instead of between backticks."""
    line: list[Span] = []
    for number, piece in enumerate(_CODE.split(text)):
        first, *others = (Span(part, "note" if number % 2 else "plain") for part in piece.split("\n"))
        line.append(first)
        for part in others:
            yield tuple(line)
            line = [part]
    yield tuple(line)


def _with_grades(part: Span) -> Line:
    """Return a piece of a line with each severity in its colour."""
    if part.style != "plain":
        return (part,)
    pieces = _GRADES.split(part.text)
    return tuple(Span(piece, Severity(piece).value if n % 2 else "plain") for n, piece in enumerate(pieces))


def _title(rule: AnyRule) -> str:
    return page(rule).strip().partition("\n")[0]


def _entry(margin: Span, name: str, severity: Line, title: str) -> Iterator[Line]:
    import textwrap

    yield (margin, Span(name, "strong"), *severity)
    for line in textwrap.wrap(title, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False):
        yield (Span(line),)


def _nearest(wanted: str) -> str:
    import difflib

    names = [*(rule.name for rule in all_rules()), *(rule.id.lower() for rule in all_rules()), *KINDS]
    close = difflib.get_close_matches(wanted, names, n=1)
    return f"; did you mean '{close[0].upper() if close[0].startswith('gbi') else close[0]}'?" if close else ""
