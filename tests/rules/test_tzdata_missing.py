"""tzdata-missing."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Tzdata, Unknown
from inspector.rules import tzdata_missing as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

ASKS = Evidence("function", "time.LoadLocation", 0x1000)
LISTED = Evidence("file table", "time/tzdata/zzipdata.go", 0x2000)
NONE = Evidence("file table", "no time/tzdata", 0x1000)
EMBEDDED = Declared("embedded", "option --tzdata")
ABSENT = Declared("absent", "option --tzdata")
TAGS = Declared(("timetzdata",), "option --tags")


def program(goos: str | Unknown, embedded: bool | Unknown = False, asks: bool | Unknown = True):
    zones = Tzdata(embedded=embedded, zones=597 if embedded is True else None, release=None, load_location=asks)
    proofs = {"tzdata.load_location": (ASKS,), **({"tzdata": (LISTED,)} if embedded is True else {})}
    return go_build(observed={"goos": goos, "tzdata": zones}, proofs=proofs)


@pytest.mark.parametrize("goos", ["windows", "wasip1", "js", "plan9"])
def test_where_no_system_has_zones_it_is_a_warning(goos):
    outcome = outcome_of(rule, subject(program(goos)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert outcome.evidence == (ASKS, NONE)
    assert "timetzdata" in (outcome.fix or "")


@pytest.mark.parametrize("goos", ["linux", "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos", "aix"])
def test_where_most_systems_have_them_it_is_a_note(goos):
    outcome = outcome_of(rule, subject(program(goos)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.evidence == (ASKS, NONE)


@pytest.mark.parametrize("goos", ["darwin", "ios", "android"])
def test_where_the_system_brings_them_it_is_not_applicable(goos):
    assert status_of(rule, subject(program(goos))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(goos, Unknown("no table"), Unknown("no table")))) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("goos", ["windows", "linux"])
def test_embedded_or_not_asked_for_passes(goos):
    embedded = rule.check(subject(program(goos, embedded=True)))
    assert embedded.status is Status.PASS
    assert embedded.evidence == (LISTED,)
    assert status_of(rule, subject(program(goos, asks=False))) is Status.PASS


@pytest.mark.parametrize("goos", ["windows", "linux", "darwin"])
@pytest.mark.parametrize("asks", [True, False, Unknown("no table")])
def test_declared_embedded_and_not_is_an_error_everywhere(goos, asks):
    outcome = outcome_of(rule, subject(program(goos, asks=asks), tzdata=EMBEDDED))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "--tzdata" in outcome.message
    assert outcome.evidence == (NONE,)


def test_declared_embedded_and_so_passes():
    verdict = rule.check(subject(program("linux", embedded=True), tzdata=EMBEDDED))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (LISTED,)


@pytest.mark.parametrize("goos", ["linux", "freebsd", "openbsd", "solaris", "aix"])
def test_a_target_without_zones_makes_it_an_error(goos):
    none = Declared(("zones", "users"), "profile static-scratch")
    outcome = outcome_of(rule, subject(program(goos), absent=none))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "profile static-scratch" in outcome.message
    assert outcome.evidence == (ASKS, NONE)
    assert status_of(rule, subject(program(goos, embedded=True), absent=none)) is Status.PASS
    assert status_of(rule, subject(program(goos, asks=False), absent=none)) is Status.PASS
    assert status_of(rule, subject(program("darwin"), absent=none)) is Status.NOT_APPLICABLE
    elsewhere = Declared("plan9", "profile x")
    assert outcome_of(rule, subject(program(goos), absent=none, goos=elsewhere)).severity is Severity.NOTE
    others = Declared(("users",), "profile x")
    assert outcome_of(rule, subject(program("linux"), absent=others)).severity is Severity.NOTE


@pytest.mark.parametrize("goos", ["windows", "js", "wasip1"])
def test_where_no_system_has_zones_saying_so_changes_nothing(goos):
    none = Declared(("zones",), "profile static-scratch")
    assert outcome_of(rule, subject(program(goos), absent=none)).severity is Severity.WARNING


def test_declared_absent_asks_for_nothing():
    assert status_of(rule, subject(program("windows"), tzdata=ABSENT)) is Status.NOT_APPLICABLE


def test_a_declared_tag_is_another_rule_s_unless_zones_are_declared_too():
    assert status_of(rule, subject(program("windows"), tags=TAGS)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program("windows"), tags=TAGS, tzdata=EMBEDDED)) is Status.FAIL
    assert status_of(rule, subject(program("windows"), tags=Declared(("netgo",), "option --tags"))) is Status.FAIL


@pytest.mark.parametrize(
    "build",
    [
        program("linux", embedded=Unknown("no table")),
        program("linux", asks=Unknown("no table")),
        program(Unknown("no table")),
    ],
)
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_declared_embedded_and_unread_is_unknown():
    assert status_of(rule, subject(program("linux", Unknown("no table")), tzdata=EMBEDDED)) is Status.UNKNOWN
