"""user-lookup-needs-passwd."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import user_lookup_needs_passwd as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

NONE = Declared(("zones", "ca-roots", "users"), "profile static-scratch")
CURRENT, LOOKUP = "os/user.Current", "os/user.Lookup"
FILE = Evidence("file table", "os/user/lookup_stubs.go", 0x2000)


def linked(name: str) -> Evidence:
    return Evidence("function table", name, 0x1000)


def program(*functions: str, who: object = "go", goos: str | Unknown = "linux"):
    proofs = {f"linked.{name}": (linked(name),) for name in functions} | {"user_lookup": (FILE,)}
    observed = {"goos": goos, "user_lookup": who}
    return go_build(observed=observed, traits={"linked": frozenset(functions)}, proofs=proofs)


@pytest.mark.parametrize(
    ("who", "functions", "says"),
    [
        ("go", (CURRENT,), "os/user.Current needs $USER and $HOME where there is no /etc/passwd"),
        ("go", (LOOKUP,), "there is no /etc/passwd for os/user.Lookup (profile"),
        ("go", (CURRENT, LOOKUP), "there is no /etc/passwd for os/user.Current, os/user.Lookup (profile"),
        ("go", ("os/user.LookupGroup",), "there is no /etc/passwd for os/user.LookupGroup (profile"),
        ("cgo", (CURRENT,), "libc finds no /etc/passwd for os/user.Current (profile"),
    ],
)
def test_a_lookup_without_users_is_a_warning(who, functions, says):
    outcome = outcome_of(rule, subject(program(*functions, who=who), absent=NONE))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert outcome.message.startswith(says)
    assert "profile static-scratch" in outcome.message
    assert outcome.evidence == (*map(linked, functions), FILE)
    # libc does not look at the variables
    assert ("USER and HOME" in (outcome.fix or "")) == (who == "go")


@pytest.mark.parametrize("who", ["go", None])
def test_no_lookup_passes(who):
    assert status_of(rule, subject(program(who=who), absent=NONE)) is Status.PASS


def test_not_applicable():
    assert status_of(rule, subject(program(CURRENT))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(CURRENT), absent=Declared(("zones",), "p"))) is Status.NOT_APPLICABLE
    windows = program(CURRENT, who="system", goos="windows")
    assert status_of(rule, subject(windows, absent=NONE)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(CURRENT, goos="android"), absent=NONE)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build",
    [
        program(CURRENT, who=Unknown("no table")),
        program(CURRENT, goos=Unknown("no table")),
        go_build(observed={"user_lookup": "go"}, traits={"linked": Unknown("no table")}),
    ],
)
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build, absent=NONE)) is Status.UNKNOWN
