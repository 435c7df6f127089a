"""What binds a rule, so that the release gate takes its ``unknown`` for a failure."""

import pytest
from msgspec.structs import replace

from inspector.engine import judge
from inspector.model import METADATA, Declared, Severity, Status, Threshold, Unknown
from inspector.rules import dirty_tree, wrong_cgo, wrong_goos, wrong_microarch, wrong_version
from tests.build.facts import go_build, subject

GATE = Threshold(strict=True)
LOST = Unknown("no function table")
RECORDLESS = go_build(observed={"goos": LOST, "cgo": LOST}, recorded=Unknown("no build info"))


def outcome(rule, **meant):
    return judge(subject(RECORDLESS, **meant), (rule,))[0]


@pytest.mark.parametrize("source", ["option --goos", "environment GOOS", "policy x.toml:targets[0]", "artifacts.json"])
def test_a_declaration_binds(source: str):
    seen = outcome(wrong_goos.RULE, goos=Declared("linux", source))
    assert (seen.status, seen.bound) == (Status.UNKNOWN, True)
    assert GATE.counts(seen)
    assert not Threshold().counts(seen)


def test_a_name_does_not():
    seen = outcome(wrong_goos.RULE, goos=Declared("linux", "file name", by_name=True))
    assert (seen.status, seen.bound) == (Status.UNKNOWN, False)
    assert not GATE.counts(seen)


def test_a_level_binds_as_any_other_key():
    assert outcome(wrong_microarch.RULE, microarch={"GOAMD64": Declared("v1", "option --goamd64")}).bound
    assert not outcome(wrong_microarch.RULE, microarch={"GOAMD64": Declared("v1", "file name", by_name=True)}).bound


def test_what_release_metadata_say_of_all_programs_is_compared_and_binds_nothing():
    said = {"version": Declared("v1.2.3", METADATA), "clean": Declared(True, METADATA)}
    for rule in (wrong_version.RULE, dirty_tree.RULE):
        seen = outcome(rule, **said)
        assert (seen.status, seen.bound) == (Status.UNKNOWN, False)
    (wrong,) = judge(subject(go_build(), version=Declared("v9.9.9", METADATA)), (wrong_version.RULE,))
    assert wrong.status is Status.FAIL
    assert GATE.counts(wrong)


def test_the_gate_never_fails_where_nothing_is_to_fail():
    seen = outcome(wrong_cgo.RULE, cgo=Declared(False, "option --cgo"))
    assert GATE.counts(seen)
    assert not replace(GATE, fail_on=None).counts(seen)
    assert replace(GATE, fail_on=Severity.WARNING).counts(seen)
