"""wrong-fips140."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import wrong_fips140 as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}
FROZEN = "v1.0.0-c2097c7c"  # what Go 1.24.11 to 1.27.3 record for GOFIPS140=v1.0.0 (lib/fips140/v1.0.0.txt)


def judged(meant: str, setting: str | None, mode: str | None = None, **changes: object):
    settings = {"GOFIPS140": setting, "DefaultGODEBUG": None if mode is None else f"panicnil=1,fips140={mode},x=1"}
    build = go_build(settings=settings, proofs=RECORD, **changes)
    return outcome_of(rule, subject(build, fips140=Declared(meant, "policy x")))


@pytest.mark.parametrize(
    ("meant", "setting", "mode"),
    [
        ("off", None, None),
        (
            "off",
            None,
            "on",
        ),  # //go:debug fips140=on: the build's setting is as meant, godebug-override reports the rest
        ("latest", "latest", "on"),
        ("latest", "latest", "only"),
        ("latest", "latest", None),
        ("v1.0.0", FROZEN, "on"),
        (FROZEN, FROZEN, "on"),
        ("v1.0.0", "v1.0.0", "on"),  # the name of the first module of all, before its content was fixed
        ("v1.26.0", "v1.26.0", "on"),
    ],
)
def test_the_setting_that_was_meant_passes(meant, setting, mode):
    outcome = judged(meant, setting, mode)
    assert outcome.status is Status.PASS
    assert outcome.message == f"GOFIPS140={setting or 'off'}, as intended by policy x"


@pytest.mark.parametrize(
    ("meant", "setting"),
    [
        ("off", "latest"),
        ("off", FROZEN),
        ("latest", None),
        ("latest", FROZEN),
        ("v1.0.0", None),
        ("v1.0.0", "latest"),
        ("v1.0.0", "v1.26.0"),
        ("v1.0", FROZEN),
        (FROZEN, "v1.0.0-0badc0de"),
        ("certified", None),
        ("inprocess", "latest"),
    ],
)
def test_another_setting_is_an_error_that_names_both(meant, setting):
    outcome = judged(meant, setting, "on")
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == f"built with GOFIPS140={setting or 'off'}, but {meant} was meant (policy x)"
    assert outcome.fix == f"GOFIPS140={meant} go build ..."
    assert [(e.value, e.offset) for e in outcome.evidence] == [(setting or "none", 0x9000)]


@pytest.mark.parametrize("mode", ["off", ""])
def test_a_mode_that_the_source_takes_away_fails(mode):
    outcome = judged("latest", "latest", mode)
    assert outcome.status is Status.FAIL
    assert "but the mode is off" in outcome.message
    assert [e.value for e in outcome.evidence] == ["latest", f"fips140={mode}"]


@pytest.mark.parametrize("alias", ["certified", "inprocess"])
def test_what_an_alias_stood_for_is_unknown(alias):
    outcome = judged(alias, FROZEN, "on")
    assert outcome.status is Status.UNKNOWN
    assert FROZEN in outcome.message
    assert "declare the version" in outcome.message


@pytest.mark.parametrize("changes", [{"recorded": {"settings": {}}}, {"recorded": Unknown("no build info")}])
def test_before_go_1_24_it_is_off(changes):
    traits = {"go_minor": 23}
    assert judged("off", None, traits=traits, **changes).status is Status.PASS
    assert judged("latest", None, traits=traits, **changes).status is Status.FAIL


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recorded": {"settings": {}}}, "the record holds no build settings"),
        ({"recorded": Unknown("no build info")}, "no build info"),
        ({"recorded": Unknown("no build info"), "traits": {"go_minor": Unknown("no version")}}, "no build info"),
    ],
)
def test_no_settings_are_unknown(changes, reason):
    outcome = judged("off", None, **changes)
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason == reason


def test_nothing_declared_is_not_applicable():
    assert outcome_of(rule, subject()).status is Status.NOT_APPLICABLE
