"""exec-lookup-on-windows."""

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import exec_lookup_on_windows as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

LOOKUP = "os/exec.LookPath"
PROOF = Evidence("function table", LOOKUP, 0x1000)


def test_a_linked_lookup_is_a_note():
    build = windows(traits={"linked": frozenset({LOOKUP})}, proofs={f"linked.{LOOKUP}": (PROOF,)})
    outcome = outcome_of(rule, subject(build))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (PROOF,)


def test_none_passes():
    assert status_of(rule, subject(windows())) is Status.PASS
    assert status_of(rule, subject(windows(traits={"linked": frozenset({"os/user.Current"})}))) is Status.PASS


def test_other_systems_are_not_applicable():
    build = go_build(traits={"linked": frozenset({LOOKUP})})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE
    packed = go_build(observed={"goos": Unknown("packed")}, traits={"linked": Unknown("packed")})
    assert status_of(rule, subject(packed)) is Status.NOT_APPLICABLE


def test_what_could_not_be_read_is_unknown():
    assert status_of(rule, subject(windows(traits={"linked": Unknown("no table")}))) is Status.UNKNOWN
    assert status_of(rule, subject(windows(observed={"goos": Unknown("no table")}))) is Status.UNKNOWN
