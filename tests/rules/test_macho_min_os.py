"""macho-min-os."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import macho_min_os as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("minimum OS", "macos 10.13", 0x400)


def program(header: str | None, minor: object, goarch: str = "amd64", goos: object = "darwin"):
    return darwin(
        goarch,
        macho={"min_os": header},
        observed={"goos": goos},
        traits={"go_minor": minor},
        proofs={"macho.min_os": (PROOF,)},
    )


def since(version: str) -> Declared[str]:
    return Declared(version, "policy min-os")


@pytest.mark.parametrize(
    ("header", "minor", "goarch"),
    [
        ("10.13", 20, "amd64"),
        ("11.0", 22, "arm64"),
        ("11.0", 24, "amd64"),
        ("12.0", 26, "amd64"),
        ("13.0", 27, "arm64"),
    ],
)
def test_what_go_writes_by_itself_passes(header, minor, goarch):
    assert status_of(rule, subject(program(header, minor, goarch))) is Status.PASS


@pytest.mark.parametrize(("header", "minor"), [("10.9", 19), ("10.13", 21), ("10.13", 22), ("10.9", 27)])
def test_a_lower_header_than_go_supports_is_a_note(header, minor):
    outcome = outcome_of(rule, subject(program(header, minor)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert f"says macOS {header}" in outcome.message
    assert outcome.evidence == (PROOF,)


@pytest.mark.parametrize(
    ("header", "minor", "meant", "last"),
    [
        ("13.0", 27, "12.0", "Go 1.26"),
        ("10.13", 22, "10.14", "Go 1.20"),
        ("14.0", 21, "11.0", "Go 1.24"),
        ("14.0", Unknown("no version"), "10.9", "Go 1.10"),
        (None, 27, "12.7", "Go 1.26"),
    ],
)
def test_a_program_for_an_older_macos_is_an_error(header, minor, meant, last):
    outcome = outcome_of(rule, subject(program(header, minor), min_os=since(meant)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert f"meant for {meant} and later (policy min-os)" in outcome.message
    assert f"{last}," in (outcome.fix or "")


def test_a_declared_minimum_that_holds_passes():
    meant = {"min_os": since("26.0"), "goos": Declared("darwin", "profile macos-26")}
    verdict = rule.check(subject(program("13.0", 27), **meant))
    assert verdict.status is Status.PASS
    assert "26.0 was meant" in verdict.message
    assert status_of(rule, subject(program(None, 27), **meant)) is Status.PASS


def test_a_minimum_of_another_system_says_nothing_of_macos():
    meant = {"min_os": since("10.0"), "goos": Declared("windows", "profile windows-10")}
    assert status_of(rule, subject(program("13.0", 27), **meant)) is Status.PASS


def test_ios_has_a_minimum_of_its_own():
    assert status_of(rule, subject(program("12.0", 27, "arm64", "ios"))) is Status.PASS


@pytest.mark.parametrize("build", [program("13.0", Unknown("no version")), program("13.0", 27, goos=Unknown("none"))])
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(windows())) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(None, 27))) is Status.NOT_APPLICABLE
