"""static-not-dynamic."""

import pytest

from inspector.model import Declared, Status, Unknown
from inspector.rules import static_not_dynamic as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of

DYNAMIC = Declared(False, "option --no-static")


@pytest.mark.parametrize("linkage", ["static", "static-pie"])
def test_a_static_file_fails(linkage):
    verdict = rule.check(subject(go_build(observed={"linkage": linkage}), static=DYNAMIC))
    assert verdict.status is Status.FAIL
    assert verdict.message == f"{linkage}, but a dynamic file was meant (option --no-static)"


@pytest.mark.parametrize("build", [go_build(observed={"linkage": "dynamic"}), darwin(), windows()])
def test_a_dynamic_file_passes(build):
    assert status_of(rule, subject(build, static=DYNAMIC)) is Status.PASS


@pytest.mark.parametrize("meant", [{}, {"static": Declared(True, "option --static")}])
def test_not_declared_is_not_applicable(meant):
    assert status_of(rule, subject(**meant)) is Status.NOT_APPLICABLE


def test_an_unread_linkage_is_unknown():
    build = go_build(observed={"linkage": Unknown("the dynamic section is cut off")})
    assert status_of(rule, subject(build, static=DYNAMIC)) is Status.UNKNOWN
