"""wrong-tags: effects where the bytes show them, the recorded set for all other tags."""

import pytest

from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import wrong_tags as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of


def given(*tags: str) -> Declared[tuple[str, ...]]:
    return Declared(tags, "option --tags")


PURE = {"resolver": "go", "user_lookup": "go", "tags": ("netgo", "osusergo")}
WITH_CGO = {"cgo": True, "resolver": "cgo", "user_lookup": "cgo", "tags": ()}


@pytest.mark.parametrize("tag", ["netgo", "osusergo"])
def test_an_effect_that_is_there_passes_with_the_tag_and_without(tag):
    for recorded in (tag, None):
        build = go_build(observed=PURE, settings={"-tags": recorded})
        assert status_of(rule, subject(build, tags=given(tag))) is Status.PASS


@pytest.mark.parametrize("tag", ["netgo", "osusergo"])
def test_an_effect_that_is_absent_fails_although_the_tag_is_recorded(tag):
    build = go_build(
        observed=WITH_CGO,
        settings={"-tags": tag},
        proofs={"resolver": (Evidence("file table", "net/cgo_unix_cgo.go", 7),)},
    )
    verdict = rule.check(subject(build, tags=given(tag)))
    assert verdict.status is Status.FAIL
    assert f"{tag} was meant" in verdict.message
    assert verdict.fix == f"go build -tags {tag} ..."


def test_darwin_looks_up_through_its_library_without_netgo():
    build = go_build(observed={"goos": "darwin", "resolver": "system"})
    assert status_of(rule, subject(build, tags=given("netgo"))) is Status.FAIL


@pytest.mark.parametrize("tag", ["netgo", "osusergo"])
def test_a_package_that_is_not_linked_passes_and_says_so(tag):
    outcome = outcome_of(rule, subject(go_build(), tags=given(tag)))
    assert outcome.status is Status.PASS
    assert "is not linked" in outcome.message


@pytest.mark.parametrize(("recorded", "verdict"), [("netgo", Status.PASS), (None, Status.FAIL)])
def test_on_windows_the_record_says_whether_netgo_was_given(recorded, verdict):
    settings = {} if recorded is None else {"-tags": recorded}
    build = windows(observed={"resolver": "system"}, settings=settings)
    assert status_of(rule, subject(build, tags=given("netgo"))) is verdict


@pytest.mark.parametrize("tag", ["timetzdata", "race"])
def test_linked_effects(tag):
    assert status_of(rule, subject(go_build(observed={"tags": (tag,)}), tags=given(tag))) is Status.PASS
    assert status_of(rule, subject(go_build(), tags=given(tag))) is Status.FAIL


@pytest.mark.parametrize(
    ("tags", "fix"),
    [
        (("race",), "go build -race ..."),
        (("a", "race"), "go build -race -tags a ..."),
        (("a", "b"), "go build -tags a,b ..."),
    ],
)
def test_race_is_asked_for_by_its_own_option(tags, fix):
    assert outcome_of(rule, subject(go_build(), tags=given(*tags))).fix == fix


def test_effects_that_were_not_meant_are_fine():
    build = go_build(observed={**PURE, "tags": ("netgo", "osusergo", "timetzdata")}, settings={"-tags": "timetzdata"})
    assert status_of(rule, subject(build, tags=given())) is Status.PASS


@pytest.mark.parametrize(
    ("recorded", "meant", "verdict"),
    [
        ("a,b", ("a", "b"), Status.PASS),
        ("b,a,a", ("a", "b"), Status.PASS),
        ("a b", ("a", "b"), Status.PASS),
        ("a,netgo", ("a",), Status.PASS),
        (None, (), Status.PASS),
        ("a", ("a", "b"), Status.FAIL),
        ("a,b", ("a",), Status.FAIL),
        (None, ("a",), Status.FAIL),
        ("a", (), Status.FAIL),
    ],
)
def test_other_tags_are_compared_as_sets(recorded, meant, verdict):
    assert status_of(rule, subject(go_build(settings={"-tags": recorded}), tags=given(*meant))) is verdict


@pytest.mark.parametrize(
    ("recorded", "fips140", "verdict"),
    [
        ("x,fips140v1.0", "v1.0.0-c2097c7c", Status.PASS),
        ("x,fips140v1.26", "v1.26.0", Status.PASS),
        ("x", "latest", Status.PASS),
        ("x,fips140v1.0", "v1.26.0", Status.FAIL),
        ("x,fips140v1.0", None, Status.FAIL),
    ],
)
def test_the_tag_that_the_go_command_adds_for_gofips140_is_no_extra_one(recorded, fips140, verdict):
    build = go_build(settings={"-tags": recorded, "GOFIPS140": fips140})
    assert status_of(rule, subject(build, tags=given("x"))) is verdict


def test_missing_and_extra_tags_are_named():
    verdict = rule.check(subject(go_build(settings={"-tags": "debug"}), tags=given("release")))
    assert "release was meant, but is not recorded" in verdict.message
    assert "debug is recorded, but was not meant" in verdict.message


@pytest.mark.parametrize("recorded", [Unknown("no build info"), {"settings": {}, "go_version": "go1.16"}])
def test_without_a_record_other_tags_are_unknown(recorded):
    assert status_of(rule, subject(go_build(recorded=recorded), tags=given("a"))) is Status.UNKNOWN


def test_an_absent_effect_fails_also_without_a_record():
    build = go_build(observed=WITH_CGO, recorded=Unknown("no build info"))
    assert status_of(rule, subject(build, tags=given("netgo"))) is Status.FAIL


@pytest.mark.parametrize("fact", ["resolver", "user_lookup", "tags"])
def test_an_unread_table_is_unknown(fact):
    build = go_build(observed={**PURE, fact: Unknown("no function table")})
    assert status_of(rule, subject(build, tags=given("netgo", "osusergo", "race"))) in {Status.UNKNOWN, Status.FAIL}
    tag = {"resolver": "netgo", "user_lookup": "osusergo", "tags": "race"}[fact]
    assert status_of(rule, subject(build, tags=given(tag))) is Status.UNKNOWN


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE
