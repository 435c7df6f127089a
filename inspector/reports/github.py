"""The report as workflow commands of GitHub Actions, which show as annotations of the run and the pull request.

A command is one line of either output stream: ``::error file=F,title=T::message``. Its parts are escaped as
actions/toolkit does (packages/core/src/command.ts). An annotation that is an error is what makes the run fail. GitHub
shows ten of each kind for a step, so the worst come first and the notes of an artifact are one notice. There is no
``line``: a binary has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TextIO

from inspector.model import Notable, Outcome, Report, Severity, Status, Threshold
from inspector.reports.entries import details, entries, refused, title
from inspector.reports.safe import neutral
from inspector.reports.summary import name_of
from inspector.reports.view import View

Level = Literal["error", "warning", "notice"]

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "notice")
LONGEST: Final = 4096
"""Characters of a message that the runner passes on (actions/runner, ExecutionContext.AddIssue)."""
_STANDARD_INPUT: Final = "-"


class _Annotation(NamedTuple):
    level: Level
    path: str | None  # of the outermost file; None when it is about none
    title: str
    lines: tuple[str, ...]


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # the same for every view
    """Write a command a line, the errors first; of each level the artifacts that have it are read for themselves."""
    for level in LEVELS:
        out.writelines(f"{_command(annotation)}\n" for annotation in _annotations(report, level))


def _annotations(report: Report, level: Level) -> Iterator[_Annotation]:
    for row in report.unseen if level == "error" else ():
        name = name_of(row.path, row.members, row.slice)
        yield _Annotation(level, row.path, f"not inspected: {name}", (f"{row.kind}: {row.reason}",))

    def wanted(outcome: Outcome | Notable) -> bool:
        return _level(outcome, report.threshold) == level

    for entry in entries(report, wanted):
        outcomes = sorted(filter(wanted, entry.outcomes), key=lambda outcome: -outcome.severity.rank)
        if level != "notice":
            for outcome in outcomes:
                named = f"{title(outcome)}: {entry.name}"
                yield _Annotation(level, entry.path, named, (outcome.message, *details(outcome)))
        elif outcomes:
            said = tuple(f"{title(note)}: {note.message}" for note in outcomes)
            yield _Annotation(level, entry.path, f"worth knowing: {entry.name}", said)


def _level(outcome: Outcome | Notable, threshold: Threshold) -> Level | None:
    """Return how an outcome is annotated; None for what is no finding, or was waived."""
    if refused(outcome, threshold):
        return "error"
    if outcome.status is not Status.FAIL or outcome.waiver is not None:
        return None
    return "notice" if outcome.severity is Severity.NOTE else "warning"


def _command(annotation: _Annotation) -> str:
    given = {} if annotation.path in {None, _STANDARD_INPUT} else {"file": annotation.path or ""}
    properties = {**given, "title": annotation.title}
    written = ",".join(f"{key}={_property(neutral(value))}" for key, value in properties.items())
    message = "\n".join(neutral(line) for line in annotation.lines)
    return f"::{annotation.level} {written}::{_data(_cut(message))}"


def _cut(message: str) -> str:
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 2]} …"


def _data(text: str) -> str:
    """Escape a message; its own newlines stay newlines to the reader."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
