"""Every format, and the exit code, say the same of what fails."""

import json
import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from inspector.model import Severity
from inspector.reports import RENDERERS
from inspector.reports.summary import name_of
from inspector.run import exit_code
from tests.reports import made
from tests.reports.gates import CUT, GATES, MISSING, UNDECIDED
from tests.reports.runner import obeyed

RELEASE = "release"


def from_json(text, report):
    """What failed, is not waived and is severe enough; what is unknown has no word there of being declared."""
    document = json.loads(text)
    found = [
        (name_of(file["path"], tuple(file["members"]), image["slice"]), outcome)
        for file in document["files"]
        for image in file["images"]
        for outcome in image["outcomes"]
    ]
    found += [(RELEASE, outcome) for outcome in document["release"]]
    failed = {
        (name, outcome["rule"])
        for name, outcome in found
        if outcome["status"] == "fail" and not outcome["waiver"] and severe(outcome["severity"], report)
    }
    crashed = {(name, outcome["rule"]) for name, outcome in found if outcome["status"] == "error"}
    declared = ((name, outcome) for name, outcome in found if outcome["rule"] == UNDECIDED.rule)
    undecided = {(name, outcome["rule"]) for name, outcome in declared if outcome["status"] == "unknown"}
    counts = report.threshold.strict and report.threshold.fail_on is not None
    return failed | crashed | (undecided if counts else set())


def from_junit(text, _report):
    """The test cases that failed or broke."""
    return {
        (case.get("classname"), rule_of(case.get("name")))
        for suite in ElementTree.fromstring(text.encode())
        for case in suite
        if case.find("failure") is not None or case.find("error") is not None
        if suite.get("name") != "not inspected"
    }


def from_github(text, _report):
    """The annotations that are errors."""
    titles = [command.properties["title"] for command in obeyed(text) if command.name == "error"]
    pairs = [title.partition(": ") for title in titles if not title.startswith("not inspected: ")]
    return {(name, rule_of(rule)) for rule, _, name in pairs}


def from_markdown(text, _report):
    """The bullets with a cross, under the name of the artifact they are folded below."""
    found, name = set(), RELEASE
    for line in text.splitlines():
        if summary := re.match("<details><summary>.* <code>(.*)</code></summary>", line):
            name = unescape(summary[1])
        elif bullet := re.match(r"- ❌ \*\*(.*?)\*\* \(GBI", line):
            found.add((name, bullet[1]))
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ❌")]
    named = {(row[1].strip("`"), rule) for row in rows for rule in re.findall(r"\*\*(.*?)\*\*", row[5])}
    assert named == {pair for pair in found if pair[0] != RELEASE}
    return found


def from_sarif(text, report):
    """The results that nothing suppresses and that are severe enough, or are open questions."""
    found = set()
    for result in json.loads(text)["runs"][0]["results"]:
        path = unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        given = result["properties"]
        name = name_of(path, tuple(given["members"]), given["slice"])
        if not result["suppressions"] and (result["kind"] == "open" or severe(result["level"], report)):
            found.add((name, result["ruleId"]))
    return named_release(found)


def from_gitlab(text, report):
    """The entries that are severe enough; their place is the file on disk."""
    severity = {"critical": "error", "major": "warning", "info": "note"}
    skipped = {row.kind.value for row in report.skipped}
    return named_release(
        (entry["location"]["path"], entry["check_name"])
        for entry in json.loads(text)
        if severe(severity[entry["severity"]], report) and entry["check_name"] not in skipped
    )


def named_release(found):
    """What is about the release as a whole has its directory for a place."""
    return {(RELEASE if rule in {MISSING.id, MISSING.rule} else name, rule) for name, rule in found}


def severe(severity, report):
    fail_on = report.threshold.fail_on
    return fail_on is not None and Severity(severity).rank >= fail_on.rank


def rule_of(title):
    return re.fullmatch(r"([a-z-]+) \(GBI\d+\)", title)[1]


def written(name, report):
    return made.written(next(renderer for renderer in RENDERERS if renderer.name == name).render, report)


def ids(report, pairs):
    """The same pairs with the rules' ids."""
    known = {o.rule: o.id for file in report.files for image in file.images for o in image.outcomes}
    known |= {outcome.rule: outcome.id for outcome in report.release}
    return {(name, known[rule]) for name, rule in pairs}


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
@pytest.mark.parametrize("read", [from_json, from_junit, from_github, from_markdown])
def test_a_format_refuses_what_is_refused(gate, read):
    text = written(read.__name__.removeprefix("from_"), gate.report)
    assert read(text, gate.report) == gate.refused


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_sarif_has_what_is_refused(gate):
    assert from_sarif(written("sarif", gate.report), gate.report) == ids(gate.report, gate.refused)


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_gitlab_has_what_is_refused(gate):
    outermost = {(name.partition(" ")[0], rule) for name, rule in gate.refused}
    assert from_gitlab(written("gitlab", gate.report), gate.report) == outermost


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_the_exit_code_follows(gate):
    paths = tuple(file.path for file in gate.report.files) or ("empty",)
    assert exit_code(gate.report, paths) is gate.code


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_what_was_not_inspected_is_in_every_format(gate):
    cut = CUT in gate.report.skipped
    for name in ("json", "junit", "github", "markdown", "sarif", "gitlab"):
        assert (CUT.path in written(name, gate.report)) == cut, name
