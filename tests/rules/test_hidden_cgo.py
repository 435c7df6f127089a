"""hidden-cgo."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import hidden_cgo as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

LIBC = {"linkage": "dynamic", "interpreter": "/lib64/ld-linux-x86-64.so.2", "needed": ("libc.so.6",), "libc": "glibc"}
OFF = Declared(False, "option --cgo")
UNRECORDED = Unknown("no build info")


def test_a_libc_without_cgo_is_a_warning_by_the_record_alone():
    proof = Evidence("needed", "libc.so.6", 0x1000)
    outcome = outcome_of(rule, subject(go_build(observed=LIBC, proofs={"needed": (proof,)})))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.WARNING)
    assert outcome.message == "needs glibc without containing cgo, although CGO_ENABLED=0 is recorded"
    assert outcome.evidence == (proof, Evidence("recorded CGO_ENABLED", "0", None))


def test_a_declared_cgo_off_counts_without_a_record():
    outcome = outcome_of(rule, subject(go_build(observed=LIBC, recorded=UNRECORDED), cgo=OFF))
    assert outcome.status is Status.FAIL
    assert "(option --cgo)" in outcome.message


def test_a_declared_static_file_makes_it_an_error():
    outcome = outcome_of(rule, subject(go_build(observed=LIBC), static=Declared(True, "option --static")))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)


@pytest.mark.parametrize("goos", ["freebsd", "netbsd", "dragonfly"])
def test_the_other_systems_where_libc_is_a_choice(goos):
    build = go_build(observed={**LIBC, "goos": goos, "libc": goos, "needed": ("libc.so.7",)}, settings={"GOOS": goos})
    assert status_of(rule, subject(build)) is Status.FAIL


def test_a_program_without_libc_passes():
    assert status_of(rule, subject()) is Status.PASS


def test_a_pie_without_libraries_passes():
    build = go_build(observed={"interpreter": LIBC["interpreter"], "linkage": "dynamic", "buildmode": "pie"})
    assert status_of(rule, subject(build)) is Status.PASS


@pytest.mark.parametrize(
    "build",
    [
        go_build(observed={**LIBC, "cgo": True}, settings={"CGO_ENABLED": "1"}),
        go_build(observed={**LIBC, "cgo": True}, settings={"CGO_ENABLED": "0"}),
        go_build(observed=LIBC, recorded=UNRECORDED),
        go_build(observed={**LIBC, "goos": "openbsd"}),
        go_build(observed={**LIBC, "goos": "android"}),
        darwin(),
        windows(),
    ],
    ids=["cgo-on", "cgo-in-plain-sight", "unrecorded", "openbsd", "android", "darwin", "windows"],
)
def test_where_nothing_is_hidden(build):
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("fact", ["goos", "cgo", "needed", "libc"])
def test_unread_facts_are_unknown(fact):
    assert status_of(rule, subject(go_build(observed={**LIBC, fact: Unknown("cut")}))) is Status.UNKNOWN
