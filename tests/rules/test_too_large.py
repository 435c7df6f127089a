"""too-large. It cannot be unknown: a file that is read has a size."""

import pytest
from msgspec.structs import replace

from inspector.model import Declared, Evidence, Severity, Status
from inspector.rules import too_large as rule
from tests.build.facts import subject
from tests.rules.outcome import outcome_of

MIB = 1024 * 1024


def judged(size: int, ceiling: int):
    meant = Declared(ceiling, "policy gobin-inspect.toml:all.max-size")
    return outcome_of(rule, replace(subject(max_size=meant), size=size))


@pytest.mark.parametrize("size", [0, 3 * MIB - 1, 3 * MIB])
def test_a_file_up_to_the_ceiling_passes(size):
    assert judged(size, 3 * MIB).status is Status.PASS


def test_one_byte_more_is_an_error_that_tells_both_sizes_and_the_difference():
    outcome = judged(3 * MIB + 1, 3 * MIB)
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == (
        "3.00 MiB, but at most 3.00 MiB was meant (policy gobin-inspect.toml:all.max-size): 1 byte too many"
    )
    assert outcome.evidence == (Evidence("size", "3,145,729 bytes"),)


def test_mebibytes_are_told():
    assert judged(12_345_678, 10 * MIB).message.startswith("11.77 MiB, but at most 10.00 MiB was meant")


def test_nothing_declared_is_not_applicable():
    assert outcome_of(rule, subject()).status is Status.NOT_APPLICABLE
