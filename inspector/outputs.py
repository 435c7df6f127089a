"""Which reports were asked for, where they go, and writing them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TextIO, TypeVar

from inspector.errors import ReportWriteError, UsageError

if TYPE_CHECKING:
    from inspector.model import Report
    from inspector.reports import Renderer, View

R = TypeVar("R")

_NARROWEST: Final = 60
"""Columns below which a page cannot be laid out; a narrower terminal wraps it."""
_WIDEST: Final = 120
"""Columns beyond which lines get hard to read."""
_GITHUB: Final = "github"
_STANDARD_OUTPUT: Final = frozenset({"", "-", "/dev/stdout", "/dev/fd/1"})
"""Its names: as a file, standard output would be replaced when it is redirected into one."""
_SUMMARY: Final = 1024 * 1024
"""Bytes of a step's summary, all of it; GitHub shows nothing of a longer one (actions/runner, AttachmentSizeLimit)."""


class Output(NamedTuple, Generic[R]):
    """One requested report; ``path`` None is standard output, or with ``aside`` standard error.

    ``appended``: the file has more than this report, and no room without end.
    """

    renderer: Renderer[R]
    path: str | None
    aside: bool = False
    appended: bool = False


def picked(formats: tuple[str, ...], renderers: Sequence[Renderer[R]]) -> list[Output[R]]:
    """Read the ``--format`` values. Raises UsageError for an unknown format, and when two go to one place."""
    by_name = {renderer.name: renderer for renderer in renderers}
    outputs: list[Output[R]] = []
    taken: set[str | None] = set()
    for word in formats or ("text",):
        name, given, path = word.partition("=")
        if name not in by_name:
            raise UsageError(f"unknown format '{name}' (there are: {', '.join(by_name)})")
        if given and not path:
            raise UsageError(f"--format {word} names no file")
        output = Output(by_name[name], None if path in _STANDARD_OUTPUT else path)
        place = output.path and os.path.realpath(output.path)
        if place in taken:
            where = output.path or "standard output"
            raise UsageError(f"two formats would go to {where}; give one a file of its own: -f {name}=FILE")
        taken.add(place)
        outputs.append(output)
    return outputs


def chosen(formats: tuple[str, ...], environ: Mapping[str, str], *, auto: bool) -> tuple[Output[Report], ...]:
    """Read the ``--format`` values, and with ``auto`` add what the CI system that ``environ`` tells of understands.

    Raises UsageError as ``picked`` does.
    """
    from inspector.reports import RENDERERS

    by_name = {renderer.name: renderer for renderer in RENDERERS}
    outputs = picked(formats, RENDERERS)
    if auto and environ.get("GITHUB_ACTIONS") == "true" and not _has_github(outputs):
        # The runner obeys commands on either stream (actions/runner, ScriptHandler.cs). In a document on standard
        # output, which may be on its way into a file, they would be noise.
        document = any(output.path is None and output.renderer.name != "text" for output in outputs)
        outputs.insert(0, Output(by_name[_GITHUB], None, aside=document))  # so that the gate's line stays the last
    summary = environ.get("GITHUB_STEP_SUMMARY")
    taken = {os.path.realpath(output.path) for output in outputs if output.path}
    if summary and _has_github(outputs) and os.path.realpath(summary) not in taken:
        outputs.append(Output(by_name["markdown"], summary, appended=True))
    return tuple(outputs)


def _has_github(outputs: list[Output[Report]]) -> bool:
    return any(output.renderer.name == _GITHUB for output in outputs)


def write(report: Report, outputs: tuple[Output[Report], ...], view: View, colour: str) -> list[ReportWriteError]:
    """Write every report; return what went wrong."""
    return put(report, outputs, view, colour, _append)


def put(
    what: R,
    outputs: Sequence[Output[R]],
    view: View,
    colour: str,
    append: Callable[[R, str], None] | None = None,
) -> list[ReportWriteError]:
    """Write something in every way, files first; return what went wrong.

    What a person reads comes when all is done. ``append`` writes behind what a file has.
    """
    failures = []
    for output in sorted(outputs, key=lambda output: output.path is None):
        try:
            if output.appended and output.path is not None and append is not None:
                append(what, output.path)
            else:
                _write(what, output, view, colour)
        except ReportWriteError as error:
            failures.append(error)
    return failures


def on_terminal(stream: TextIO | None) -> bool:
    """Tell a terminal that wants colour."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not plain


def _write(report: R, output: Output[R], view: View, colour: str) -> None:
    from msgspec.structs import replace

    from inspector.reports.output import write_file, write_stderr, write_stdout

    always = colour == "always"
    if output.path is not None:
        write_file(output.renderer, report, replace(view, colour=always), output.path)
    elif output.aside:
        write_stderr(output.renderer, report, view)
    elif sys.stdout is not None and sys.stdout.isatty():
        from shutil import get_terminal_size  # takes 4 ms, and only a terminal has a width

        width = max(_NARROWEST, min(_WIDEST, get_terminal_size().columns))
        shown = always or (colour != "never" and on_terminal(sys.stdout))
        write_stdout(output.renderer, report, replace(view, colour=shown, width=width))
    else:
        write_stdout(output.renderer, report, replace(view, colour=always))


def _append(report: Report, path: str) -> None:
    """Append the report as Markdown, as much of it as there is room for."""
    from inspector.reports.markdown import document
    from inspector.reports.output import append_file

    try:
        taken = os.stat(path).st_size  # noqa: PTH116  # pathlib takes 5 ms to import
    except OSError:
        taken = 0  # there is none yet; or it cannot be had, which writing will tell
    append_file(document(report, _SUMMARY - taken), path)
