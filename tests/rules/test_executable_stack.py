"""executable-stack."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import executable_stack as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of


def test_a_stack_without_execution_passes():
    assert status_of(rule, subject()) is Status.PASS


@pytest.mark.parametrize("stack", ["rwx", "absent"])
def test_an_executable_or_unstated_stack_is_a_warning(stack):
    proof = Evidence("PT_GNU_STACK", stack, 0xE8)
    outcome = outcome_of(rule, subject(go_build(traits={"stack": stack}, proofs={"stack": (proof,)})))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.WARNING)
    assert outcome.evidence == (proof,)


@pytest.mark.parametrize("goarch", ["mips", "mipsle", "mips64", "mips64le"])
def test_on_mips_it_is_a_note(goarch):
    outcome = outcome_of(rule, subject(go_build(observed={"goarch": goarch}, traits={"stack": "absent"})))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)


@pytest.mark.parametrize(
    "build", [windows(), darwin(), go_build(observed={"goos": "freebsd"}, traits={"stack": "absent"})]
)
def test_other_systems_do_not_read_it(build):
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_a_c_archive_has_no_stack_yet():
    build = go_build(observed={"buildmode": "c-archive"}, traits={"stack": None})
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


def test_an_unread_system_is_unknown():
    build = go_build(observed={"goos": Unknown("no function table")}, traits={"stack": "absent"})
    assert status_of(rule, subject(build)) is Status.UNKNOWN
