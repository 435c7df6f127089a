"""unexpected-target."""

import pytest

from inspector.model import Evidence, Status
from inspector.rules import unexpected_target as rule
from tests.rules.release import LIST, outcome_of, release, stray


def test_programs_that_are_all_listed_pass():
    assert rule.check(release(claimed=7)).message == "all 7 Go programs are listed"
    assert rule.check(release(claimed=1)).status is Status.PASS


def test_one_that_is_not_fails_and_is_named_with_its_port_and_the_list():
    found = outcome_of(rule, release(claimed=7, strays=(stray("dist/extra"),)))
    assert found.status is Status.FAIL
    assert found.message == "1 Go program is in no list"
    assert found.evidence == (Evidence("dist/extra", f"linux/amd64: not in {LIST}"),)


def test_one_that_two_lists_should_name_is_one_program():
    both = (stray("dist/extra"), stray("dist/extra", source="policy p.toml"))
    found = outcome_of(rule, release(strays=both))
    assert found.message == "1 Go program is in no list"
    assert [proof.value for proof in found.evidence] == [
        f"linux/amd64: not in {LIST}",
        "linux/amd64: not in policy p.toml",
    ]
    assert outcome_of(rule, release(strays=(*both, stray("x")))).message == "2 Go programs are in no list"


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (release(lists=()), "nothing lists what the release may hold"),
        (release(), "no Go program was met"),
    ],
)
def test_where_nothing_can_be_unexpected_it_does_not_apply(seen, reason):
    found = outcome_of(rule, seen)
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == reason
