"""same-content-two-targets."""

import pytest

from inspector.model import Status, Unknown
from inspector.rules import same_content_two_targets as rule
from tests.rules.release import healthy, of, outcome_of, part, release, together

SHA = "ab" * 32


def copy(meant: str, artifact: str | None = None, **more):
    """The linux/amd64 program under a name for a target."""
    goos, _, goarch = meant.partition("/")
    name = artifact or f"dist/app_{goos}_{goarch}"
    given = {"meant_goos": goos or None, "meant_goarch": goarch or None, "sha256": SHA, **more}
    return part("linux/amd64", name, **given)


def judged(*parts):
    return outcome_of(rule, of(together(*parts)))


def test_a_content_for_each_target_passes():
    found = outcome_of(rule, healthy())
    assert found.status is Status.PASS
    assert found.message == "no content is named for two targets"


def test_one_content_under_names_for_two_targets_fails():
    found = judged(copy("linux/amd64"), copy("linux/arm64"), part("windows/386"))
    assert found.status is Status.FAIL
    assert found.severity == "error"
    assert found.message == "1 content is named for several targets: linux/amd64, linux/arm64"
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_linux_amd64", "meant for linux/amd64, built for linux/amd64 (SHA-256 abababababab…)"),
        ("dist/app_linux_arm64", "meant for linux/arm64, built for linux/amd64 (SHA-256 abababababab…)"),
    ]
    assert found.fix == "build the target whose program is missing"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("linux/amd64", "darwin/amd64"),
        ("linux/", "darwin/"),
        ("/amd64", "/arm64"),
        ("linux/", "darwin/amd64"),
        ("linux/amd64", "/arm64"),
    ],
)
def test_names_that_contradict_each_other(one, other):
    assert judged(copy(one, "a"), copy(other, "b")).status is Status.FAIL


@pytest.mark.parametrize(
    ("one", "other"),
    [("linux/amd64", "linux/amd64"), ("linux/amd64", "linux/"), ("linux/amd64", "/amd64"), ("linux/", "/amd64")],
)
def test_names_that_agree(one, other):
    """A second target, so that there is something to compare."""
    assert judged(copy(one, "a"), copy(other, "b"), part("windows/386")).status is Status.PASS


def test_two_that_contradict_each_other_and_a_third_that_agrees_with_both():
    found = judged(copy("/amd64", "a"), copy("linux/amd64", "b"), copy("darwin/amd64", "c"))
    assert [proof.label for proof in found.evidence] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        ({"GOAMD64": "v1"}, {"GOAMD64": "v3"}, Status.FAIL),
        ({"GOARM": "7"}, {"GOARM": "7,hardfloat"}, Status.PASS),
        ({"GOARM": "6"}, {"GOARM": "7"}, Status.FAIL),
        ({"GOAMD64": "v1"}, {}, Status.PASS),
    ],
)
def test_levels(one, other, status):
    parts = (copy("linux/amd64", name, meant_microarch=level) for name, level in (("a", one), ("b", other)))
    assert judged(*parts, part("windows/386")).status is status


def test_copies_that_say_nothing_of_a_target():
    parts = [copy("", "a"), copy("", "b")]
    found = judged(*parts)
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no two artifacts of one release were meant for two targets"


def test_a_universal_file_under_both_names():
    slices = [
        part(f"darwin/{built}", f"dist/app_{named}", sha256=SHA, slice=built, meant_goarch=named)
        for named in ("amd64", "arm64")
        for built in ("amd64", "arm64")
    ]
    assert judged(*slices, part(), part("linux/arm64")).status is Status.PASS


def test_contents_of_different_releases_are_not_compared():
    old = together(copy("linux/arm64", "old/a"), part("linux/386", "old/b"), release_name="old")
    new = together(copy("linux/amd64", "new/a"), part("linux/386", "new/b"), release_name="new")
    assert outcome_of(rule, of(old, new)).status is Status.PASS


def test_programs_of_one_release_are():
    """The record is gone in one of them, so that it is a program of another name."""
    groups = together(copy("linux/amd64")), together(copy("linux/arm64"), program="app")
    assert outcome_of(rule, of(*groups)).status is Status.FAIL


def test_without_hashing_it_is_unknown():
    lost = Unknown("not computed (--no-hash)")
    found = judged(copy("linux/amd64", sha256=lost), copy("linux/arm64", sha256=lost))
    assert found.status is Status.UNKNOWN
    assert found.reason == lost.reason
    assert [proof.label for proof in found.evidence] == ["dist/app_linux_amd64", "dist/app_linux_arm64"]


def test_without_a_program_it_does_not_apply():
    assert outcome_of(rule, release()).status is Status.NOT_APPLICABLE
