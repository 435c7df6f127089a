"""A raised processor level: what is raised, and that it is told once and makes a release worse."""

import json

import pytest

from inspector.microarch import raised
from tests.cli.process import run
from tests.diff.sides import build, compared, file, written
from tests.real.built import Built


@pytest.mark.parametrize(
    ("key", "rising"),
    [
        # golang/go, src/internal/buildcfg/cfg.go, and go.dev/wiki/MinimumRequirements.
        ("GOAMD64", ("v1", "v2", "v3", "v4")),
        ("GO386", ("softfloat", "387", "sse2")),
        ("GOARM", ("5", "6", "7")),
        ("GOARM", ("6,softfloat", "6", "7")),
        ("GOARM", ("5,softfloat", "6,softfloat", "7,softfloat", "7,hardfloat")),
        ("GOARM64", ("v8.0", "v8.1", "v8.9", "v9.5")),
        ("GOARM64", ("v8.0", "v8.0,lse", "v8.0,lse,crypto", "v9.0,crypto")),
        ("GOARM64", ("v8.0", "lse")),
        ("GOMIPS", ("softfloat", "hardfloat")),
        ("GOMIPS64", ("softfloat", "hardfloat")),
        ("GOPPC64", ("power8", "power9", "power10")),
        ("GORISCV64", ("rva20u64", "rva22u64", "rva23u64")),
    ],
)
def test_a_level_that_needs_more_is_raised(key, rising):
    for at, value in enumerate(rising):
        assert not any(raised(key, value, lower) for lower in rising[: at + 1])
        assert all(raised(key, value, higher) for higher in rising[at + 1 :])


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("GOARM", "5", "5,softfloat"),
        ("GOARM", "7", "7,hardfloat"),
        ("GOARM64", "v8.1", "v8.1,lse"),
        ("GOARM64", "v9.0", "v8.5"),  # "v9.0 diverged from v8.5"
        ("GOARM64", "v8.5", "v9.0"),
        ("GOARM64", None, "v8.0"),
        ("GORISCV64", None, "rva20u64"),
        ("GOAMD64", None, "v3"),  # as old as the record of settings: nobody knows
        ("GOAMD64", "v3", None),
        ("GOAMD64", "v1", "v5"),
        ("GOAMD64", "x", "v3"),
        ("GOARM", "4", "7"),
        ("GOARM", "5", "7,x"),
        ("GOARM64", "v8", "v9.0"),
        ("GOARM64", "v8.0", "v8.0,sve"),
    ],
)
def test_what_is_not_raised(key, before, after):
    assert not raised(key, before, after)


def test_of_two_levels_each_may_need_what_the_other_does_not():
    assert raised("GOARM", "7,softfloat", "6,hardfloat")
    assert raised("GOARM", "6,hardfloat", "7,softfloat")
    assert raised("GOARM64", "v8.0,crypto", "v8.1")
    assert raised("GOARM64", "v8.1", "v8.0,crypto")


@pytest.mark.parametrize(("key", "before", "after"), [("GOARM64", None, "v8.1"), ("GORISCV64", None, "rva22u64")])
def test_before_there_was_the_variable_there_was_one_level(key, before, after):
    assert raised(key, before, after)


def v(level, **more):
    return build(settings={"GOAMD64": level}, **more)


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        (v("v1"), v("v3"), {"recorded.settings.GOAMD64"}),
        (v("v3"), v("v1"), set()),
        (v("v1", microarch={"GOAMD64": "v1"}), v("v1", microarch={"GOAMD64": "v2"}), {"microarch"}),
        (v("v1", microarch={}), v("v1", microarch={"GOAMD64": "v2"}), set()),  # the bytes proved nothing before
    ],
)
def test_a_raised_level_is_worse(old, new, worse):
    found = compared([file("d/app", old)], [file("e/app", new)])
    assert {change.fact for change in found.compared[0].facts if change.worse} == worse
    assert found.worse is bool(worse)
    assert ("\nworse: the processor level rose\n" in written(found)) is bool(worse)


def test_what_the_bytes_prove_and_the_record_says_is_told_once():
    old, new = (v(level, microarch={"GOAMD64": level}) for level in ("v1", "v3"))
    told = written(compared([file("d/app", old)], [file("e/app", new)]))
    assert "GOAMD64=v1 -> GOAMD64=v3 (worse)" in told
    assert told.count("v3") == 1
    # LSE is a part of v8.1, but does not say which version it is.
    old, new = (
        build("linux", "arm64", settings={"GOARM64": version}, microarch={"GOARM64": proven})
        for version, proven in (("v8.0", "v8.0"), ("v8.2", "lse"))
    )
    told = written(compared([file("d/app", old)], [file("e/app", new)]))
    assert "GOARM64=v8.0 -> GOARM64=lse (worse)" in told
    assert "v8.0 -> v8.2 (worse)" in told


@pytest.mark.usefixtures("bytecode")
@pytest.mark.wide
@pytest.mark.parametrize(
    ("port", "low", "high"),
    [
        ("linux-amd64", "", "-goamd64-v3"),
        ("linux-arm", "-goarm-5", "-goarm-7"),
        ("linux-arm64", "", "-goarm64-lse"),
        ("linux-386", "-go386-softfloat", ""),
        ("linux-mips", "-gomips-softfloat", ""),
    ],
)
def test_programs_built_for_two_levels(port, low, high, samples):
    old, new = (samples[f"hello-{port}-go1.27{variant}"] for variant in (low, high))
    levels = [{key for key in Built(one, samples).settings.items() if key[0].startswith("GO")} for one in (old, new)]
    assert levels[0] != levels[1]  # by Go's own record
    done = run("diff", "-f", "json", old.path, new.path)
    assert done.returncode == 1
    (pair,) = json.loads(done.stdout)["paired"]
    assert {fact["fact"] for fact in pair["facts"] if fact["worse"]} >= {
        f"recorded.settings.{key}" for key, _ in levels[0] ^ levels[1]
    }
    assert run("diff", new.path, old.path).returncode == 0
