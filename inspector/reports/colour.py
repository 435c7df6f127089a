"""Lines in colour; the only module of the reports that imports rich."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from inspector.reports.layout import Line, Style, plain

_STYLES: dict[Style, str] = {
    "plain": "",
    "strong": "bold",
    "faint": "dim",
    "good": "green",
    "note": "cyan",
    "warning": "yellow",
    "error": "bold red",
}


def paint(lines: Iterable[Line], out: TextIO) -> None:
    """Write lines in the sixteen colours that a person's terminal theme defines.

    Whether to use colour at all is the caller's decision, so NO_COLOR and TERM are not asked again.
    """
    console = Console(file=out, force_terminal=True, color_system="standard", no_color=False, highlight=False)
    for line in lines:
        kept = len(plain(line))
        text = Text.assemble(*((piece.text, _STYLES[piece.style]) for piece in line))
        text.truncate(kept)
        console.print(text, soft_wrap=True)
