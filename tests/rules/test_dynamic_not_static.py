"""dynamic-not-static."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import dynamic_not_static as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

STATIC = Declared(True, "option --static")
DYNAMIC = Declared(False, "option --no-static")
CGO_OFF = Declared(False, "option --cgo")
CGO_ON = Declared(True, "option --cgo")
PIE_MEANT = Declared("pie", "option --buildmode")
LOADER = "/lib64/ld-linux-x86-64.so.2"

PLAIN = go_build()
STATIC_PIE = go_build(observed={"linkage": "static-pie", "buildmode": "pie"})
PIE = go_build(observed={"linkage": "dynamic", "buildmode": "pie", "interpreter": LOADER})
CGO = go_build(
    observed={"linkage": "dynamic", "cgo": True, "interpreter": LOADER, "needed": ("libc.so.6",), "libc": "glibc"},
    proofs={"linkage": (Evidence("interpreter", LOADER, 0xFE4), Evidence("needed", "libc.so.6", 0x1000))},
)
LIBRARY_WITHOUT_LOADER = go_build(observed={"linkage": "dynamic", "buildmode": "c-shared", "needed": ("libc.so.6",)})


@pytest.mark.parametrize("build", [PLAIN, STATIC_PIE])
def test_a_static_file_passes(build):
    assert status_of(rule, subject(build, static=STATIC)) is Status.PASS
    assert status_of(rule, subject(build, cgo=CGO_OFF)) is Status.PASS


@pytest.mark.parametrize("build", [PIE, CGO, LIBRARY_WITHOUT_LOADER])
def test_a_dynamic_file_is_an_error_when_static_was_declared(build):
    outcome = outcome_of(rule, subject(build, static=STATIC))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)


def test_the_loader_is_named_with_its_proof():
    verdict = rule.check(subject(CGO, static=STATIC))
    assert verdict.message == f"needs the loader {LOADER}, but a static file was meant (option --static)"
    assert [e.offset for e in verdict.evidence][:2] == [0xFE4, 0x1000]


@pytest.mark.parametrize("build", [PIE, CGO])
def test_a_loader_is_a_warning_when_cgo_off_alone_was_declared(build):
    outcome = outcome_of(rule, subject(build, cgo=CGO_OFF))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.WARNING)


def test_static_declared_as_well_makes_it_an_error():
    outcome = outcome_of(rule, subject(PIE, cgo=CGO_OFF, static=STATIC, buildmode=PIE_MEANT))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)


def test_a_declared_pie_may_name_its_loader():
    assert status_of(rule, subject(PIE, cgo=CGO_OFF, buildmode=PIE_MEANT)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("meant", [{}, {"cgo": CGO_ON}, {"static": DYNAMIC}, {"static": DYNAMIC, "cgo": CGO_OFF}])
def test_nobody_meant_a_static_file(meant):
    assert status_of(rule, subject(CGO, **meant)) is Status.NOT_APPLICABLE


def test_a_recorded_cgo_off_is_no_declaration():
    assert status_of(rule, subject(PIE)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build", [darwin(), windows(), *(go_build(observed={"goos": goos}) for goos in ("openbsd", "solaris", "android"))]
)
def test_systems_without_static_programs_say_so(build):
    outcome = outcome_of(rule, subject(build, static=STATIC))
    assert outcome.status is Status.NOT_APPLICABLE
    assert outcome.reason == f"{build.observed.goos} programs are always dynamic"


@pytest.mark.parametrize("goos", ["linux", "freebsd", "netbsd", "dragonfly", "plan9"])
def test_the_five_systems_with_static_programs(goos):
    assert status_of(rule, subject(go_build(observed={"goos": goos}), static=STATIC)) is Status.PASS


@pytest.mark.parametrize("fact", ["goos", "linkage"])
def test_unread_facts_are_unknown(fact):
    assert status_of(rule, subject(go_build(observed={fact: Unknown("cut")}), static=STATIC)) is Status.UNKNOWN
