"""no-build-info. It cannot be unknown: that the record cannot be read is what it reports."""

import pytest

from inspector.model import Severity, Status, Unknown
from inspector.rules import no_build_info as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of


def test_a_record_passes():
    outcome = outcome_of(rule, subject())
    assert outcome.status is Status.PASS
    assert outcome.message == "recorded by go1.27.3"


def test_no_record_is_a_note_with_the_reason():
    outcome = outcome_of(rule, subject(go_build(recorded=Unknown("no build info header"))))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)
    assert "no build info header" in outcome.message


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("no build info", "no build info"),
        ("TinyGo 0.42.0 records no build info", "TinyGo 0.42.0 records no build info"),
        ("its version is longer than 256 bytes", "the build info cannot be read: its version is longer than 256 bytes"),
    ],
)
def test_the_reason_is_said_once(reason, message):
    assert outcome_of(rule, subject(go_build(recorded=Unknown(reason)))).message == message


def test_tinygo_is_given_no_advice_that_it_cannot_take():
    lost = Unknown("TinyGo 0.42.0 records no build info")
    assert outcome_of(rule, subject(go_build(recorded=lost, observed={"compiler": "tinygo"}))).fix is None
    assert outcome_of(rule, subject(go_build(recorded=lost))).fix == rule.FIX


def test_a_record_of_the_version_alone_is_a_note():
    empty = {"path": None, "main": None, "settings": {}}
    outcome = outcome_of(rule, subject(go_build(recorded=empty)))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)
    assert "go1.27.3 and nothing else" in outcome.message


def test_gccgos_record_has_no_version():
    outcome = outcome_of(rule, subject(go_build(recorded={"go_version": Unknown("gccgo records no Go version")})))
    assert outcome.status is Status.PASS
    assert outcome.message == "recorded by the go command"
