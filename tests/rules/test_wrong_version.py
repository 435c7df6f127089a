"""wrong-version."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Module, Severity, Status, Unknown
from inspector.rules import devel_version
from inspector.rules import wrong_version as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}
PSEUDO = "v0.0.0-20260102150405-abcdef123456"
DEVEL = "(devel)"
MEANT = {"version": Declared("v1.2.3", "policy x")}


def program(version: str | None = DEVEL, ldflags: str | None = None, module: str = "example.com/app", **changes):
    main = Module(path=module, version=version, sum=None, replace=changes.pop("replace", None))
    recorded = {"main": main, "path": changes.pop("path", module)}
    settings = {"-ldflags": ldflags, "-trimpath": None, **changes.pop("settings", {})}
    return go_build(recorded={**recorded, "settings": _given(settings)}, proofs=RECORD, **changes)


def _given(settings):
    given = {"-buildmode": "exe", "GOOS": "linux", **settings}
    return {key: value for key, value in given.items() if value is not None}


def judged(build, meant: str = "v1.2.3"):
    return outcome_of(rule, subject(build, version=Declared(meant, "policy x")))


# --- the module's version --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v1.2.3", "v1.2.3+dirty"])
@pytest.mark.parametrize("meant", ["v1.2.3", "1.2.3"])
def test_the_version_passes(version, meant):
    outcome = judged(program(version), meant)
    assert outcome.status is Status.PASS
    assert outcome.message == f"the module's version: {version}, as intended by policy x"


def test_a_version_of_a_repository_without_go_mod_passes():
    assert judged(program("v2.0.0+incompatible"), "v2.0.0").status is Status.PASS


@pytest.mark.parametrize("version", ["v1.2.4", "v1.2.3-rc.1", PSEUDO, "v1.2.4-0.20260102150405-abcdef123456"])
def test_another_version_is_an_error_that_names_both(version):
    outcome = judged(program(version))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == f"the module's version is {version}, but v1.2.3 was meant (policy x)"
    proof = ("recorded main module version", version, 0x9000)
    assert [(e.label, e.value, e.offset) for e in outcome.evidence] == [proof]
    assert outcome.fix == "build at the tag, from a clone that has its tags"


def test_a_pseudo_version_may_be_what_was_meant():
    assert judged(program(PSEUDO), PSEUDO).status is Status.PASS


@pytest.mark.parametrize("meant", ["v2.0.0", "2026.11", "nightly"])
def test_a_pseudo_version_is_no_witness_where_no_tag_could_do_better(meant):
    outcome = judged(program(PSEUDO), meant)
    assert outcome.status is Status.UNKNOWN
    assert f"no tag could have given example.com/app the version {meant}" in outcome.message
    assert judged(program(PSEUDO, f"-X main.version={meant}"), meant).status is Status.PASS
    assert judged(program("v1.2.3"), meant).status is Status.FAIL


def test_what_replaced_the_module_has_the_version():
    fork = Module(path="example.com/fork", version="v9.0.0", sum="h1:abc=", replace=None)
    assert judged(program("v1.2.3", replace=fork)).status is Status.FAIL
    folder = Module(path="../app", version=DEVEL, sum=None, replace=None)
    outcome = judged(program("v1.2.3", replace=folder))
    assert outcome.status is Status.UNKNOWN
    assert "replaced by a directory" in outcome.message


# --- what -X sets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ldflags",
    [
        "-X main.version=1.2.3",
        "-X=main.version=v1.2.3",
        "-s -w -X main.version=1.2.3 -X main.commit=abc -X main.date=2026-01-02T15:04:05Z -X main.builtBy=goreleaser",
        "-X 'main.version=1.2.3 (abcdef1)'",
        "-s '-X=main.Version=v1.2.3-dirty'",
        "-X main.VERSION=1.2.3+abcdef1",
        "-X example.com/app/internal/build.Version=1.2.3",
        "-X example.com/app/version.version=v1.2.3",
        "-X main.version=9.9.9 -X main.version=1.2.3",
        "all=-X main.version=1.2.3",
    ],
)
def test_the_version_that_the_linker_wrote_passes(ldflags):
    outcome = judged(program(DEVEL, ldflags))
    assert outcome.status is Status.PASS
    assert outcome.message.startswith("-X ")


@pytest.mark.parametrize(
    ("ldflags", "told"),
    [
        ("-X main.version=1.2.4", "-X main.version is 1.2.4"),
        ("-X main.version=", "-X main.version is empty"),
        ("-X main.version=dev", "-X main.version is dev"),
        ("-X main.version=1.2.3 -X main.version=1.2.4", "-X main.version is 1.2.4"),
        ("-X 'main.Version=v1.2.3-5-gabcdef1'", "-X main.Version is v1.2.3-5-gabcdef1"),
        ("-X main.version=1.2.3 -X main.Version=1.2.4", "-X main.Version is 1.2.4"),
        ("-X example.com/app/internal/build.Version=1.0.0", "-X example.com/app/internal/build.Version is 1.0.0"),
    ],
)
@pytest.mark.parametrize("version", [DEVEL, None, "v1.2.3"])
def test_another_version_that_the_linker_wrote_fails(version, ldflags, told):
    outcome = judged(program(version, ldflags))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == f"{told}, but v1.2.3 was meant (policy x)"
    assert 'go build -ldflags="-X ' in (outcome.fix or "")


def test_both_witnesses_are_named_and_are_the_evidence():
    outcome = judged(program("v1.2.4", "-X main.version=1.2.5"))
    assert outcome.message == (
        "the module's version is v1.2.4; -X main.version is 1.2.5, but v1.2.3 was meant (policy x)"
    )
    assert [(e.label, e.value) for e in outcome.evidence] == [
        ("recorded main module version", "v1.2.4"),
        ("recorded -X main.version", "1.2.5"),
    ]
    agreed = judged(program("v1.2.3", "-X main.version=1.2.3"))
    assert agreed.message == "the module's version and -X main.version: v1.2.3, as intended by policy x"


@pytest.mark.parametrize(
    "ldflags",
    [
        "-X main.versions=9",
        "-X main.goVersion=go1.27",
        "-X example.com/lib.Version=9",
        "-X example.com/apple/lib.Version=9",
        "-X example.com/app/cmd/app.version=9",  # package main goes by the name main, so that this sets nothing
        "-X version=9",
        "-s -w",
    ],
)
def test_other_variables_are_no_witness(ldflags):
    outcome = judged(program(DEVEL, ldflags, path="example.com/app/cmd/app"))
    assert outcome.status is Status.UNKNOWN
    assert "no recorded -X sets one" in outcome.message


def test_a_record_that_sets_very_many_is_told_in_few_words():
    ldflags = " ".join(f"-X example.com/app/p{n}.version=9" for n in range(10_000))
    outcome = judged(program(DEVEL, ldflags))
    assert outcome.status is Status.FAIL
    assert len(outcome.evidence) == rule.SHOWN
    assert "; and 17 more, but v1.2.3 was meant" in outcome.message
    assert (outcome.fix or "").count("go build") == 3


# --- no witness ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "reasons"),
    [
        (program(DEVEL, traits={"go_minor": 23}), ["Go before 1.24 stamps no version", "no recorded -X"]),
        (program(DEVEL), ["-buildvcs=false, or no repository or no git", "no recorded -X"]),
        (program(DEVEL, settings={"-trimpath": "true"}), ["with -trimpath Go does not record what -X sets"]),
        (program(DEVEL, settings={"vcs": "git", "vcs.revision": "0" * 40}), ["no go.mod at its root"]),
        (go_build(recorded={"main": None}), ["the build info names no main module"]),
        (program(None, traits={"go_minor": Unknown("no version")}), ["no version was stamped"]),
    ],
)
def test_nothing_that_tells_is_unknown_with_the_reasons(build, reasons):
    outcome = judged(build)
    assert outcome.status is Status.UNKNOWN
    for reason in reasons:
        assert reason in outcome.message


def test_no_record_is_unknown():
    assert judged(go_build(recorded=Unknown("no build info"))).reason == "no build info"


def test_nothing_declared_is_not_applicable():
    assert outcome_of(rule, subject()).status is Status.NOT_APPLICABLE


# --- one cause, one finding ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "devel", "wrong"),
    [
        (program(PSEUDO), Status.NOT_APPLICABLE, Status.FAIL),
        (program(DEVEL, "-X main.version=1"), Status.NOT_APPLICABLE, Status.FAIL),
        (program(DEVEL, "-X main.version=1.2.3"), Status.FAIL, Status.PASS),
        (program(DEVEL), Status.FAIL, Status.UNKNOWN),
        (program("v1.2.4"), Status.PASS, Status.FAIL),
    ],
)
def test_never_both_fail(build, devel, wrong):
    outcomes = judge(subject(build, **MEANT), (devel_version.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [devel, wrong]
