"""pe-os-version-lies."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import pe_os_version_lies as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("OS version", "6.1", 0xC0)
WINDOWS = Declared("windows", "option --goos")


def program(version: str, minor: object, goarch: str = "amd64"):
    return windows(goarch, pe={"os_version": version}, traits={"go_minor": minor}, proofs={"pe.os_version": (PROOF,)})


def since(version: str) -> Declared[str]:
    return Declared(version, f"profile windows-{version}")


# What Go's linker writes (cmd/link/internal/ld/pe.go) against what its release notes name.
@pytest.mark.parametrize(("version", "minor"), [("6.1", 13), ("6.1", 20), ("10.0", 27), ("10.0", 99), ("10.0", 21)])
def test_a_header_that_says_so_or_more_passes(version, minor):
    assert status_of(rule, subject(program(version, minor))) is Status.PASS


@pytest.mark.parametrize(("version", "minor"), [("6.1", 21), ("6.1", 26), ("6.1", 27), ("4.0", 12)])
def test_a_header_that_says_less_is_a_note(version, minor):
    outcome = outcome_of(rule, subject(program(version, minor)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert f"says Windows {version}" in outcome.message
    assert f"Go 1.{minor}" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_arm64_has_a_minimum_of_its_own():
    outcome = outcome_of(rule, subject(program("6.1", 17, "arm64")))
    assert outcome.message == "the header says Windows 6.1, but a program of Go 1.17 for arm64 needs 10.0"
    assert status_of(rule, subject(program("6.1", 17))) is Status.PASS


@pytest.mark.parametrize(("version", "minor"), [("6.1", 21), ("10.0", 27), ("10.0", Unknown("no version"))])
def test_a_program_for_an_older_windows_is_an_error(version, minor):
    outcome = outcome_of(rule, subject(program(version, minor), min_os=since("6.1")))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "meant for 6.1 and later" in outcome.message
    assert "Go 1.20" in (outcome.fix or "")


def test_a_declared_minimum_that_holds_leaves_the_header_s_own_lie_a_note():
    assert outcome_of(rule, subject(program("6.1", 26), min_os=since("10.0"))).severity is Severity.NOTE
    verdict = rule.check(subject(program("10.0", 27), min_os=since("10.0")))
    assert verdict.status is Status.PASS
    assert "10.0 was meant" in verdict.message


def test_a_minimum_of_another_system_says_nothing_of_windows():
    meant = {"min_os": Declared("6.0", "profile macos-6"), "goos": Declared("darwin", "profile macos-6")}
    assert status_of(rule, subject(program("10.0", 27), **meant)) is Status.PASS
    mine = {"min_os": since("6.0"), "goos": WINDOWS}
    assert status_of(rule, subject(program("10.0", 27), **mine)) is Status.FAIL


def test_an_unknown_release_is_unknown():
    assert status_of(rule, subject(program("6.1", Unknown("no version")))) is Status.UNKNOWN
    assert status_of(rule, subject(program("6.1", Unknown("no version")), min_os=since("10.0"))) is Status.UNKNOWN


@pytest.mark.parametrize("build", [go_build(), darwin()])
def test_other_formats_are_not_applicable(build):
    assert status_of(rule, subject(build, min_os=since("6.0"))) is Status.NOT_APPLICABLE
