"""pure-go-resolver."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import pure_go_resolver as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("file table", "net/cgo_stub.go", 0x2000)


def program(resolver: object = "go", goos: str | Unknown = "linux", goarch: str = "amd64", minor: object = 27):
    return go_build(
        observed={"resolver": resolver, "goos": goos, "goarch": goarch},
        traits={"go_minor": minor},
        proofs={"resolver": (PROOF,)},
    )


@pytest.mark.parametrize("goos", ["linux", "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos"])
def test_go_s_own_resolver_is_a_note(goos):
    outcome = outcome_of(rule, subject(program(goos=goos)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert "the system's own lookup" in outcome.message
    assert "nsswitch" not in outcome.message  # OpenBSD and macOS have none
    assert outcome.evidence == (PROOF,)


def test_on_android_it_says_what_happens_there():
    outcome = outcome_of(rule, subject(program(goos="android", goarch="arm64")))
    assert outcome.severity is Severity.NOTE
    assert "127.0.0.1:53 and [::1]:53" in outcome.message


def test_macos_asks_the_system_only_since_go_1_20():
    outcome = outcome_of(rule, subject(program(goos="darwin", minor=19)))
    assert outcome.severity is Severity.NOTE
    assert outcome.status is Status.FAIL


@pytest.mark.parametrize("resolver", ["cgo", "system"])
def test_libc_or_the_system_passes(resolver):
    assert status_of(rule, subject(program(resolver))) is Status.PASS


def test_where_there_is_no_other_or_it_was_meant_it_is_not_applicable():
    assert status_of(rule, subject(program(None))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(goos="js", goarch="wasm"))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(goos="openbsd", goarch="ppc64"))) is Status.NOT_APPLICABLE
    meant = Declared(("netgo", "osusergo"), "option --tags")
    assert status_of(rule, subject(program(), tags=meant)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(), tags=Declared(("osusergo",), "option --tags"))) is Status.FAIL


def test_a_port_that_got_cgo_late_is_judged_by_its_release():
    # cmd/dist: cgoEnabled["linux/ppc64"] is true from Go 1.27.
    assert status_of(rule, subject(program(goarch="ppc64", minor=26))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(goarch="ppc64", minor=27))) is Status.FAIL
    assert status_of(rule, subject(program(goarch="ppc64", minor=Unknown("no version")))) is Status.FAIL


@pytest.mark.parametrize("build", [program(Unknown("no table")), program(goos=Unknown("no table"))])
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build)) is Status.UNKNOWN
