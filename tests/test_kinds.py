"""Pages for the kinds of skipped row."""

import pytest

from inspector.kinds import KINDS, kind_page
from inspector.model import SkipKind
from inspector.rules import all_rules


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page_that_says_what_it_means_and_what_to_do(kind):
    page = kind_page(kind)
    assert page is not None
    assert page.startswith(f"{kind}: ")
    assert "\n## What it means\n" in page
    assert "\n## What to do\n" in page
    assert "xit code" in page
    assert all(len(line) <= 79 for line in page.splitlines())


def test_the_kinds_are_those_of_skipped_rows():
    assert set(KINDS) == {kind.value for kind in SkipKind}
    assert len(KINDS) == 6


def test_the_name_is_found_in_any_case_and_nothing_else_is():
    assert kind_page("NOT-GO") == kind_page("not-go")
    assert kind_page("wrong-goos") is None
    assert kind_page("") is None


def test_a_limit_is_found_by_the_name_of_its_error():
    assert kind_page("limit-exceeded") == kind_page("limit")


def test_no_kind_has_a_rules_name():
    assert not set(KINDS) & {rule.name for rule in all_rules()}
