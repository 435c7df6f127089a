"""pe-no-aslr."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import pe_no_aslr as rule
from inspector.rules import pe_reloc_missing
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("DllCharacteristics", "0x8100", 0xDE)
FIXED = {"dynamic_base": False, "high_entropy_va": False}


def test_dynamic_base_passes():
    verdict = rule.check(subject(windows(proofs={"pe.dynamic_base": (PROOF,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


def test_a_fixed_address_is_a_warning():
    outcome = outcome_of(rule, subject(windows(pe=FIXED, proofs={"pe.dynamic_base": (PROOF,)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert outcome.evidence == (PROOF,)
    assert "-buildmode=pie" in (outcome.fix or "")


@pytest.mark.parametrize(
    ("asked", "severity"), [(True, Severity.ERROR), (False, Severity.WARNING)], ids=["asked", "not-asked"]
)
@pytest.mark.parametrize("instrumentation", [(), ("race",)])
def test_it_is_an_error_where_aslr_was_asked_for(asked, severity, instrumentation):
    build = windows(pe=FIXED, traits={"instrumentation": instrumentation})
    outcome = outcome_of(rule, subject(build, aslr=Declared(asked, "policy p.toml:all.aslr")))
    assert (outcome.status, outcome.severity) == (Status.FAIL, severity)
    assert ("asked for (policy p.toml:all.aslr)" in outcome.message) == asked
    assert ("-race" in (outcome.fix or "")) == bool(instrumentation)


def test_a_race_build_is_told_the_reason():
    race = {"instrumentation": ("race",)}
    outcome = outcome_of(rule, subject(windows(pe=FIXED, traits=race, proofs={"pe.dynamic_base": (PROOF,)})))
    assert outcome.status is Status.FAIL
    assert "-race" in (outcome.fix or "")
    assert outcome.evidence == (PROOF,)


def test_missing_relocations_are_the_same_cause():
    build = windows(pe={**FIXED, "reloc": False, "relocs_stripped": True}, observed={"buildmode": "exe"})
    outcomes = judge(subject(build), (pe_reloc_missing.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]


def test_headers_decide_even_when_tables_are_unknown():
    build = windows(pe=FIXED, traits={"instrumentation": Unknown("no table"), "go_minor": Unknown("no version")})
    assert status_of(rule, subject(build)) is Status.FAIL


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
