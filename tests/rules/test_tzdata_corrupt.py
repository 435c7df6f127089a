"""tzdata-corrupt."""

from inspector.model import Evidence, Severity, Status, Tzdata, Unknown
from inspector.rules import tzdata_corrupt as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = Evidence("zone Asia/Tokyo", "CRC-32 differs", 0x7A000)


def program(embedded: bool | Unknown = True, zones: int | Unknown | None = 597, defect: str | None = None):
    tzdata = Tzdata(embedded=embedded, zones=zones, release=None, load_location=True, defect=defect)
    return go_build(observed={"tzdata": tzdata}, proofs={"tzdata": (PROOF,)})


def test_a_readable_zip_passes():
    outcome = outcome_of(rule, subject(program()))
    assert outcome.status is Status.PASS
    assert "597" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_a_damaged_one_is_an_error_and_says_why():
    outcome = outcome_of(rule, subject(program(zones=Unknown("damaged"), defect="zone Asia/Tokyo: CRC-32 differs")))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "Asia/Tokyo" in outcome.message
    assert outcome.evidence == (PROOF,)


def test_nothing_embedded_is_not_applicable():
    assert status_of(rule, subject(program(embedded=False, zones=None))) is Status.NOT_APPLICABLE


def test_what_could_not_be_read_is_unknown():
    assert status_of(rule, subject(program(embedded=Unknown("no table")))) is Status.UNKNOWN
    assert status_of(rule, subject(program(zones=Unknown("the zip was not found")))) is Status.UNKNOWN
