"""macho-load-commands."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import macho_load_commands as rule
from tests.build.facts import MACHO, darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

DEFECT = Evidence("load command 3 cmdsize", "0", 0x168)


def without(*names: str, goarch: str = "arm64", file_type: str = "MH_EXECUTE", also: tuple[str, ...] = ()):
    return subject(
        darwin(
            goarch,
            macho={
                "load_commands": (*(name for name in MACHO.load_commands if name not in names), *also),
                "segments": tuple(name for name in MACHO.segments if name not in names),
                "file_type": file_type,
            },
        )
    )


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_a_complete_list_passes(goarch):
    assert status_of(rule, without(goarch=goarch)) is Status.PASS


@pytest.mark.parametrize("name", ["__TEXT", "__LINKEDIT", "LC_SYMTAB", "LC_LOAD_DYLINKER", "LC_MAIN"])
@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_each_that_is_missing_is_an_error(goarch, name):
    outcome = outcome_of(rule, without(name, goarch=goarch))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert name in outcome.message
    assert name in outcome.evidence[0].value


def test_go_s_entry_on_intel_is_the_other_one():
    assert status_of(rule, without("LC_MAIN", goarch="amd64", also=("LC_UNIXTHREAD",))) is Status.PASS
    assert status_of(rule, without("LC_MAIN", goarch="arm64", also=("LC_UNIXTHREAD",))) is Status.FAIL


def test_a_missing_signature_alone_is_another_rule_s():
    outcome = outcome_of(rule, without("LC_CODE_SIGNATURE"))
    assert outcome.status is Status.NOT_APPLICABLE
    assert "macho-unsigned-arm64" in (outcome.reason or "")
    assert status_of(rule, without("LC_CODE_SIGNATURE", goarch="amd64")) is Status.PASS


def test_a_missing_signature_does_not_hide_another_defect():
    assert status_of(rule, without("LC_CODE_SIGNATURE", "LC_SYMTAB")) is Status.FAIL
    build = darwin(macho={"load_commands": ()}, traits={"macho_commands": (DEFECT,)})
    assert DEFECT in outcome_of(rule, subject(build)).evidence


@pytest.mark.parametrize("file_type", ["MH_EXECUTE", "MH_DYLIB", "MH_OBJECT"])
def test_an_impossible_command_is_an_error_in_any_file(file_type):
    build = darwin(macho={"file_type": file_type}, traits={"macho_commands": (DEFECT,)})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    assert outcome.message.endswith("one impossible command")
    assert outcome.evidence == (DEFECT,)


def test_several_defects_are_counted_after_what_is_missing():
    segments = ("__TEXT",)
    build = darwin(macho={"segments": segments}, traits={"macho_commands": (DEFECT, DEFECT)})
    assert outcome_of(rule, subject(build)).message.endswith("no __LINKEDIT and 2 impossible commands")


def test_libraries_need_no_entry():
    assert status_of(rule, without("LC_MAIN", "LC_LOAD_DYLINKER", file_type="MH_DYLIB")) is Status.PASS


def test_an_unread_machine_is_unknown():
    build = darwin(observed={"goarch": Unknown("cputype 0x1234")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
