"""ca-roots-missing."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import ca_roots_missing as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

NONE = Declared(("zones", "ca-roots", "users"), "profile static-scratch")
READS = "crypto/x509.loadSystemRoots"
FALLBACK = "crypto/x509.SetFallbackRoots"


def program(*functions: str, goos: str | Unknown = "linux"):
    proofs = {f"linked.{name}": (Evidence("function table", name, 0x1000),) for name in functions}
    return go_build(observed={"goos": goos}, traits={"linked": frozenset(functions)}, proofs=proofs)


@pytest.mark.parametrize("goos", ["linux", "android", "freebsd", "openbsd", "solaris", "plan9", "aix", "js", "wasip1"])
def test_verification_without_roots_is_an_error(goos):
    outcome = outcome_of(rule, subject(program(READS, "os/user.Current", goos=goos), absent=NONE))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "profile static-scratch" in outcome.message
    assert outcome.evidence == (Evidence("function table", READS, 0x1000),)
    assert "x509roots/fallback" in (outcome.fix or "")


def test_a_program_that_verifies_nothing_or_brings_roots_passes():
    assert status_of(rule, subject(program(), absent=NONE)) is Status.PASS
    verdict = rule.check(subject(program(READS, FALLBACK), absent=NONE))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (Evidence("function table", FALLBACK, 0x1000),)


@pytest.mark.parametrize(
    "bundle", ["github.com/certifi/gocertifi.CACerts", "github.com/breml/rootcerts/embedded.MozillaCACertificatesPEM"]
)
def test_a_bundle_used_by_hand_leaves_it_unknown(bundle):
    assert status_of(rule, subject(program(READS, bundle), absent=NONE)) is Status.UNKNOWN
    assert status_of(rule, subject(program(READS, bundle, FALLBACK), absent=NONE)) is Status.PASS


@pytest.mark.parametrize("goos", ["windows", "darwin", "ios"])
def test_where_the_system_verifies_it_is_not_applicable(goos):
    assert status_of(rule, subject(program(READS, goos=goos), absent=NONE)) is Status.NOT_APPLICABLE


def test_where_nobody_says_what_is_there_it_is_not_applicable():
    assert status_of(rule, subject(program(READS))) is Status.NOT_APPLICABLE
    others = Declared(("zones",), "profile x")
    assert status_of(rule, subject(program(READS), absent=others)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build", [go_build(traits={"linked": Unknown("no function table")}), program(READS, goos=Unknown("no table"))]
)
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build, absent=NONE)) is Status.UNKNOWN
