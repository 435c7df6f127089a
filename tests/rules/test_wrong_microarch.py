"""wrong-microarch: the proven level first, else the recorded one, compared as Go reads the variables."""

import pytest

from inspector.model import Declared, Status, Unknown
from inspector.rules import wrong_microarch as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import status_of


def given(value: str) -> Declared[str]:
    return Declared(value, "option")


def of(goarch: str, key: str, recorded: str | None, **observed: object):
    return go_build(
        observed={"goarch": goarch, **observed}, settings={"GOARCH": goarch, "GOAMD64": None, key: recorded}
    )


SAME = [
    ("amd64", "GOAMD64", "v1", "v1"),
    ("386", "GO386", "sse2", "sse2"),
    ("arm", "GOARM", "7", "7,hardfloat"),
    ("arm", "GOARM", "6,hardfloat", "6"),
    ("arm", "GOARM", "5", "5,softfloat"),
    ("arm64", "GOARM64", "v8.0", "v8.0"),
    ("arm64", "GOARM64", "v8.1", "v8.1,lse"),
    ("arm64", "GOARM64", "v9.0,crypto,lse", "v9.0,lse,crypto"),
    ("mipsle", "GOMIPS", "softfloat", "softfloat"),
    ("mips64", "GOMIPS64", "hardfloat", "hardfloat"),
    ("ppc64le", "GOPPC64", "power9", "power9"),
    ("riscv64", "GORISCV64", "rva22u64", "rva22u64"),
]
OTHER = [
    ("amd64", "GOAMD64", "v3", "v1"),
    ("386", "GO386", "softfloat", "sse2"),
    ("arm", "GOARM", "7", "6"),
    ("arm", "GOARM", "7,softfloat", "7"),
    ("arm", "GOARM", "5", "5,hardfloat"),
    ("arm64", "GOARM64", "v8.0,lse", "v8.0"),
    ("arm64", "GOARM64", "v8.1", "v8.2"),
    ("mips", "GOMIPS", "hardfloat", "softfloat"),
    ("ppc64", "GOPPC64", "power8", "power10"),
    ("riscv64", "GORISCV64", "rva20u64", "rva23u64"),
]


@pytest.mark.parametrize(("goarch", "key", "recorded", "meant"), SAME)
def test_the_same_level_passes_however_it_is_spelled(goarch, key, recorded, meant):
    assert status_of(rule, subject(of(goarch, key, recorded), microarch={key: given(meant)})) is Status.PASS


@pytest.mark.parametrize(("goarch", "key", "recorded", "meant"), OTHER)
def test_another_level_fails(goarch, key, recorded, meant):
    assert status_of(rule, subject(of(goarch, key, recorded), microarch={key: given(meant)})) is Status.FAIL


def test_the_bytes_are_believed_before_the_record():
    build = of("amd64", "GOAMD64", "v1", microarch={"GOAMD64": "v3"})
    verdict = rule.check(subject(build, microarch={"GOAMD64": Declared("v1", "option --goamd64")}))
    assert verdict.status is Status.FAIL
    assert verdict.message == "built for GOAMD64=v3, but v1 was meant (option --goamd64)"


def test_the_meant_value_of_a_proven_level_passes():
    build = of("arm", "GOARM", "6", microarch={"GOARM": "6,hardfloat"})
    assert status_of(rule, subject(build, microarch={"GOARM": given("6")})) is Status.PASS
    named = Declared("6", "file name", by_name=True)
    assert status_of(rule, subject(build, microarch={"GOARM": named})) is Status.PASS
    assert status_of(rule, subject(build, microarch={"GOARM": given("6,softfloat")})) is Status.FAIL


@pytest.mark.parametrize(
    ("proven", "recorded", "meant", "status"),
    [
        ("v8.0", "v8.0", "v8.0", Status.PASS),
        ("v8.0", None, "v8.0", Status.PASS),
        ("v8.0", "v8.0", "v8.0,lse", Status.FAIL),
        ("v8.0", None, "v8.1", Status.FAIL),
        ("v8.0", "v8.0,crypto", "v8.0", Status.FAIL),  # nothing in the bytes shows crypto: the record does
        ("v8.0", None, "v8.0,crypto", Status.UNKNOWN),
        ("v8.0", "v8.0", "v8.0,crypto", Status.FAIL),
        ("lse", "v8.2", "v8.2", Status.PASS),
        ("lse", "v8.1,lse", "v8.1", Status.PASS),
        ("lse", "v8.1", "v8.2", Status.FAIL),
        ("lse", None, "v8.0", Status.FAIL),
        ("lse", "v8.0", "v8.0", Status.FAIL),  # the record is false
        ("lse", None, "v8.1", Status.UNKNOWN),
    ],
)
def test_of_goarm64_the_bytes_prove_one_feature(proven, recorded, meant, status):
    build = of("arm64", "GOARM64", recorded, microarch={"GOARM64": proven})
    assert status_of(rule, subject(build, microarch={"GOARM64": given(meant)})) is status


def test_what_the_bytes_leave_open_is_named():
    build = of("arm64", "GOARM64", None, microarch={"GOARM64": "lse"})
    verdict = rule.check(subject(build, microarch={"GOARM64": given("v8.1")}))
    assert verdict.message == "the bytes prove GOARM64=lse, but not whether it is v8.1"


def test_a_name_speaks_of_the_arm_level_alone():
    build = of("arm", "GOARM", "7,softfloat")
    named = Declared("7", "file name", by_name=True)
    assert status_of(rule, subject(build, microarch={"GOARM": named})) is Status.PASS
    named = Declared("6", "file name", by_name=True)
    assert status_of(rule, subject(build, microarch={"GOARM": named})) is Status.FAIL


def test_a_variable_of_another_processor_is_ignored():
    build = of("arm64", "GOARM64", "v8.0")
    both = {"GOARM64": given("v8.0"), "GOAMD64": given("v3")}
    assert status_of(rule, subject(build, microarch=both)) is Status.PASS
    assert status_of(rule, subject(build, microarch={"GOAMD64": given("v3")})) is Status.NOT_APPLICABLE


def test_a_release_older_than_the_variable_built_the_base_level():
    build = go_build(
        observed={"goarch": "arm64"}, settings={"GOARCH": "arm64", "GOAMD64": None}, traits={"go_minor": 21}
    )
    assert status_of(rule, subject(build, microarch={"GOARM64": given("v8.0")})) is Status.PASS
    assert status_of(rule, subject(build, microarch={"GOARM64": given("v8.1")})) is Status.FAIL


def test_neither_proven_nor_recorded_is_unknown():
    build = of("arm", "GOARM", None)
    assert status_of(rule, subject(build, microarch={"GOARM": given("7")})) is Status.UNKNOWN


def test_an_unread_machine_is_unknown():
    build = go_build(observed={"goarch": Unknown("no machine field")})
    assert status_of(rule, subject(build, microarch={"GOARM": given("7")})) is Status.UNKNOWN


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE
