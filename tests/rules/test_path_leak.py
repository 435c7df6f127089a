"""path-leak."""

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import path_leak as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

GOROOT = Evidence("GOROOT", "/usr/local/go/src/fmt/print.go and 300 more", 0x1000)
HOME = Evidence("home directory or CI workspace", "/home/runner/work/shop/shop/main.go", 0x2000)


def test_no_absolute_path_passes():
    assert status_of(rule, subject(go_build(traits={"build_paths": ()}))) is Status.PASS


def test_absolute_paths_are_a_note_that_names_each_kind():
    outcome = outcome_of(rule, subject(go_build(traits={"build_paths": (GOROOT, HOME)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert "GOROOT, home directory or CI workspace" in outcome.message
    assert outcome.evidence == (GOROOT, HOME)
    assert "-trimpath" in (outcome.fix or "")


def test_only_what_is_there_is_named():
    assert "home" not in outcome_of(rule, subject(go_build(traits={"build_paths": (GOROOT,)}))).message


def test_an_unread_table_is_unknown():
    assert status_of(rule, subject(go_build(traits={"build_paths": Unknown("no table")}))) is Status.UNKNOWN


def test_where_trimpath_was_asked_for_it_is_an_error():
    build = go_build(traits={"build_paths": (GOROOT,)})
    outcome = outcome_of(rule, subject(build, trimpath=Declared(True, "policy x")))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert outcome.message == "source paths tell of the build machine: GOROOT, but -trimpath was asked for (policy x)"
    assert outcome_of(rule, subject(build, trimpath=Declared(False, "policy x"))) == outcome_of(rule, subject(build))


def test_where_trimpath_was_asked_for_no_path_passes():
    build = go_build(traits={"build_paths": ()})
    assert status_of(rule, subject(build, trimpath=Declared(True, "policy x"))) is Status.PASS
