"""unknown-port."""

import pytest

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import unknown_port as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of


def target(goos: str, goarch: str, source: str = "option --target") -> dict[str, Declared[str]]:
    return {"goos": Declared(goos, source), "goarch": Declared(goarch, source)}


def released(minor: int | Unknown, **observed: object):
    return go_build(observed=observed, traits={"go_minor": minor})


@pytest.mark.parametrize("build", [go_build(), windows(), windows("386"), darwin(), darwin("amd64")])
def test_a_port_of_its_release_passes(build):
    assert status_of(rule, subject(build)) is Status.PASS


def test_a_meant_port_that_the_files_release_lacks_fails_and_names_the_last_that_had_it():
    proof = Evidence("runtime.buildVersion", "go1.26.6", 0x2000)
    build = go_build(traits={"go_minor": 26}, proofs={"go_version": (proof,)})
    verdict = rule.check(subject(build, **target("windows", "arm")))
    assert verdict.status is Status.FAIL
    assert verdict.message == "windows/arm was meant (option --target), which Go 1.26 does not have"
    assert "Go 1.25" in verdict.fix
    assert verdict.evidence == (proof,)


@pytest.mark.parametrize(
    ("goos", "goarch", "minor", "verdict"),
    [
        ("windows", "arm", 25, Status.PASS),
        ("windows", "arm", 26, Status.FAIL),
        ("openbsd", "riscv64", 21, Status.FAIL),
        ("openbsd", "riscv64", 23, Status.PASS),
        ("linux", "loong64", 18, Status.FAIL),
        ("linux", "loong64", 19, Status.PASS),
        ("openbsd", "ppc64", 21, Status.FAIL),
        ("openbsd", "ppc64", 22, Status.PASS),
        ("nacl", "amd64", 27, Status.FAIL),
        ("linux", "vax", 27, Status.FAIL),
        ("linux", "amd64", 99, Status.PASS),
        ("freebsd", "riscv64", 27, Status.PASS),  # broken, and it still builds: golang/go#76475
    ],
)
def test_ports_of_releases(goos, goarch, minor, verdict):
    """As `go tool dist list` of 1.21 to 1.27 and the release notes have them."""
    assert status_of(rule, subject(released(minor), **target(goos, goarch))) is verdict
    assert status_of(rule, subject(released(minor, goos=goos, goarch=goarch))) is verdict


def test_a_port_that_is_too_new_says_since_when():
    verdict = rule.check(subject(released(18), **target("linux", "loong64")))
    assert verdict.fix == "build with Go 1.19 or newer"


def test_half_a_pair_names_no_port():
    assert status_of(rule, subject(released(27), goarch=Declared("s390x", "option --goarch"))) is Status.PASS


def test_two_sources_are_both_named():
    meant = {"goos": Declared("windows", "environment GOOS"), "goarch": Declared("arm", "option --goarch")}
    assert "(environment GOOS, option --goarch)" in rule.check(subject(released(27), **meant)).message


def test_another_compiler_has_ports_of_its_own():
    build = go_build(observed={"goarch": "sparc64"}, settings={"-compiler": "gccgo"})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build",
    [released(Unknown("no version")), released(27, goos=Unknown("no table")), released(27, goarch=Unknown("vax"))],
)
def test_an_unread_port_or_release_is_unknown(build):
    assert status_of(rule, subject(build)) is Status.UNKNOWN
