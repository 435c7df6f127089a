"""pe-reloc-missing."""

import msgspec
import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import packed, wrong_buildmode
from inspector.rules import pe_reloc_missing as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

BARE = {"reloc": False, "reloc_size": 0, "relocs_stripped": True, "dynamic_base": False, "high_entropy_va": False}
PROOF = Evidence("base relocation directory", "absent", 0x120)


def bare(goarch: str = "amd64", minor: int | Unknown = 27, buildmode: str = "exe"):
    return subject(
        windows(
            goarch,
            pe=BARE,
            observed={"buildmode": buildmode},
            traits={"go_minor": minor},
            proofs={"pe.reloc": (PROOF,)},
        )
    )


def test_relocations_pass():
    verdict = rule.check(subject(windows("386", proofs={"pe.reloc": (PROOF,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


def test_none_is_a_warning_with_the_fix():
    outcome = outcome_of(rule, bare("386"))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert "-buildmode=pie" in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


@pytest.mark.parametrize(("minor", "severity"), [(14, Severity.NOTE), (15, Severity.WARNING)])
def test_before_go_1_15_it_was_the_default(minor, severity):
    outcome = outcome_of(rule, bare(minor=minor))
    assert outcome.status is Status.FAIL
    assert outcome.severity is severity
    assert outcome.evidence == (PROOF,)


@pytest.mark.parametrize("minor", [14, 27, Unknown("no version")])
def test_windows_on_arm_refuses_it(minor):
    outcome = outcome_of(rule, bare("arm64", minor))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.evidence == (PROOF,)


@pytest.mark.parametrize("minor", [14, 27, Unknown("no version")])
@pytest.mark.parametrize(("buildmode", "fix"), [("exe", "-buildmode=pie"), ("c-shared", "strips relocations")])
def test_it_is_an_error_where_aslr_was_asked_for(minor, buildmode, fix):
    build = bare(minor=minor, buildmode=buildmode).build
    outcome = outcome_of(rule, subject(build, aslr=Declared(True, "policy p.toml:all.aslr")))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert "asked for (policy p.toml:all.aslr)" in outcome.message
    assert fix in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


def test_aslr_that_is_not_asked_for_changes_nothing():
    build = bare().build
    outcome = outcome_of(rule, subject(build, aslr=Declared(False, "policy p.toml:all.aslr")))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.WARNING)


def test_what_was_asked_for_stays_an_error_in_a_packed_program():
    build = msgspec.structs.replace(
        bare().build, traits=msgspec.structs.replace(bare().build.traits, packer="UPX 3.95")
    )
    both = (rule.RULE, packed.RULE)
    assert [o.status for o in judge(subject(build), both)] == [Status.NOT_APPLICABLE, Status.FAIL]
    asked = judge(subject(build, aslr=Declared(True, "policy p.toml:all.aslr")), both)
    assert [(o.status, o.severity) for o in asked] == [(Status.FAIL, Severity.ERROR), (Status.FAIL, Severity.WARNING)]


def test_relocations_declared_stripped_do_not_count():
    outcome = outcome_of(rule, subject(windows(pe={"relocs_stripped": True})))
    assert outcome.status is Status.FAIL
    assert "marked as stripped" in outcome.message


def test_a_dll_is_not_told_to_become_a_pie():
    outcome = outcome_of(rule, bare(minor=14, buildmode="c-shared"))
    assert outcome.severity is Severity.WARNING
    assert "DLL" in outcome.message
    assert "pie" not in (outcome.fix or "")


def test_an_unknown_release_is_unknown():
    assert status_of(rule, bare(minor=Unknown("no version"))) is Status.UNKNOWN


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE


def test_one_cause_one_finding():
    meant = bare(buildmode="exe")
    meant = subject(meant.build, buildmode=Declared("pie", "option --buildmode"))
    outcomes = judge(meant, (wrong_buildmode.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]
