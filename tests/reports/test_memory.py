"""No format holds the full reports of a long run, what it makes of them, or the rows of what nobody asked for.

What a run keeps of every artifact in any case are its brief and what is made of that: a name, a place, fingerprints.
"""

import gc
import os
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from inspector.briefs import brief_of
from inspector.model import Evidence, Report, SkipKind, Status, Threshold
from inspector.reports import RENDERERS, Renderer, View
from tests.reports import made
from tests.reports.gates import MISSING

TEXT = 2000
"""Characters of each message and reason: what holds them is far above what may be held of each item."""
RULES = 8
ARTIFACT = 4 * 1024
"""Bytes for each artifact, its eight alerts included: an eighth of its texts."""
ROW = 400
"""Bytes for each row that was not inspected and matters; these are in memory in any case, with their reasons."""

OUTPUTS = [
    *((renderer, View()) for renderer in RENDERERS),
    *(
        (RENDERERS[0], View(grid=grid, verbose=verbose, quiet=quiet, colour=colour))
        for grid, verbose, quiet, colour in [
            (False, True, False, False),
            (False, False, True, False),
            (True, False, False, False),
            (True, False, True, False),
            (True, True, False, False),
        ]
    ),
]


class Lazy(Sequence[Any]):
    """What is made anew each time it is asked for."""

    def __init__(self, count: int, make: Callable[[int], Any]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        if number not in range(-self._count, self._count):
            raise IndexError(number)
        return self._make(number % self._count)


def inspected(number: int):
    """A program with several findings, each with texts of its own."""
    outcomes = [
        made.outcome(
            f"rule-{rule}",
            f"GBI1{rule:02}",
            Status.FAIL,
            message=f"{number} {rule} {'m' * TEXT}",
            evidence=[Evidence("found", f"{number} {rule} {'e' * TEXT}", number)],
        )
        for rule in range(RULES)
    ]
    return made.file(f"dist/app_{number:05}", made.image(None, *outcomes))


def of_files(count: int) -> Report:
    report = replace(made.report(), release=(MISSING,), threshold=Threshold(strict=True))
    return replace(report, files=Lazy(count, inspected), briefs=tuple(brief_of(inspected(n)) for n in range(count)))


def row(number: int, kind: SkipKind):
    return made.skip(f"dist/file_{number:05}", kind, f"{number} {'r' * TEXT}")


def of_rows(count: int, kind: SkipKind) -> Report:
    rows = Lazy(count, lambda number: row(number, kind))
    # One row is what a finding about the release is about, and has to be found among all.
    outcome = replace(MISSING, evidence=(Evidence("dist/file_00001", "not in the list", None),))
    report = replace(made.report(), skipped=rows, release=(outcome,))
    return report if kind.harmless else replace(report, unseen=tuple(rows))


def taken(report: Report, renderer: Renderer[Report], view: View) -> int:
    """The most that is held while a report is written and was not before, in bytes."""
    gc.collect()
    with Path(os.devnull).open("w", encoding="utf-8") as out:
        tracemalloc.start()
        try:
            renderer.render(report, out, view)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def growth(make: Callable[[int], Report], output: tuple[Renderer[Report], View], few: int, many: int) -> float:
    """Bytes that each item costs from a number on at which whatever does not grow is there."""
    taken(make(few // 10), *output)  # imports, and what is made once
    return (taken(make(many), *output) - taken(make(few), *output)) / (many - few)


def marks(view: View) -> list[str]:
    return [name for name in ("grid", "verbose", "quiet", "colour") if getattr(view, name)]


each_output = pytest.mark.parametrize(
    "output", OUTPUTS, ids=lambda output: " ".join((output[0].name, *marks(output[1])))
)


@each_output
def test_no_format_holds_what_is_said_of_artifacts(output):
    assert growth(of_files, output, 50, 150) < ARTIFACT


@each_output
@pytest.mark.parametrize(("kind", "bound"), [(SkipKind.NOT_GO, ROW / 10), (SkipKind.TRUNCATED, ROW)])
def test_no_format_holds_what_is_said_of_what_was_not_inspected(output, kind, bound):
    assert growth(lambda count: of_rows(count, kind), output, 2000, 3000) < bound


def test_what_holds_it_all_is_found_out():
    def holding(report, out, _):
        out.write("".join([outcome.message for file in report.files for outcome in file.images[0].outcomes]))

    assert growth(of_files, (Renderer("holding", holding), View()), 50, 150) > 4 * ARTIFACT
