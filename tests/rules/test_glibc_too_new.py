"""glibc-too-new."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import glibc_too_new as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("symbol version of libc.so.6", "GLIBC_2.34: pthread_create", 0x5A1)


def program(libc: object = "glibc", floor: object = "2.34"):
    return go_build(observed={"libc": libc, "glibc_floor": floor}, proofs={"glibc_floor": (PROOF,)})


def there(version: str) -> Declared[str]:
    return Declared(version, f"profile glibc-{version}")


@pytest.mark.parametrize("version", ["2.34", "2.35", "2.100", "3.0"])
def test_an_older_or_the_same_one_passes(version):
    verdict = rule.check(subject(program(), glibc=there(version)))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


@pytest.mark.parametrize("version", ["2.4", "2.17", "2.28", "2.33", "2.3.4"])
def test_a_newer_one_is_an_error_with_the_symbols(version):
    outcome = outcome_of(rule, subject(program(), glibc=there(version)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.message == f"needs glibc 2.34, but {version} was meant (profile glibc-{version})"
    assert outcome.evidence == (PROOF,)
    assert "CGO_ENABLED=0" in (outcome.fix or "")
    assert "older distribution" in (outcome.fix or "")


@pytest.mark.parametrize(("libc", "floor"), [(None, None), ("glibc", None)])
def test_what_needs_no_version_passes(libc, floor):
    assert status_of(rule, subject(program(libc, floor), glibc=there("2.17"))) is Status.PASS


def test_not_applicable():
    assert status_of(rule, subject(program())) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program("musl", None), glibc=there("2.17"))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(windows(), glibc=there("2.17"))) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("build", [program(Unknown("cut")), program(floor=Unknown("cut"))])
def test_unread_versions_are_unknown(build):
    assert status_of(rule, subject(build, glibc=there("2.17"))) is Status.UNKNOWN
