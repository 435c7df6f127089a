"""missing-target."""

import pytest

from inspector.model import Evidence, Status
from inspector.rules import missing_target as rule
from tests.rules.release import LIST, expected, outcome_of, release

THERE = expected("dist/a.zip", met=True)
GONE = expected("dist/b.zip", met=False, why="linux_arm64: no such file")


def test_everything_that_must_be_there_passes():
    assert rule.check(release(expected=(THERE, THERE))).message == "all 2 that must be there are there"
    assert rule.check(release(expected=(THERE,))).status is Status.PASS


def test_what_is_missing_fails_and_is_named_with_who_says_so():
    found = outcome_of(rule, release(expected=(THERE, GONE, THERE)))
    assert found.status is Status.FAIL
    assert found.message == "1 of 3 that must be there is missing"
    assert found.evidence == (Evidence("dist/b.zip", f"linux_arm64: no such file ({LIST})"),)


def test_several_are_one_finding():
    found = outcome_of(rule, release(expected=(GONE, GONE)))
    assert found.message == "2 of 2 that must be there are missing"
    assert len(found.evidence) == 2


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (release(lists=()), "nothing lists what the release must hold"),
        (
            release(whole=False, expected=(GONE,)),
            "single files were inspected, and what is missing beside them cannot be told",
        ),
        (release(apart=(LIST,)), f"the directory of {LIST} was not inspected as a whole"),
        (release(), "no list demands a target or a file"),
    ],
)
def test_where_nothing_can_be_missing_it_does_not_apply(seen, reason):
    found = outcome_of(rule, seen)
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == reason
