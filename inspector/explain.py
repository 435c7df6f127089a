"""What ``gobin-inspect explain`` prints: a rule's page, or the list of rules and kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from inspector.errors import RuleNameError
from inspector.kinds import KINDS, kind_page
from inspector.model import AnyRule
from inspector.rules import all_rules, page

WIDTH: Final = 80
"""Columns of the list; the pages' own docstrings are wrapped at 79."""
_INDENT: Final = " " * 8


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


def catalogue() -> Iterator[str]:
    """Yield the lines of the list: id, name, severity and title of every rule, then the kinds."""
    for rule in all_rules():
        yield from _entry(rule.id, f"{rule.name} ({rule.severity})", _title(rule))
    yield ""
    yield "Reasons why something is skipped:"
    for kind in KINDS:
        text = kind_page(kind) or ""
        yield from _entry("", kind, text.partition("\n")[0].partition(": ")[2])


def _title(rule: AnyRule) -> str:
    return page(rule).strip().partition("\n")[0]


def _entry(identifier: str, name: str, title: str) -> Iterator[str]:
    import textwrap

    yield f"{identifier:8}{name}" if identifier else f"{_INDENT}{name}"
    yield from textwrap.wrap(title, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False)


def _nearest(wanted: str) -> str:
    import difflib

    names = [*(rule.name for rule in all_rules()), *(rule.id.lower() for rule in all_rules()), *KINDS]
    close = difflib.get_close_matches(wanted, names, n=1)
    return f"; did you mean '{close[0].upper() if close[0].startswith('gbi') else close[0]}'?" if close else ""
