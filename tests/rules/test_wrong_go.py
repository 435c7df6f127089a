"""wrong-go: the order of Go releases."""

import pytest

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_go as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import status_of


def at_least(value: str) -> Declared[str]:
    return Declared(value, "option --go")


def built_by(version: str):
    return go_build(observed={"go_version": version})


@pytest.mark.parametrize(
    ("version", "least", "verdict"),
    [
        ("go1.27.3", "1.27", Status.PASS),
        ("go1.27.3", "1.27.3", Status.PASS),
        ("go1.27.3", "go1.26", Status.PASS),
        ("go1.27", "1.27", Status.PASS),
        ("go1.27.0", "1.27", Status.PASS),
        ("go1.28rc1", "1.27.3", Status.PASS),
        ("go1.20.3 X:nocoverageredesign", "1.20.3", Status.PASS),
        ("go1.26-custom", "1.26", Status.PASS),
        ("go1.25.0 X:jsonv2", "1.25.0", Status.PASS),
        ("go1.22.1-fips", "1.22.1", Status.PASS),
        ("go1.27rc1", "1.26.9", Status.PASS),
        ("go1.15.8b5", "1.15.8", Status.PASS),
        ("go1.24.1 (Red Hat 1.24.1-2.el9)", "1.24.1", Status.PASS),
        ("devel go1.28-1a2b3c4d5e Tue Feb 21 10:00:00 2023 +0000", "1.27", Status.PASS),
        ("go1.27.3", "1.27.4", Status.FAIL),
        ("go1.22.1-fips", "1.22.2", Status.FAIL),
        ("devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000", "1.17", Status.PASS),
        ("devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000", "1.18", Status.FAIL),
        ("go1.9.7", "1.10", Status.FAIL),
        ("go1.27rc1", "1.27", Status.FAIL),
        ("go1.27beta2", "1.27rc1", Status.FAIL),
        ("go1.26.6-custom", "1.27", Status.FAIL),
        ("devel go1.28-1a2b3c4d5e Tue Feb 21 10:00:00 2023 +0000", "1.28", Status.FAIL),
        ("devel +a1b2c3d4e5 Mon Jan 6 10:00:00 2020 +0000", "1.13", Status.UNKNOWN),
        ("unknown", "1.13", Status.UNKNOWN),
        ("go1.27.3.4", "1.27", Status.UNKNOWN),
    ],
)
def test_verdict(version, least, verdict):
    assert status_of(rule, subject(built_by(version), go=at_least(least))) is verdict


def test_an_older_release_names_both_and_the_toolchain_to_use():
    proof = Evidence("runtime.buildVersion", "go1.26.6", 0x2000)
    build = go_build(observed={"go_version": "go1.26.6"}, proofs={"go_version": (proof,)})
    verdict = rule.check(subject(build, go=at_least("1.27")))
    assert verdict.message == "built with go1.26.6, but at least 1.27 was meant (option --go)"
    assert verdict.evidence == (proof,)
    assert verdict.fix == "GOTOOLCHAIN=go1.27.0 go build ..."


@pytest.mark.parametrize(("least", "toolchain"), [("1.27.3", "go1.27.3"), ("1.27rc1", "go1.27rc1"), ("1.20", "go1.20")])
def test_the_toolchain_is_named_as_go_names_it(least, toolchain):
    assert rule.check(subject(built_by("go1.9"), go=at_least(least))).fix == f"GOTOOLCHAIN={toolchain} go build ..."


def test_the_record_speaks_where_the_runtime_does_not():
    build = go_build(
        observed={"go_version": Unknown("between go1.20 and go1.27")},
        recorded={"go_version": "go1.25.5"},
        proofs={"recorded": (Evidence("build info", "go1.25.5", 0x800),)},
    )
    verdict = rule.check(subject(build, go=at_least("1.27")))
    assert verdict.status is Status.FAIL
    assert verdict.evidence == (Evidence("recorded Go version", "go1.25.5", 0x800),)


def test_no_version_anywhere_is_unknown():
    build = go_build(observed={"go_version": Unknown("between go1.20 and go1.27")}, recorded=Unknown("no build info"))
    assert status_of(rule, subject(build, go=at_least("1.27"))) is Status.UNKNOWN


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE
