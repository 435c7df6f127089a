"""macho-no-uuid."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import macho_no_uuid as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of


def test_a_uuid_passes_with_its_proof():
    proof = Evidence("LC_UUID", "11111111-2222-3333-8444-555555555555", 0x4A0)
    verdict = rule.check(subject(darwin(proofs={"macho.uuid": (proof,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof,)


@pytest.mark.parametrize("minor", [21, 27, Unknown("no version")])
@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
@pytest.mark.parametrize("sdk", ["26.0", "26.2", "27.0"])
def test_a_new_sdk_makes_it_a_warning_whatever_the_release(goarch, minor, sdk):
    version = Evidence("LC_BUILD_VERSION", f"macOS 13.0 SDK {sdk}", 0x5E8)
    build = darwin(
        goarch, macho={"uuid": None, "sdk": sdk}, traits={"go_minor": minor}, proofs={"macho.min_os": (version,)}
    )
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert "does not start on macOS 26" in outcome.message
    assert version in outcome.evidence


@pytest.mark.parametrize("sdk", ["15.5", "12.0", "10.9", None])
def test_with_an_older_sdk_it_is_not_said_that_the_program_does_not_start(sdk):
    # As esbuild 0.28.2 of Go 1.26 is published: SDK 12.0 and no LC_UUID.
    outcome = outcome_of(rule, subject(darwin(macho={"uuid": None, "sdk": sdk})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert "start" not in outcome.message
    assert "local network" in outcome.message


@pytest.mark.parametrize("sdk", ["26.2", "12.0", None])
@pytest.mark.parametrize(
    ("least", "severity"), [("26.0", Severity.ERROR), ("26.4", Severity.ERROR), ("15.0", Severity.WARNING)]
)
def test_a_program_for_macos_26_must_have_one(sdk, least, severity):
    meant = Declared(least, "profile macos-26")
    outcome = outcome_of(rule, subject(darwin(macho={"uuid": None, "sdk": sdk}), min_os=meant))
    assert outcome.status is Status.FAIL
    assert outcome.severity is severity
    assert status_of(rule, subject(darwin(), min_os=meant)) is Status.PASS


@pytest.mark.parametrize("file_type", ["MH_DYLIB", "MH_BUNDLE"])
def test_libraries_need_none(file_type):
    build = darwin(macho={"uuid": None, "file_type": file_type})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_headers_decide_even_when_tables_are_unknown():
    unread = {"goos": Unknown("no table"), "goarch": Unknown("no machine"), "buildmode": Unknown("no headers")}
    assert status_of(rule, subject(darwin(macho={"uuid": None}, observed=unread))) is Status.FAIL


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
