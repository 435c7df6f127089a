"""JUnit XML is what viewers read, and counts what it holds."""

from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from msgspec.structs import replace

from inspector.model import Severity, Threshold
from inspector.reports.junit import render
from tests.reports import made
from tests.reports.gates import CUT, GATES, MISSING, README, REPORTS, UNDECIDED, WAIVED, one
from tests.reports.test_hostile import poisoned

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "schemas" / "junit" / "junit-10.xsd")
written = partial(made.written, render)


def parsed(report):
    return ElementTree.fromstring(written(report).encode())


def case_of(outcome, **threshold):
    """The one test case of a report with one outcome."""
    (case,) = parsed(replace(one(outcome), threshold=Threshold(**threshold))).iter("testcase")
    return case


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("change", [lambda report: report, poisoned], ids=["as it is", "hostile"])
def test_the_document_is_valid(name, change):
    text = written(change(REPORTS[name]))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gobin-inspect" tests="')
    SCHEMA.validate(text)


@pytest.mark.parametrize("name", REPORTS)
def test_every_count_is_of_what_is_there(name):
    root = parsed(REPORTS[name])
    kinds = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in root.iter():
        for attribute, kind in kinds.items():
            if element.tag == "testsuite" or (element is root and attribute != "skipped"):
                assert element.get(attribute) == str(len(list(element.iter(kind)))), (element.attrib, attribute)


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "nothing"])
def test_a_test_case_is_known_by_artifact_and_rule(name):
    report = REPORTS[name]
    cases = [(case.get("classname"), case.get("name")) for case in parsed(report).iter("testcase")]
    assert len(set(cases)) == len(cases)
    outcomes = sum(len(image.outcomes) for file in report.files for image in file.images) + len(report.release)
    assert len(cases) == outcomes + sum(row.matters for row in report.skipped)


def test_what_passes_says_nothing():
    case = case_of(made.PASSED)
    assert (case.get("classname"), case.get("name"), list(case)) == ("app", "wrong-goarch (GBI102)", [])


def test_a_failure_has_its_message_its_evidence_and_its_fix():
    (failure,) = case_of(made.WRONG)
    message = "built for amd64, but 386 was meant (file name)"
    assert (failure.tag, failure.get("type"), failure.get("message")) == ("failure", "error", message)
    assert failure.text.splitlines() == [
        message,
        "COFF machine: 0x8664 (amd64) at 0x84",
        "recorded GOARCH: amd64 at 0x1c4010",
        "fix: GOARCH=386 go build ...",
    ]


def test_a_finding_that_does_not_count_passes_and_is_told():
    (said,) = case_of(made.ZONES)
    assert said.tag == "system-out"
    assert said.text.splitlines()[0] == "warning: Windows has no zone database for Go to read"
    (said,) = case_of(made.WRONG, fail_on=None)
    assert (said.tag, said.text.splitlines()[0][:20]) == ("system-out", "error: built for amd")
    (said,) = case_of(WAIVED, fail_on=Severity.NOTE)
    assert said.tag == "system-out"
    assert said.text.splitlines()[0] == "waived: built for amd64, but 386 was meant (file name)"
    assert said.text.splitlines()[-1] == "waived: ships in May (policy p.toml:waivers[0] until 2027-05-01)"


def test_the_threshold_decides_what_fails():
    assert case_of(made.ZONES, fail_on=Severity.WARNING)[0].get("type") == "warning"
    assert case_of(made.NOTE, fail_on=Severity.NOTE)[0].get("type") == "note"
    assert case_of(UNDECIDED)[0].tag == "skipped"
    failure = case_of(UNDECIDED, strict=True)[0]
    assert (failure.tag, failure.get("type"), failure.text) == ("failure", "unknown", "the file table cannot be read")


@pytest.mark.parametrize(("outcome", "kind"), [(made.ABSENT, "not-applicable"), (made.UNREAD, "unknown")])
def test_what_was_not_decided_was_skipped(outcome, kind):
    (skipped,) = case_of(outcome)
    assert (skipped.tag, skipped.get("type")) == ("skipped", kind)
    assert skipped.get("message") == skipped.text == outcome.message


@pytest.mark.parametrize("strict", [False, True])
def test_a_crashed_rule_is_an_error(strict):
    (error,) = case_of(made.CRASH, strict=strict)
    assert (error.tag, error.get("type"), error.text) == ("error", "rule-crashed", "the rule crashed: KeyError: 'go'")


def test_suites_are_the_artifacts_the_release_and_what_was_not_inspected():
    report = replace(made.universal(), release=(MISSING,), skipped=(CUT, README), unseen=(CUT,))
    suites = [(suite.get("name"), suite.get("file")) for suite in parsed(report)]
    assert suites == [
        ("dist/app-darwin (arm64)", "dist/app-darwin"),
        ("dist/app-darwin (x86_64)", "dist/app-darwin"),
        ("release", None),
        ("not inspected", None),
    ]
    (unseen,) = parsed(report)[-1]
    assert (unseen.get("classname"), unseen.get("name")) == ("dist/cut.tar.gz", "truncated")
    assert (unseen[0].tag, unseen[0].get("type")) == ("error", "truncated")
    assert unseen[0].text == unseen[0].get("message") == "the archive ends inside a member"


def test_the_same_report_is_the_same_bytes():
    assert written(GATES["verify"].report) == written(GATES["verify"].report)


def test_what_xml_forbids_is_spelled_out():
    name = "a\x00b\ufffe\udcffc\x85<&\"'>\t\n]]>"
    text = written(made.report(made.file(name, made.image(None, made.PASSED))))
    shown = r"""a\x00b\ufffe\xffc\x85<&"'>\x09\x0a]]>"""
    assert ElementTree.fromstring(text.encode())[0].get("name") == shown
