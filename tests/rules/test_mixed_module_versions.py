"""mixed-module-versions."""

import pytest
from msgspec.structs import replace

from inspector.model import Status
from inspector.rules import mixed_module_versions as rule
from tests.rules.release import healthy, of, outcome_of, part, together

STAMPED = {"vcs.revision": "1" * 40, "vcs.modified": "false"}


def versions(*of_each: str | None, stamped: bool = False):
    targets = ("linux/amd64", "linux/arm64", "windows/386")
    settings = STAMPED if stamped else {}
    parts = (part(target, version=v, settings=settings) for target, v in zip(targets, of_each, strict=False))
    return outcome_of(rule, of(together(*parts)))


def test_one_version_passes():
    assert versions("v1.2.3", "v1.2.3").status is Status.PASS


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ("v1.2.3", "v1.2.2"),
        ("v1.2.3", "v1.2.3-rc.1"),
        ("v1.2.3", "v2.0.0+incompatible"),
        ("v1.2.3+build.7", "v1.2.3+build.8"),
    ],
)
def test_another_version_fails(usual, odd, stamped):
    found = versions(usual, usual, odd, stamped=stamped)
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == f"windows/386 was stamped as {odd}, the other 2 as {usual}"
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_windows_386", f"{odd}; the rest: {usual}")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v1.2.3", "v1.2.3+dirty"),
        ("v2.0.0+incompatible", "v2.0.0+incompatible.dirty"),
        ("v0.0.0-20261101120000-0123456789ab", "v0.0.0-20261102120000-ba9876543210"),
        ("v1.2.4-0.20261101120000-0123456789ab", "v1.2.4-0.20261102120000-ba9876543210+dirty"),
    ],
)
def test_what_only_tells_of_the_commit_is_told_by_the_commit_where_it_is_recorded(one, other):
    assert versions(one, one, other, stamped=True).status is Status.PASS
    assert versions(one, one, other).status is Status.FAIL


def test_a_tag_and_a_pseudo_version_differ():
    found = versions("v1.2.3", "v1.2.3", "v1.2.4-0.20261101120000-0123456789ab", stamped=True)
    assert found.message == "windows/386 was stamped as a pseudo-version, the other 2 as v1.2.3"


@pytest.mark.parametrize("nothing", [None, "", "(devel)"])
def test_one_without_a_version_may_be_of_any(nothing):
    found = versions("v1.2.3", "v1.2.3", nothing)
    assert found.status is Status.UNKNOWN
    assert found.reason == "no version is recorded"
    found = versions(nothing, nothing)
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no program that has others beside it records a version"


def test_healthy_builds_without_version_control_have_nothing_to_compare():
    assert outcome_of(rule, healthy()).status is Status.NOT_APPLICABLE


def holding(target: str, version: str | None = None, settings: dict[str, str] | None = None, **modules: str):
    """A part that holds modules, by the last element of their paths."""
    held = {f"example.com/{name}": f"v{number}" for name, number in modules.items()}
    return replace(part(target, version=version, settings=settings or {}, modules=str(held)), modules=held)


def held(*parts):
    return outcome_of(rule, of(together(*parts)))


def test_what_only_some_targets_hold_is_no_difference():
    rest = [holding(f"linux/{arch}", net="0.40.0") for arch in ("amd64", "arm64")]
    found = held(*rest, holding("windows/386", net="0.40.0", winres="0.3.3"), part("js/wasm"))
    assert (found.status, found.message) == (Status.PASS, "what belongs together holds each module in one version")


def test_another_version_of_a_dependency():
    rest = [holding(f"linux/{arch}", net="0.40.0", sys="0.30.0", text="1.0.0") for arch in ("amd64", "arm64")]
    found = held(*rest, holding("darwin/arm64", net="0.39.0", sys="0.29.0", text="1.0.0"))
    assert (found.status, found.severity) == (Status.FAIL, "warning")
    said = "darwin/arm64 holds example.com/net v0.39.0, the rest v0.40.0, and 1 more module differs"
    assert found.message == said
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        (
            "dist/app_darwin_arm64",
            "example.com/net v0.39.0; the rest: v0.40.0, example.com/sys v0.29.0; the rest: v0.30.0",
        )
    ]


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ({"vcs.revision": "1" * 40}, {"vcs.revision": "2" * 40}, "what belongs together is of one version"),
        ({"vcs.modified": "true"}, {"vcs.modified": "false"}, "what belongs together is of one version"),
    ],
)
def test_that_another_commit_has_other_modules_is_told_by_the_commit(one, other, message):
    parts = (holding("linux/amd64", "v1.0.0", one, net="1.0.0"), holding("linux/arm64", "v1.0.0", other, net="2.0.0"))
    assert held(*parts).message == message


def test_the_version_of_the_program_itself_comes_first():
    found = held(holding("linux/amd64", "v1.0.0", net="1.0.0"), holding("linux/arm64", "v2.0.0", net="2.0.0"))
    assert found.message == "linux/arm64 was stamped as v2.0.0, the other as v1.0.0"


def test_a_module_of_one_program_alone_says_nothing():
    assert held(holding("linux/amd64", net="1.0.0"), part("linux/arm64")).status is Status.NOT_APPLICABLE
