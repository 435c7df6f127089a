"""Lines of styled spans: built once, written plain or in colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple, TextIO

from inspector.reports.safe import neutral

Style = Literal["plain", "strong", "faint", "good", "note", "warning", "error"]

BULLET = " ·"
"""Ends every item of a row of facts but the last."""

_COMMAS: Final = re.compile("[^,]*,|[^,]+")
"""What a word may be broken into: each comma stays with what it ends."""


class Span(NamedTuple):
    """A piece of a line. Made by ``span``, so that its text is safe to print."""

    text: str
    style: Style = "plain"


Line = tuple[Span, ...]
"""One line of output, without its newline."""

EMPTY: Line = ()


def span(text: str, style: Style = "plain") -> Span:
    """Return a piece of a line with everything unprintable spelled out."""
    return Span(neutral(text), style)


def words(text: str, style: Style = "plain") -> tuple[Span, ...]:
    """Return the words of a text, each of which ``flow`` keeps whole."""
    return tuple(Span(word, style) for word in neutral(text).split(" ") if word)


def facts(items: Iterable[str | Span]) -> tuple[Span, ...]:
    """Return short facts as units for ``flow``, with a dot between them; empty ones are left out.

    An item that lists things may break behind its commas.
    """
    shown = [item for item in (item if isinstance(item, Span) else span(item) for item in items) if item.text]
    units: list[Span] = []
    for index, item in enumerate(shown):
        *heads, last = item.text.split(", ")
        units.extend(Span(f"{head},", item.style) for head in heads)
        units.append(Span(last + (BULLET if index < len(shown) - 1 else ""), item.style))
    return tuple(units)


def listed(items: Sequence[str], *, limit: int | None) -> str:
    """Return items separated by commas, those above the limit only counted."""
    if limit is None or len(items) <= limit + 1:  # "+1 more" would take as much room as the item itself
        return ", ".join(items)
    return ", ".join((*items[:limit], f"+{len(items) - limit} more"))


def size_text(size: int) -> str:
    """Return a size in bytes for people."""
    if size < 1024:
        return f"{size} bytes"
    power = min((size.bit_length() - 1) // 10, 3)
    return f"{size / 1024**power:.1f} {('KiB', 'MiB', 'GiB')[power - 1]}"


def length(line: Iterable[Span]) -> int:
    """Return the number of characters of a line."""
    return sum(len(piece.text) for piece in line)


def flow(prefix: Line, units: Iterable[Span], width: int) -> Iterator[Line]:
    """Yield lines that start with ``prefix`` and hold the units, one space between two.

    Further lines are indented to the end of the prefix. A unit is broken only when it is wider than a whole line,
    and then at its spaces and behind its commas; a word that is wider overhangs, so that a path can be copied.
    """
    indent = length(prefix)
    line, used, empty = list(prefix), indent, True
    for unit in units:
        for text, gap in _pieces(unit.text, width - indent):
            if not empty and used + len(gap) + len(text.rstrip()) > width:
                yield tuple(line)
                line, used, empty = [Span(" " * indent)], indent, True
                text = text.lstrip()
            if not empty:
                line.append(Span(gap))
                used += len(gap)
            line.append(Span(text, unit.style))
            used += len(text)
            empty = False
    yield tuple(line)


def _pieces(unit: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield the parts of a unit that may stand on lines of their own, each with what goes between it and the last."""
    if len(unit) <= room:
        yield unit, " "
        return
    for word in unit.split(" "):
        for index, part in enumerate(_COMMAS.findall(word)):
            yield part, " " if index == 0 else ""


def apart(blocks: Iterable[Iterable[Line]]) -> Iterator[Line]:
    """Yield the lines of blocks, an empty one between two that have any."""
    first = True
    for block in blocks:
        begun = False
        for line in block:
            if not (first or begun):
                yield EMPTY
            yield line
            begun = True
        first = first and not begun


def plain(line: Line) -> str:
    """Return the line's characters alone, without blanks at its end."""
    return "".join(piece.text for piece in line).rstrip()


def write_lines(lines: Iterable[Line], out: TextIO, *, colour: bool) -> None:
    """Write lines, plain or in colour."""
    if colour:
        from inspector.reports.colour import paint  # rich costs as much time as reading a program

        paint(lines, out)
    else:
        out.writelines(f"{plain(line)}\n" for line in lines)
