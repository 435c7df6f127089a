"""libc-needed."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import hidden_cgo
from inspector.rules import libc_needed as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

STATIC = Declared(True, "option --static")
DYNAMIC = Declared(False, "option --no-static")
CGO_OFF = Declared(False, "option --cgo")

PROOF = Evidence("needed", "libc.so.6", 0x1000)
GLIBC = go_build(
    observed={"cgo": True, "needed": ("libc.so.6",), "libc": "glibc", "glibc_floor": "2.34"},
    settings={"CGO_ENABLED": "1"},
    proofs={"needed": (PROOF,)},
)
PIE_WITHOUT_LIBRARIES = go_build(observed={"interpreter": "/lib64/ld-linux-x86-64.so.2", "linkage": "dynamic"})


@pytest.mark.parametrize(
    ("meant", "severity"),
    [({"static": STATIC}, Severity.ERROR), ({"cgo": CGO_OFF}, Severity.WARNING),
     ({"static": STATIC, "cgo": CGO_OFF}, Severity.ERROR)],
)  # fmt: skip
def test_a_needed_libc_fails_as_hard_as_it_was_declared(meant, severity):
    outcome = outcome_of(rule, subject(GLIBC, **meant))
    assert (outcome.status, outcome.severity) == (Status.FAIL, severity)
    assert outcome.evidence == (PROOF,)


def test_the_oldest_usable_glibc_is_named():
    message = rule.check(subject(GLIBC, static=STATIC)).message
    assert message == "needs glibc 2.34 or newer, but a static file was meant (option --static)"


def test_musl_counts_too():
    build = go_build(observed={"needed": ("libc.musl-x86_64.so.1",), "libc": "musl", "cgo": True})
    assert "needs musl, but" in rule.check(subject(build, cgo=CGO_OFF)).message


@pytest.mark.parametrize("build", [go_build(), PIE_WITHOUT_LIBRARIES])
def test_no_libc_passes(build):
    assert status_of(rule, subject(build, static=STATIC)) is Status.PASS


@pytest.mark.parametrize("meant", [{}, {"static": DYNAMIC}, {"cgo": Declared(True, "option --cgo")}])
def test_not_declared_is_not_applicable(meant):
    assert status_of(rule, subject(GLIBC, **meant)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("build", [darwin(), windows(), go_build(observed={"goos": "openbsd", "libc": "openbsd"})])
def test_where_libc_is_the_way_into_the_system(build):
    assert status_of(rule, subject(build, static=STATIC)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("fact", ["goos", "needed", "libc"])
def test_unread_facts_are_unknown(fact):
    assert status_of(rule, subject(go_build(observed={fact: Unknown("cut")}), static=STATIC)) is Status.UNKNOWN


def test_hidden_cgo_is_the_same_cause_and_reported_once():
    purego = go_build(observed={"needed": ("libc.so.6",), "libc": "glibc"})
    outcomes = judge(subject(purego, cgo=CGO_OFF), (rule.RULE, hidden_cgo.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.NOT_APPLICABLE, Status.FAIL]
    assert outcomes[0].reason == "same cause as hidden-cgo"
