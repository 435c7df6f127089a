"""cpu-profile-on-wasm."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import cpu_profile_on_wasm as rule
from tests.build.facts import go_build, subject, wasm
from tests.rules.outcome import outcome_of, status_of

START = "runtime/pprof.StartCPUProfile"
PROOF = Evidence("function table", START, 0x1000)
LINKED = {"linked": frozenset({START})}


@pytest.mark.parametrize("goos", ["js", "wasip1"])
def test_a_linked_profiler_is_a_note(goos):
    outcome = outcome_of(rule, subject(wasm(goos, traits=LINKED, proofs={f"linked.{START}": (PROOF,)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (PROOF,)


def test_none_passes():
    assert status_of(rule, subject(wasm())) is Status.PASS
    assert status_of(rule, subject(wasm(traits={"linked": frozenset({"os/user.Current"})}))) is Status.PASS


def test_elsewhere_profiles_work():
    assert status_of(rule, subject(go_build(traits=LINKED))) is Status.NOT_APPLICABLE


def test_what_could_not_be_read_is_unknown():
    unread = Unknown("no function table")
    assert status_of(rule, subject(wasm(traits={"linked": unread}))) is Status.UNKNOWN
    assert status_of(rule, subject(go_build(observed={"goarch": unread}))) is Status.UNKNOWN
