"""record-contradicts-binary."""

import pytest

from inspector.model import Evidence, Status, Unknown
from inspector.rules import record_contradicts_binary as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of

LOADER = "/lib64/ld-linux-x86-64.so.2"


def founding(**observed: object):
    """The founding document's own build: cgo on, -extldflags "-static", and Go's linker did the link."""
    return go_build(
        observed={"cgo": True, "linkage": "dynamic", "interpreter": LOADER, "needed": ("libc.so.6",), **observed},
        settings={"CGO_ENABLED": "1", "-ldflags": '-extldflags "-static"'},
        proofs={
            "interpreter": (Evidence("interpreter", LOADER, 0xFE4),),
            "recorded": (Evidence("build info", "", 64),),
        },
    )


STATIC_FLAGS_ON_OPENBSD = go_build(
    observed={
        "goos": "openbsd",
        "linkage": "dynamic",
        "interpreter": "/usr/libexec/ld.so",
        "needed": ("libc.so.97.0",),
    },
    settings={"GOOS": "openbsd", "-ldflags": '-extldflags "-static"'},
)


@pytest.mark.parametrize("build", [go_build(), windows(), windows("386"), darwin()])
def test_a_healthy_program_passes(build):
    assert status_of(rule, subject(build)) is Status.PASS


@pytest.mark.parametrize(
    ("observed", "key"), [({"goos": "freebsd"}, "GOOS=linux"), ({"goarch": "arm64"}, "GOARCH=amd64")]
)
def test_another_port_than_recorded_fails(observed, key):
    verdict = rule.check(subject(go_build(observed=observed)))
    assert verdict.status is Status.FAIL
    assert f"{key} is recorded, but the program is for {next(iter(observed.values()))}" in verdict.message


def test_cgo_although_off_is_recorded_fails():
    assert status_of(rule, subject(go_build(observed={"cgo": True}))) is Status.FAIL


def test_recorded_static_with_a_loader_fails_and_shows_both():
    verdict = rule.check(subject(founding()))
    assert verdict.status is Status.FAIL
    assert verdict.evidence == (
        Evidence("recorded -ldflags", '-extldflags "-static"', 64),
        Evidence("interpreter", LOADER, 0xFE4),
    )
    assert "-linkmode=external" in verdict.fix


@pytest.mark.parametrize(
    ("key", "proven", "recorded"),
    [("GOAMD64", "v3", "v1"), ("GOARM", "6,hardfloat", "7"), ("GOARM64", "lse", "v8.0"), ("GOARM64", "v8.0", "v8.1")],
)
def test_another_level_than_recorded_fails(key, proven, recorded):
    proof = Evidence("start-up check", "prints it", 0x99)
    build = go_build(observed={"microarch": {key: proven}}, settings={key: recorded}, proofs={"microarch": (proof,)})
    verdict = rule.check(subject(build))
    assert verdict.status is Status.FAIL
    assert verdict.message == f"{key}={recorded} is recorded, but the program is built for {proven}"
    assert verdict.evidence == (Evidence(f"recorded {key}", recorded), proof)


@pytest.mark.parametrize(
    ("key", "proven", "recorded"),
    [("GOAMD64", "v1", "v1"), ("GOARM", "7,hardfloat", "7"), ("GOARM64", "lse", "v8.5"), ("GO386", "sse2", None)],
)
def test_a_level_that_fits_or_is_not_recorded_passes(key, proven, recorded):
    build = go_build(observed={"microarch": {key: proven}}, settings={"GOAMD64": None, key: recorded})
    assert status_of(rule, subject(build)) is Status.PASS


def test_several_contradictions_are_one_finding():
    verdict = rule.check(subject(go_build(observed={"goarch": "arm64", "cgo": True})))
    assert verdict.status is Status.FAIL
    assert "GOARCH" in verdict.message
    assert "cgo is linked" in verdict.message


@pytest.mark.parametrize(
    "build",
    [
        founding(linkage="static", interpreter=None, needed=()),
        STATIC_FLAGS_ON_OPENBSD,
        go_build(observed={"buildmode": "pie"}),
        go_build(settings={"CGO_ENABLED": "1"}),
        go_build(observed={"goos": "android"}, settings={"CGO_ENABLED": "1"}),
        go_build(observed={"goos": "linux"}, settings={"GOOS": "android"}),
        darwin(settings={"GOOS": "ios"}),
    ],
    ids=["really-static", "never-static-there", "exe-is-any", "pure", "android", "linux-for-android", "catalyst"],
)
def test_what_proves_nothing_is_no_contradiction(build):
    assert status_of(rule, subject(build)) is Status.PASS


def test_no_record_is_unknown():
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN


def test_a_record_without_settings_is_unknown():
    assert status_of(rule, subject(go_build(recorded={"settings": {}, "go_version": "go1.16"}))) is Status.UNKNOWN


def test_unread_bytes_are_unknown_unless_something_else_contradicts():
    unread = {"goos": Unknown("no function table"), "cgo": Unknown("no function table")}
    assert status_of(rule, subject(go_build(observed=unread))) is Status.UNKNOWN
    assert status_of(rule, subject(go_build(observed={**unread, "goarch": "arm64"}))) is Status.FAIL
