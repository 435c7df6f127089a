"""The report as JUnit XML: one test suite for each artifact, one test case for each rule.

There is no one definition of the format. This is what the schema of Jenkins' xUnit plugin allows, of which GitLab
and Jenkins read: a test case's ``classname`` and ``name``, which GitLab takes as its key; what is written inside of
failure, error and skipped, as GitLab leaves out their ``message``; and ``message``, which Jenkins shows first. A
suite is written before the next one is made, and nothing in it depends on the time or the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from inspector import PROGRAM
from inspector.model import Outcome, Report, Status, Threshold
from inspector.reports.entries import details, entries, title
from inspector.reports.safe import neutral
from inspector.reports.summary import name_of, notable_of, summarise
from inspector.reports.view import View

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NOT_INSPECTED: Final = "not inspected"
"""The suite of what could not be inspected."""


class _Case(NamedTuple):
    """One test case; ``element`` is None for one that passed and has nothing to say. ``text`` is neutral already."""

    artifact: str
    name: str
    element: str | None = None  # failure | error | skipped | system-out
    kind: str = ""
    message: str = ""
    text: str = ""


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the report as one XML document."""
    from xml.etree import ElementTree

    counts = "".join(f' {name}="{number}"' for name, number in _totals(report).items())
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="{PROGRAM}"{counts} time="0">\n')
    for name, path, cases in _suites(report):
        suite = _suite(name, path, cases)
        ElementTree.indent(suite, level=1)
        out.write(f"  {ElementTree.tostring(suite, encoding='unicode')}\n")
    out.write("</testsuites>\n")


def _suites(report: Report) -> Iterator[tuple[str, str | None, list[_Case]]]:
    """Yield each suite's name, file and test cases."""
    for entry in entries(report):
        yield entry.name, entry.path, [_case(entry.name, outcome, report.threshold) for outcome in entry.outcomes]
    unseen = [
        _Case(name_of(row.path, row.members, row.slice), row.kind, "error", row.kind, row.reason, neutral(row.reason))
        for row in report.unseen
    ]
    if unseen:
        yield NOT_INSPECTED, None, unseen


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


def _suite(name: str, path: str | None, cases: list[_Case]) -> Element:
    from xml.etree.ElementTree import Element

    # neutral() leaves none of the characters that XML 1.0 forbids, nor one that a parser would change.
    suite = Element("testsuite", name=neutral(name), time="0")
    if path is not None:
        suite.set("file", neutral(path))
    for key, number in _counts(cases).items():
        suite.set(key, str(number))
    suite.extend(_element(case) for case in cases)
    return suite


def _element(case: _Case) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    element = Element("testcase", classname=neutral(case.artifact), name=neutral(case.name), time="0")
    if case.element is not None:
        said = SubElement(element, case.element)
        said.text = case.text
        if case.element != "system-out":
            said.set("type", case.kind)
            said.set("message", neutral(case.message))
    return element


def _totals(report: Report) -> dict[str, int]:
    """Count what all suites have together, without making them."""
    by_status = summarise(report).by_status
    failures = (outcome for outcome in notable_of(report) if outcome.status is not Status.ERROR)
    return {
        "tests": sum(by_status.values()) + len(report.unseen),
        "failures": sum(map(report.threshold.counts, failures)),
        "errors": by_status[Status.ERROR] + len(report.unseen),
    }


def _counts(cases: Iterable[_Case]) -> dict[str, int]:
    """Count as JUnit does: what failed, what broke, what did not run."""
    by_element = Counter(case.element for case in cases)
    return {
        "tests": by_element.total(),
        "failures": by_element["failure"],
        "errors": by_element["error"],
        "skipped": by_element["skipped"],
    }
