"""Ways to show a report. A format is a frozen value in RENDERERS and a module; renderers only write.

No renderer reads an inspected file, runs a rule or decides an exit code. A format's module is imported when it
writes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Generic, TextIO, TypeVar

import msgspec

from inspector.model import Report
from inspector.reports.view import View as View

R = TypeVar("R")


class Renderer(msgspec.Struct, Generic[R], frozen=True):
    """A format's name on the command line, and what writes it.

    ``utf8``: the format's own definition fixes its encoding, whatever the terminal's is.
    """

    name: str
    render: Callable[[R, TextIO, View], None]
    utf8: bool = False


def _of(module: str) -> Callable[[Report, TextIO, View], None]:
    """Return ``render`` of a module beside this one, which is imported when it is called."""

    def late(report: Report, out: TextIO, view: View) -> None:
        import_module(f"{__name__}.{module}").render(report, out, view)

    return late


RENDERERS: tuple[Renderer[Report], ...] = (
    Renderer("text", _of("text")),
    Renderer("json", _of("json_v1"), utf8=True),
    Renderer("sarif", _of("sarif"), utf8=True),
    Renderer("junit", _of("junit"), utf8=True),
    Renderer("github", _of("github"), utf8=True),
    Renderer("gitlab", _of("gitlab"), utf8=True),
    Renderer("markdown", _of("markdown"), utf8=True),
)
