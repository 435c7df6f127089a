"""identity-chain-broken."""

import pytest

from inspector.model import Evidence, Identity, Severity, Status, Unknown
from inspector.rules import identity_chain_broken as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

HOST = Evidence("GNU build ID", "00ff", 0x100)
SETTINGS = Evidence("settings in the build info", "build\tGOOS=linux", 0x200)
PROOFS = {"identity.host_id": (HOST,), "identity.settings": (SETTINGS,)}


def build(host_id: bool | None = True, settings: bool | None = True, **changes: object):
    traits = {"identity": Identity(host_id=host_id, settings=settings), **changes.pop("traits", {})}
    recorded_settings = {"-trimpath": None, **changes.pop("settings_recorded", {})}
    return go_build(traits=traits, settings=recorded_settings, proofs=PROOFS, **changes)


@pytest.mark.parametrize(("host_id", "settings"), [(True, True), (None, True), (True, None)])
def test_links_that_hold_pass(host_id, settings):
    assert status_of(rule, subject(build(host_id, settings))) is Status.PASS


def test_a_foreign_host_id_is_a_note_with_its_proof():
    outcome = outcome_of(rule, subject(build(host_id=False)))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)
    assert outcome.message == rule.HOST
    assert outcome.evidence == (HOST,)


def test_two_different_copies_of_the_settings_fail():
    outcome = outcome_of(rule, subject(build(settings=False)))
    assert outcome.status is Status.FAIL
    assert outcome.message == rule.SETTINGS
    assert outcome.evidence == (SETTINGS,)


def test_another_version_than_the_runtime_s_fails():
    outcome = outcome_of(rule, subject(build(recorded={"go_version": "go1.26.6"})))
    assert outcome.status is Status.FAIL
    assert outcome.message == "go1.26.6 is recorded, but the runtime is go1.27.3"


def test_every_broken_link_is_named():
    outcome = outcome_of(rule, subject(build(False, False)))
    assert outcome.message == f"{rule.HOST}; {rule.SETTINGS}"
    assert outcome.evidence == (HOST, SETTINGS)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("-B 0x0123", Status.PASS),
        ("-s -w -B=0x0123", Status.PASS),
        ("-X 'main.a=-B 0x0'", Status.FAIL),
        ("-B gobuildid", Status.FAIL),
        ("-s -w", Status.FAIL),
    ],
)
def test_an_id_that_was_given_is_no_break(flags, status):
    changed = build(host_id=False, settings_recorded={"-ldflags": flags})
    assert status_of(rule, subject(changed)) is status


@pytest.mark.parametrize(
    "changes",
    [
        {"settings_recorded": {"-trimpath": "true"}},
        {"recorded": {"settings": {}}},
        {"recorded": Unknown("no build info")},
    ],
)
def test_a_foreign_id_without_recorded_flags_is_unknown(changes):
    outcome = outcome_of(rule, subject(build(host_id=False, **changes)))
    assert outcome.status is Status.UNKNOWN
    assert outcome.evidence == (HOST,)


def test_other_broken_links_are_told_all_the_same():
    changed = build(False, False, settings_recorded={"-trimpath": "true"})
    outcome = outcome_of(rule, subject(changed))
    assert (outcome.status, outcome.message) == (Status.FAIL, rule.SETTINGS)


def test_an_unread_version_of_the_runtime_breaks_nothing():
    assert status_of(rule, subject(build(observed={"go_version": Unknown("a plugin has none")}))) is Status.PASS
    assert status_of(rule, subject(build(recorded={"go_version": Unknown("none is recorded")}))) is Status.PASS


@pytest.mark.parametrize(
    "changed",
    [
        build(False, False, traits={"go_minor": 23}),
        build(False, False, settings_recorded={"-buildmode": "c-archive"}),
        build(None, None),
    ],
    ids=["before-1.24", "c-archive", "nothing-to-compare"],
)
def test_where_there_is_no_chain_it_is_not_applicable(changed):
    assert status_of(rule, subject(changed)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("compiler", ["gccgo", "tinygo"])
def test_other_compilers_have_no_chain(compiler):
    lost = build(observed={"compiler": compiler}, traits={"go_minor": Unknown("unknown to it")})
    assert status_of(rule, subject(lost)) is Status.NOT_APPLICABLE


def test_an_unread_release_is_unknown():
    assert status_of(rule, subject(build(traits={"go_minor": Unknown("no version")}))) is Status.UNKNOWN
