"""Ways to show a report. A format is a frozen value in RENDERERS and a module; renderers only write.

No renderer reads an inspected file, runs a rule or decides an exit code. A format's module is imported when it
writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

import msgspec

from inspector.model import Report
from inspector.reports.view import View as View


class Renderer(msgspec.Struct, frozen=True):
    """A format's name on the command line, and what writes it.

    ``utf8``: the format's own definition fixes its encoding, whatever the terminal's is.
    """

    name: str
    render: Callable[[Report, TextIO, View], None]
    utf8: bool = False


def _text(report: Report, out: TextIO, view: View) -> None:
    from inspector.reports.text import render

    render(report, out, view)


def _json(report: Report, out: TextIO, view: View) -> None:
    from inspector.reports.json_v1 import render

    render(report, out, view)


RENDERERS: tuple[Renderer, ...] = (
    Renderer("text", _text),
    Renderer("json", _json, utf8=True),
)
