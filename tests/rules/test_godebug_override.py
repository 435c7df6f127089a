"""godebug-override."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import godebug_override as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of
from tests.test_godebugs import OF_1_27_FOR_1_24

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}


def outcome(default: str | None, minor: object = 27, recorded: dict[str, object] | None = None, **settings: str):
    given = {"DefaultGODEBUG": default, **{key.replace("__", "-"): value for key, value in settings.items()}}
    build = go_build(settings=given, recorded=recorded, traits={"go_minor": minor}, proofs=RECORD)
    return outcome_of(rule, subject(build))


def test_an_old_go_line_is_a_note_that_says_what_it_brings():
    found = outcome(OF_1_27_FOR_1_24)
    assert found.status is Status.FAIL
    assert found.severity is Severity.NOTE
    assert found.message == (
        "11 defaults are those of Go 1.24, as with `go 1.24` in go.mod; "
        "weaker for it: cryptocustomrand=1, tlssha1=1, urlstrictcolons=0"
    )
    assert found.fix == "go mod edit -go=1.27"
    *weaker, others = found.evidence
    assert [e.value.partition(" (")[0] for e in weaker] == ["cryptocustomrand=1", "tlssha1=1", "urlstrictcolons=0"]
    assert weaker[1].value == "tlssha1=1 (TLS 1.2 accepts SHA-1 signatures; the default until Go 1.24)"
    shown = {pair for e in weaker for pair in [e.value.partition(" (")[0]]} | set(others.value.split(", "))
    assert shown == set(OF_1_27_FOR_1_24.split(","))
    assert {e.offset for e in found.evidence} == {0x9000}


def test_one_setting_is_one():
    assert outcome("panicnil=1", minor=21).message == "1 default is that of Go 1.20, as with `go 1.20` in go.mod"


def test_a_program_outside_of_a_module_gets_the_defaults_of_1_20():
    for default in ("panicnil=1", "netedns0=0,panicnil=1"):
        assert "as Go takes outside of a module" in outcome(default, minor=21, recorded={"main": None}).message


def test_a_go_mod_without_go_line_gets_the_defaults_of_1_16():
    found = outcome("netedns0=0,panicnil=1", minor=21)
    assert found.message == ("2 defaults are those of Go 1.18 or older, as with an old go line in go.mod, or with none")


def test_settings_by_hand_are_told_apart():
    found = outcome(f"{OF_1_27_FOR_1_24},netdns=cgo,panicnil=1")
    assert found.message.endswith("; set by hand: netdns=cgo, panicnil=1")
    assert [e.value for e in found.evidence[:2]] == ["netdns=cgo", "panicnil=1"]
    assert found.fix is not None
    assert "//go:debug" in found.fix
    alone = outcome("netdns=cgo")
    assert alone.message == "set by hand: netdns=cgo"
    assert alone.fix is not None
    assert "go mod edit" not in alone.fix


def test_many_settings_are_counted_in_the_message_and_all_shown_as_evidence():
    found = outcome("a=1,b=1,c=1,d=1,e=1,f=1")
    assert found.message == "set by hand: a=1, b=1, c=1, d=1 and 2 more"
    assert len(found.evidence) == 6


def test_the_evidence_is_bounded():
    found = outcome(",".join(f"a{i}=1" for i in range(1000)))
    assert found.message == "set by hand: a0=1, a1=1, a2=1, a3=1 and 996 more"
    assert len(found.evidence) == 50


@pytest.mark.parametrize(
    "ldflags",
    [
        "-X runtime.godebugDefault=asyncpreemptoff=1",
        "-s -w '-X=runtime.godebugDefault=asyncpreemptoff=1'",
        "all=-X runtime.godebugDefault=x=1 -X runtime.godebugDefault=asyncpreemptoff=1",
    ],
)
@pytest.mark.parametrize("default", [None, OF_1_27_FOR_1_24])
def test_what_the_linker_was_told_takes_the_place_of_all_else(ldflags, default):
    found = outcome(default, __ldflags=ldflags)
    assert found.status is Status.FAIL
    assert "set GODEBUG asyncpreemptoff=1, in place of" in found.message
    assert "not preempted asynchronously" in found.message
    assert [(e.label, e.value) for e in found.evidence] == [("recorded -ldflags", ldflags)]


def test_asynchronous_preemption_turned_off_is_named_wherever_it_stands():
    assert "not preempted asynchronously" in outcome("asyncpreemptoff=1").message
    assert "not preempted" not in outcome("asyncpreemptoff=0").message


@pytest.mark.parametrize(
    ("default", "settings"),
    [
        (None, {}),
        ("", {}),
        ("fips140=on", {"GOFIPS140": "v1.0.0"}),
        ("fips140=on", {"GOFIPS140": "latest"}),
        (OF_1_27_FOR_1_24, {"__ldflags": "-X runtime.godebugDefault="}),
        (OF_1_27_FOR_1_24, {"__ldflags": "-X runtime.godebugDefault=nothing"}),
        (None, {"__ldflags": "-s -w -X main.version=1"}),
    ],
)
def test_a_program_with_the_defaults_of_its_go_passes(default, settings):
    assert outcome(default, **settings).status is Status.PASS


@pytest.mark.parametrize("settings", [{}, {"GOFIPS140": "off"}])
def test_fips140_without_the_module_was_set_by_hand(settings):
    assert outcome("fips140=on", **settings).message == "set by hand: fips140=on"


def test_before_go_1_21_nothing_was_compiled_in():
    assert outcome(None, minor=20).status is Status.NOT_APPLICABLE


def test_an_unknown_release_or_record_is_unknown():
    assert outcome(None, recorded={"settings": {}}).status is Status.UNKNOWN
    assert outcome(OF_1_27_FOR_1_24, minor=Unknown("no version tells")).status is Status.UNKNOWN
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN
