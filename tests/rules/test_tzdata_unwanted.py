"""tzdata-unwanted."""

from inspector.model import Declared, Evidence, Severity, Status, Tzdata, Unknown
from inspector.rules import tzdata_unwanted as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

ABSENT = Declared("absent", "option --tzdata")
PROOF = Evidence("file table", "time/tzdata/zzipdata.go", 0x2000)


def program(embedded: bool | Unknown):
    zones = Tzdata(embedded=embedded, zones=None, release=None, load_location=True)
    return go_build(observed={"tzdata": zones}, proofs={"tzdata": (PROOF,)})


def test_none_as_declared_passes():
    assert status_of(rule, subject(program(embedded=False), tzdata=ABSENT)) is Status.PASS


def test_embedded_against_the_declaration_is_an_error():
    outcome = outcome_of(rule, subject(program(embedded=True), tzdata=ABSENT))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.evidence == (PROOF,)
    assert "--tzdata" in outcome.message


def test_an_unread_table_is_unknown():
    assert status_of(rule, subject(program(Unknown("no table")), tzdata=ABSENT)) is Status.UNKNOWN


def test_without_the_declaration_it_is_not_applicable():
    embedded = program(embedded=True)
    assert status_of(rule, subject(embedded)) is Status.NOT_APPLICABLE
    meant = Declared("embedded", "option --tzdata")
    assert status_of(rule, subject(embedded, tzdata=meant)) is Status.NOT_APPLICABLE
