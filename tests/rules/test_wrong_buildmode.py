"""wrong-buildmode: the headers against the declared mode, and what `default` stands for."""

import pytest

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_buildmode as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of


def given(mode: str) -> Declared[str]:
    return Declared(mode, "option --buildmode")


def linked_as(mode: str, **observed: object):
    return go_build(observed={"buildmode": mode, **observed})


@pytest.mark.parametrize("mode", ["exe", "pie", "c-shared", "c-archive", "plugin"])
def test_the_meant_mode_passes_and_any_other_fails(mode):
    for observed in ("exe", "pie", "c-shared", "plugin"):
        verdict = Status.PASS if observed == mode else Status.FAIL
        assert status_of(rule, subject(linked_as(observed), buildmode=given(mode))) is verdict


def test_a_static_pie_counts_as_pie_also_where_its_headers_look_like_a_librarys():
    build = linked_as("c-shared", linkage="static-pie")
    assert status_of(rule, subject(build, buildmode=given("pie"))) is Status.PASS


def test_the_record_is_not_asked():
    build = go_build(observed={"buildmode": "pie"}, settings={"-buildmode": "exe"})
    assert status_of(rule, subject(build, buildmode=given("pie"))) is Status.PASS


# Go's own notes: windows PIE since 1.15 (go1.15#windows), not with -race since 1.19 (CL 416174); darwin/amd64 since
# 1.22 (internal/platform.DefaultPIE of 1.21 and 1.22); android always.
DEFAULTS = [
    ("linux", "amd64", 27, "exe"),
    ("linux", "arm64", 21, "exe"),
    ("freebsd", "amd64", 27, "exe"),
    ("openbsd", "amd64", 27, "exe"),
    ("android", "arm64", 27, "pie"),
    ("windows", "386", 21, "pie"),
    ("windows", "amd64", 15, "pie"),
    ("windows", "amd64", 14, "exe"),
    ("darwin", "arm64", 21, "pie"),
    ("darwin", "amd64", 22, "pie"),
    ("darwin", "amd64", 21, "exe"),
]


@pytest.mark.parametrize(("goos", "goarch", "minor", "mode"), DEFAULTS)
def test_default_is_what_that_release_does_for_that_port(goos, goarch, minor, mode):
    other = {"pie": "exe", "exe": "pie"}[mode]
    for observed, verdict in ((mode, Status.PASS), (other, Status.FAIL)):
        build = go_build(
            observed={"goos": goos, "goarch": goarch, "buildmode": observed, "linkage": "dynamic"},
            traits={"go_minor": minor},
        )
        assert status_of(rule, subject(build, buildmode=given("default"))) is verdict


@pytest.mark.parametrize(("mode", "verdict"), [("exe", Status.PASS), ("pie", Status.FAIL)])
def test_the_race_detector_of_windows_has_no_pie(mode, verdict):
    build = windows(observed={"buildmode": mode, "tags": ("race",)})
    assert status_of(rule, subject(build, buildmode=given("default"))) is verdict


def test_the_default_is_named_in_the_message():
    verdict = rule.check(subject(windows(observed={"buildmode": "exe"}), buildmode=given("default")))
    assert verdict.message == "linked as exe, but the default, pie, was meant (option --buildmode)"
    assert verdict.fix == "go build -buildmode=default ..."


def test_exe_where_everything_is_position_independent_has_its_own_advice():
    proof = Evidence("Mach-O flags", "0x200085", 24)
    verdict = rule.check(subject(darwin(proofs={"buildmode": (proof,)}), buildmode=given("exe")))
    assert verdict.status is Status.FAIL
    assert verdict.evidence == (proof,)
    assert verdict.fix == "declare pie or default: Go 1.27 makes nothing else for darwin/arm64"


@pytest.mark.parametrize(
    "build",
    [
        linked_as("exe", goos=Unknown("no function table")),
        go_build(traits={"go_minor": Unknown("no version")}),
        linked_as("exe", tags=Unknown("no function table")),
    ],
)
def test_without_port_or_release_the_default_is_unknown(build):
    assert status_of(rule, subject(build, buildmode=given("default"))) is Status.UNKNOWN


def test_unread_headers_are_unknown():
    build = go_build(observed={"buildmode": Unknown("MH_BUNDLE does not tell")})
    assert status_of(rule, subject(build, buildmode=given("exe"))) is Status.UNKNOWN


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE
