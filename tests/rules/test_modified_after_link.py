"""modified-after-link."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Edit, Evidence, GoBuild, Identity, MachoSignature, Severity, Status, Unknown
from inspector.rules import macho_signature_broken, packed
from inspector.rules import modified_after_link as rule
from tests.build.facts import MACHO, darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of

PROOF = Evidence("Go build ID content hash", "differs", 0x400)
MODIFIED = {"pristine": "modified"}


def message(build: GoBuild) -> str:
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    return outcome.message


def signature(**changes):
    made_by_go = {"kind": "adhoc", "state": "valid", "identifier": "a.out", "flags": 0x20002, "bad_pages": ()}
    return {"signature": MachoSignature(**{**made_by_go, **changes})}


def test_a_pristine_file_passes():
    verdict = rule.check(subject(go_build(proofs={"pristine": (PROOF,)})))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (PROOF,)


def test_a_changed_file_is_a_note_with_its_proof():
    outcome = outcome_of(rule, subject(go_build(observed=MODIFIED, proofs={"pristine": (PROOF,)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (PROOF,)


def test_a_go_archive_in_a_c_program_has_the_hash_of_the_archive():
    build = go_build(observed={"pristine": "unverifiable"}, settings={"-buildmode": "c-archive"})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.UNKNOWN
    assert "of the Go archive" in outcome.message


def test_a_go_archive_itself_is_its_objects():
    observed = {**MODIFIED, "buildmode": "c-archive", "symbols": False}
    assert "one of its objects" in message(go_build(observed=observed, settings={"-buildmode": "c-archive"}))


@pytest.mark.parametrize("kind", rule.FIXES)
def test_a_proven_edit_is_told_as_the_only_one(kind):
    traits = {"edit": Edit(kind=kind, what="1,024 bytes were appended")}
    build = go_build(observed={**MODIFIED, "symbols": False}, traits=traits)
    outcome = outcome_of(rule, subject(build))
    assert outcome.message == "changed after linking, and only so: 1,024 bytes were appended"
    assert outcome.fix == rule.FIXES[kind]


def test_settings_that_differ_tell_of_an_edited_record():
    build = go_build(observed=MODIFIED, traits={"identity": Identity(settings=False)})
    assert "settings in its build info" in message(build)


def of_c(**observed: object):
    """A program that a C linker finished: its section headers are where strip puts them too."""
    return {"observed": {**MODIFIED, "link_mode": "external", **observed}, "traits": {"sections_moved": True}}


def test_section_headers_written_anew_tell_of_strip_or_objcopy():
    moved = {"sections_moved": True}
    assert "stripped" in message(go_build(observed={**MODIFIED, "symbols": False}, traits=moved))
    assert "objcopy and patchelf" in message(go_build(observed={**MODIFIED, "symbols": True}, traits=moved))


def test_section_headers_where_go_puts_them_rule_strip_out():
    assert "nothing tells" in message(go_build(observed={**MODIFIED, "symbols": False}))


def test_missing_symbols_tell_of_strip_where_headers_do_not():
    assert "probably its symbols were stripped" in message(go_build(**of_c(symbols=False)))
    build = darwin(observed={**MODIFIED, "symbols": False}, traits={"sections_moved": None})
    assert "stripped" in message(build)


@pytest.mark.parametrize("flags", ["-s -w", "-w -s", "all=-s -w", "-X main.v=1 -s"])
def test_symbols_the_linker_left_out_tell_of_nothing(flags):
    assert "nothing tells" in message(go_build(**of_c(symbols=False), settings={"-ldflags": flags}))


@pytest.mark.parametrize("flags", ["-w", "-X main.v=-static", "-extldflags=-static"])
def test_other_linker_flags_leave_strip_the_likely_cause(flags):
    assert "stripped" in message(go_build(**of_c(symbols=False), settings={"-ldflags": flags}))


def test_symbols_that_are_there_or_unread_tell_of_nothing():
    assert "nothing tells" in message(go_build(**of_c(symbols=True)))
    assert "nothing tells" in message(go_build(**of_c(symbols=Unknown("no section table"))))


def test_authenticode_tells_of_signing():
    for signature in ("valid", Unknown("not verified")):
        told = message(windows(pe={"signature": signature}, observed=MODIFIED))
        assert "Authenticode signature, and without it is not as linked either" in told
    assert "Authenticode" not in message(windows(pe={"signature": "absent"}, observed=MODIFIED))


@pytest.mark.parametrize("change", [{"identifier": "com.example.app"}, {"flags": 0x10000, "kind": "cms"}])
def test_a_signature_that_is_not_the_linker_s_tells_of_signing(change):
    assert "signed again" in message(darwin(macho=signature(**change), observed=MODIFIED))


def test_the_linker_s_own_signature_tells_of_nothing():
    assert "signed again" not in message(darwin(macho=signature(), observed=MODIFIED))


@pytest.mark.parametrize("kind", ["none", "unknown"])
def test_no_readable_signature_tells_of_no_signing(kind):
    unread = signature(kind=kind, state="absent", identifier=None, flags=None)
    assert "signed again" not in message(darwin(macho=unread, observed=MODIFIED))


def test_no_build_id_is_unknown():
    none = Evidence("Go build ID", "the file has no Go build ID")
    build = go_build(observed={"pristine": "unverifiable"}, proofs={"pristine": (none,)})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.UNKNOWN
    assert outcome.evidence == (none,)


def test_a_hash_that_was_not_computed_is_unknown():
    outcome = outcome_of(rule, subject(go_build(observed={"pristine": Unknown("--no-hash")})))
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason == "--no-hash"


def test_a_broken_signature_is_the_same_cause():
    build = darwin(macho=signature(state="broken", bad_pages=(3,)), observed=MODIFIED)
    outcomes = judge(subject(build), (macho_signature_broken.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]


def test_the_facts_of_a_healthy_program_are_those_of_go_s_linker():
    assert (MACHO.signature.identifier, MACHO.signature.flags) == ("a.out", 0x20002)


PRISTINE = Declared(True, "policy x")


@pytest.mark.parametrize("traits", [{}, {"edit": Edit(kind="authenticode", what="it was signed")}])
def test_where_a_file_as_linked_was_asked_for_it_is_an_error(traits):
    build = go_build(observed=MODIFIED, traits=traits)
    outcome = outcome_of(rule, subject(build, pristine=PRISTINE))
    assert (outcome.status, outcome.severity, outcome.bound) == (Status.FAIL, Severity.ERROR, True)
    assert outcome.message == f"{message(build)}, but a file as linked was asked for (policy x)"
    assert "none needed" not in (outcome.fix or "")
    not_asked = subject(build, pristine=Declared(False, "policy x"))
    assert outcome_of(rule, not_asked) == outcome_of(rule, subject(build))


def test_what_cannot_be_verified_is_unknown_where_it_was_asked_for():
    outcome = outcome_of(rule, subject(go_build(observed={"pristine": "unverifiable"}), pristine=PRISTINE))
    assert (outcome.status, outcome.bound) == (Status.UNKNOWN, True)
    assert outcome_of(rule, subject(pristine=PRISTINE)).status is Status.PASS


def test_it_yields_only_to_a_finding_that_is_as_severe_where_it_was_asked_for():
    build = go_build(observed=MODIFIED, traits={"packer": "UPX 3.95"})
    rules = (packed.RULE, rule.RULE)
    assert [o.status for o in judge(subject(build), rules)] == [Status.FAIL, Status.NOT_APPLICABLE]
    assert [o.status for o in judge(subject(build, pristine=PRISTINE), rules)] == [Status.FAIL, Status.FAIL]
