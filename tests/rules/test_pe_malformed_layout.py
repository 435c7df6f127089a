"""pe-malformed-layout."""

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import pe_malformed_layout as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

HEADERS = Evidence("SizeOfHeaders", "1352, no multiple of FileAlignment 512", 0xD4)
SECTION = Evidence("section /4 PointerToRawData", "0x148, no multiple of FileAlignment 512", 0x19C)


def test_a_sound_layout_passes():
    assert status_of(rule, subject(windows())) is Status.PASS


def test_every_defect_is_evidence():
    outcome = outcome_of(rule, subject(windows(traits={"pe_layout": (HEADERS, SECTION)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.evidence == (HEADERS, SECTION)
    assert "2 defects" in outcome.message


def test_one_defect_is_not_several():
    assert "one defect" in outcome_of(rule, subject(windows(traits={"pe_layout": (HEADERS,)}))).message


def test_headers_decide_even_when_tables_are_unknown():
    unread = {"goos": Unknown("no table"), "goarch": Unknown("no machine"), "buildmode": Unknown("no headers")}
    build = windows(observed=unread, traits={"pe_layout": (HEADERS,), "go_minor": Unknown("no version")})
    assert status_of(rule, subject(build)) is Status.FAIL


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
