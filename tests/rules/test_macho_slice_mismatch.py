"""macho-slice-mismatch."""

from typing import Any

import pytest
from msgspec.structs import replace

from inspector.model import Evidence, GoBuild, Module, Severity, Status, Subject, Unknown
from inspector.rules import macho_slice_mismatch as rule
from tests.build.facts import RECORDED, darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

REVISION = {"vcs.revision": "a" * 40, "vcs.modified": "false", "vcs.time": "2026-01-02T03:04:05Z"}


def slice_of(goarch: str, settings: dict[str, str | None] | None = None, **changes: Any) -> GoBuild:
    """A slice of a healthy universal program, with these facts replaced."""
    level = {"amd64": {"GOAMD64": "v1"}, "arm64": {"GOAMD64": None, "GOARM64": "v8.0"}}[goarch[:5]]
    build = darwin(goarch[:5], settings={**REVISION, **level, **(settings or {})}, **changes)
    return replace(build, slice="x86_64" if goarch == "amd64" else goarch)


def seen(*slices: GoBuild) -> list[Subject]:
    """What the rule sees of each slice of one file."""
    return [replace(subject(build), slices=slices) for build in slices]


def test_a_program_alone_in_its_file_is_compared_with_none():
    alone = subject(go_build())
    assert status_of(rule, alone) is Status.NOT_APPLICABLE
    assert status_of(rule, replace(alone, slices=(alone.build,))) is Status.NOT_APPLICABLE


def test_slices_that_differ_in_what_is_an_architectures_own_pass():
    slices = seen(
        slice_of("amd64", {"CGO_ENABLED": "0", "-ldflags": "-X main.on=darwin_amd64 -X main.at=2026-01-02T03:04:05Z"}),
        slice_of(
            "arm64",
            {
                "CGO_ENABLED": "1",
                "CGO_CFLAGS": "-arch arm64 -mmacosx-version-min=11.0",
                "-ldflags": "-X main.on=darwin_arm64 -X main.at=2026-01-02T03:05:59Z",
                "vcs.time": "2026-01-02T03:04:06Z",
            },
        ),
    )
    assert [status_of(rule, each) for each in slices] == [Status.PASS, Status.PASS]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"observed": {"go_version": "go1.26.6"}}, "Go version go1.26.6 here, go1.27.3 there"),
        ({"observed": {"cgo": True}}, "cgo linked here, not linked there"),
        ({"settings": {"vcs.revision": "b" * 12}}, "vcs.revision"),
        ({"settings": {"vcs.modified": "true"}}, "vcs.modified true here, false there"),
        ({"settings": {"vcs.revision": None}}, "vcs.revision"),
        ({"settings": {"-tags": "netgo"}}, "-tags netgo here, not recorded there"),
        ({"settings": {"-ldflags": "-s -w"}}, "-ldflags -s -w here, not recorded there"),
        ({"settings": {"GOOS": "ios"}}, "GOOS ios here, darwin there"),
        ({"settings": {"-tags": ""}}, "-tags empty here, not recorded there"),
        ({"recorded": {"path": "example.com/other"}}, "main package example.com/other here, example.com/app there"),
        (
            {"recorded": {"main": Module(path="example.com/app", version="v1.2.4", sum=None, replace=None)}},
            "module example.com/app v1.2.4 here, v1.2.3 there",
        ),
    ],
)
def test_any_other_difference_fails_at_the_slice_that_differs(change, words):
    one, other = seen(slice_of("arm64"), slice_of("amd64", **change))
    assert status_of(rule, one) is Status.PASS
    outcome = outcome_of(rule, other)
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert outcome.message.startswith("x86_64 was not built like arm64: ")
    assert words in outcome.message
    assert outcome.fix


def test_both_values_are_shown_where_they_stand():
    one, other = (
        slice_of(goarch, {"-tags": tags}, proofs={"recorded": (Evidence("build info", "go1.27.3", at),)})
        for goarch, tags, at in [("arm64", "a", 100), ("amd64", "b", 200)]
    )
    assert outcome_of(rule, seen(one, other)[1]).evidence == (
        Evidence("-tags of x86_64", "b", 200),
        Evidence("-tags of arm64", "a", 100),
    )


def test_of_three_slices_the_one_that_differs_fails_wherever_it_stands():
    odd = slice_of("amd64", {"vcs.modified": "true"})
    others = [slice_of("arm64"), slice_of("arm64e")]
    for place in range(3):
        slices = seen(*others[:place], odd, *others[place:])
        assert {s.build.slice for s in slices if status_of(rule, s) is Status.FAIL} == {"x86_64"}


def test_many_differences_are_counted_and_all_are_shown():
    one = slice_of("arm64")
    other = slice_of("amd64", {"-tags": "a", "-race": "true", "-ldflags": "-s", "-trimpath": None})
    outcome = outcome_of(rule, seen(one, other)[1])
    assert outcome.message.endswith("; 1 more")
    assert len(outcome.evidence) == 8


def test_a_long_value_is_left_to_the_evidence():
    other = slice_of("amd64", {"-ldflags": "-X main.version=" + "1" * 40})
    outcome = outcome_of(rule, seen(slice_of("arm64"), other)[1])
    assert outcome.message == "x86_64 was not built like arm64: other -ldflags"


def test_replaced_modules_are_told_from_the_modules_themselves():
    def dep(replacement: str | None) -> Module:
        new = None if replacement is None else Module(path=replacement, version="v1.0.0", sum=None, replace=None)
        return Module(path="example.com/lib", version="v1.0.0", sum=None, replace=new)

    one = slice_of("arm64", recorded={"deps": (dep(None),)})
    other = slice_of("amd64", recorded={"deps": (dep("example.com/fork"),)})
    assert "module example.com/lib" in outcome_of(rule, seen(one, other)[1]).message


def test_a_module_only_one_architecture_needs_is_no_difference():
    lib = Module(path="example.com/cpuid", version="v1.0.0", sum=None, replace=None)
    slices = seen(slice_of("arm64"), slice_of("amd64", recorded={"deps": (lib,)}))
    assert [status_of(rule, each) for each in slices] == [Status.PASS, Status.PASS]


def test_settings_that_one_release_does_not_record_are_not_called_different():
    old = slice_of(
        "amd64", {"-buildmode": None}, observed={"go_version": "go1.19.13"}, traits={"go_minor": 19}, recorded={}
    )
    message = outcome_of(rule, seen(slice_of("arm64"), old)[1]).message
    assert message == "x86_64 was not built like arm64: Go version go1.19.13 here, go1.27.3 there"


def test_without_a_record_revision_and_settings_are_unknown():
    bare = slice_of("amd64", recorded=Unknown("no build info"))
    for slices in (seen(bare, slice_of("arm64")), seen(slice_of("arm64"), bare)):
        verdicts = {each.build.slice: outcome_of(rule, each) for each in slices}
        assert verdicts["arm64"].status is Status.PASS
        assert verdicts["x86_64"].status is Status.UNKNOWN
        assert "no build info" in verdicts["x86_64"].message


def test_what_is_seen_differs_even_without_a_record():
    bare = slice_of("amd64", recorded=Unknown("no build info"), observed={"go_version": "go1.26.6"})
    assert status_of(rule, seen(slice_of("arm64"), bare)[1]) is Status.FAIL


def test_a_record_of_no_settings_is_compared_as_it_is():
    empty = {"settings": {}, "main": RECORDED.main}
    slices = seen(slice_of("arm64", recorded=empty), slice_of("amd64", recorded=empty))
    assert [status_of(rule, each) for each in slices] == [Status.PASS, Status.PASS]
