"""The report as JUnit XML: one test suite for each artifact, one test case for each rule.

There is no one definition of the format. This is what the schema of Jenkins' xUnit plugin allows, of which GitLab
and Jenkins read: a test case's ``classname`` and ``name``, which GitLab takes as its key; what is written inside of
failure, error and skipped, as GitLab leaves out their ``message``; and ``message``, which Jenkins shows first. A
suite is written before the next one is made, a long one piece by piece, and nothing in it depends on the time or
the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from inspector import PROGRAM
from inspector.model import Outcome, Report, Skipped, Status, Threshold
from inspector.reports.entries import details, entries, title
from inspector.reports.safe import neutral
from inspector.reports.summary import name_of, notable_of, summarise
from inspector.reports.view import View

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NOT_INSPECTED: Final = "not inspected"
"""The suite of what could not be inspected."""
_TIME: Final = {"time": 0}
_AT_ONCE: Final = 100
"""Test cases that are in memory: those of an image, and of what could not be inspected some."""


class _Case(NamedTuple):
    """One test case; ``element`` is None for one that passed and has nothing to say. ``text`` is neutral already."""

    artifact: str
    name: str
    element: str | None = None  # failure | error | skipped | system-out
    kind: str = ""
    message: str = ""
    text: str = ""


class _Suite(NamedTuple):
    """One test suite; ``counts`` are those of its cases."""

    name: str
    path: str | None
    counts: dict[str, int]
    cases: Iterable[_Case]


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the report as one XML document."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    with _written(_element("testsuites", {"name": PROGRAM, **_totals(report), **_TIME}), 0, out):
        for suite in _suites(report):
            file = {} if suite.path is None else {"file": suite.path}
            with _written(_element("testsuite", {"name": suite.name, **_TIME, **file, **suite.counts}), 1, out):
                cases = iter(suite.cases)
                while some := tuple(islice(cases, _AT_ONCE)):
                    out.write(_lines(map(_case_element, some)))


def _suites(report: Report) -> Iterator[_Suite]:
    for entry in entries(report):
        cases = [_case(entry.name, outcome, report.threshold) for outcome in entry.outcomes]
        yield _Suite(entry.name, entry.path, _counts(case.element for case in cases), cases)
    if report.unseen:
        yield _Suite(NOT_INSPECTED, None, _counts("error" for _ in report.unseen), map(_unseen, report.unseen))


def _unseen(row: Skipped) -> _Case:
    artifact = name_of(row.path, row.members, row.slice)
    return _Case(artifact, row.kind, "error", row.kind, row.reason, neutral(row.reason))


def _case(artifact: str, outcome: Outcome, threshold: Threshold) -> _Case:
    name = title(outcome)
    if outcome.status is Status.PASS:
        return _Case(artifact, name)
    element, kind = _verdict(outcome, threshold)
    said = outcome.message if element != "system-out" else f"{_standing(outcome)}: {outcome.message}"
    return _Case(artifact, name, element, kind, outcome.message, "\n".join((neutral(said), *details(outcome))))


def _verdict(outcome: Outcome, threshold: Threshold) -> tuple[str, str]:
    """Return the element that says how a test case ended, and its type."""
    if outcome.status is Status.ERROR:
        return "error", "rule-crashed"
    if threshold.counts(outcome):
        return "failure", outcome.severity.value if outcome.status is Status.FAIL else outcome.status.value
    return ("system-out", "") if outcome.status is Status.FAIL else ("skipped", outcome.status.value)


def _standing(outcome: Outcome) -> str:
    """Say what a finding is that makes no test case fail."""
    return "waived" if outcome.waiver else outcome.severity.value


def _case_element(case: _Case) -> Element:
    element = _element("testcase", {"classname": case.artifact, "name": case.name, **_TIME})
    if case.element is not None:
        told = {} if case.element == "system-out" else {"type": case.kind, "message": case.message}
        said = _element(case.element, told)
        said.text = case.text
        element.append(said)
    return element


def _element(name: str, attributes: Mapping[str, object]) -> Element:
    from xml.etree.ElementTree import Element

    # neutral() leaves none of the characters that XML 1.0 forbids, nor one that a parser would change.
    return Element(name, {key: neutral(str(value)) for key, value in attributes.items()})


@contextmanager
def _written(element: Element, depth: int, out: TextIO) -> Iterator[None]:
    """Write an element, and in it the lines that are written meanwhile."""
    from xml.etree import ElementTree

    element.text = "\n"  # of which the tags have none
    opening, closing = ElementTree.tostring(element, encoding="unicode").split("\n")
    out.write(f"{'  ' * depth}{opening}\n")
    yield
    out.write(f"{'  ' * depth}{closing}\n")


def _lines(cases: Iterable[Element]) -> str:
    """Return the lines of test cases, as they stand in a suite."""
    from xml.etree import ElementTree

    suite = ElementTree.Element("testsuite")
    suite.extend(cases)
    ElementTree.indent(suite, level=1)
    _, _, inner = ElementTree.tostring(suite, encoding="unicode").partition("\n")
    return inner.removesuffix("  </testsuite>")


def _totals(report: Report) -> dict[str, int]:
    """Count what all suites have together, without making them."""
    by_status = summarise(report).by_status
    failures = (outcome for outcome in notable_of(report) if outcome.status is not Status.ERROR)
    return {
        "tests": sum(by_status.values()) + len(report.unseen),
        "failures": sum(map(report.threshold.counts, failures)),
        "errors": by_status[Status.ERROR] + len(report.unseen),
    }


def _counts(elements: Iterable[str | None]) -> dict[str, int]:
    """Count as JUnit does: what failed, what broke, what did not run."""
    by_element = Counter(elements)
    return {
        "tests": by_element.total(),
        "failures": by_element["failure"],
        "errors": by_element["error"],
        "skipped": by_element["skipped"],
    }
