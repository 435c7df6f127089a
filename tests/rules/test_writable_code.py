"""writable-code. It cannot be unknown: an image without segments is none."""

from inspector.model import Evidence, Status
from inspector.rules import writable_code as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import status_of


def test_separate_ranges_pass():
    assert status_of(rule, subject()) is Status.PASS


def test_each_writable_and_executable_range_is_one_proof():
    ranges = (
        Evidence("PT_LOAD at 0x400000", "writable and executable", 0x40),
        Evidence(".upx at 0x800000", "writable and executable", 0x78),
    )
    verdict = rule.check(subject(go_build(traits={"writable_code": ranges})))
    assert verdict.status is Status.FAIL
    assert verdict.evidence == ranges
    assert verdict.message == "PT_LOAD at 0x400000, .upx at 0x800000: writable and executable at once"
