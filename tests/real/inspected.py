"""Run the whole pipeline on one file, as a test wants it."""

from __future__ import annotations

from pathlib import Path

from inspector.batch import inspect_paths
from inspector.intent import Plan
from inspector.model import FileReport, GoBuild, ImageReport, Intent, Outcome, SkipKind
from inspector.pipeline import Options
from inspector.rules import select


def report_on(path: Path, intent: Intent | None = None) -> FileReport:
    """The report on a file that must be inspected whole."""
    report = inspect_paths([str(path)], Options(plan=Plan(declared=intent or Intent()), rules=select()))
    assert not report.skipped, report.skipped
    (file,) = report.files
    return file


def image_of(path: Path, intent: Intent | None = None) -> ImageReport:
    """The one image of a file."""
    (image,) = report_on(path, intent).images
    return image


def build_of(path: Path) -> GoBuild:
    """The facts of a file's one image."""
    return image_of(path).build


def outcomes_of(path: Path, intent: Intent | None = None) -> dict[str, Outcome]:
    """A file's outcomes by rule."""
    return {outcome.rule: outcome for outcome in image_of(path, intent).outcomes}


def is_not_go(path: Path) -> bool:
    """Whether nothing is inspected of a file, for the reason that it is no Go program."""
    report = inspect_paths([str(path)], Options(rules=select()))
    assert report.files == ()
    (row,) = report.skipped
    return row.kind is SkipKind.NOT_GO and "not Go" in row.reason
