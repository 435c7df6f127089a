"""wrong-module."""

import pytest

from inspector.model import Declared, Evidence, Module, Status, Unknown
from inspector.rules import wrong_module as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}


def judged(module: str, **recorded: object):
    meant = Declared(module, "policy gobin-inspect.toml:all.module")
    return outcome_of(rule, subject(go_build(recorded=recorded, proofs=RECORD), module=meant))


def test_the_module_passes():
    outcome = judged("example.com/app", path="example.com/app/cmd/app")
    assert outcome.status is Status.PASS
    assert outcome.message == "example.com/app, as intended by policy gobin-inspect.toml:all.module"


@pytest.mark.parametrize("module", ["example.com/other", "example.com/ap", "example.com/app/v2", "example.com"])
def test_another_module_fails_and_names_both(module):
    outcome = judged(module)
    assert outcome.status is Status.FAIL
    assert outcome.message == (
        f"the main module is example.com/app, but {module} was meant (policy gobin-inspect.toml:all.module)"
    )
    proof = ("recorded main module", "example.com/app", 0x9000)
    assert [(e.label, e.value, e.offset) for e in outcome.evidence] == [proof]


def test_a_package_that_is_taken_for_the_module_is_told():
    outcome = judged("example.com/app/cmd/app", path="example.com/app/cmd/app")
    assert outcome.status is Status.FAIL
    assert outcome.message.endswith(": that is the path of its main package")


def test_what_replaced_the_module_is_shown():
    fork = Module(path="example.com/fork", version="v1.0.0", sum="h1:abc=", replace=None)
    main = Module(path="example.com/app", version="v1.2.3", sum=None, replace=fork)
    assert judged("example.com/app", main=main).message.endswith("; it was replaced by example.com/fork")
    wrong = judged("example.com/fork", main=main)
    assert wrong.status is Status.FAIL
    assert "it was replaced by example.com/fork" in wrong.message


# Each record as go1.27.3 writes it: for files, for GO111MODULE=off.
@pytest.mark.parametrize(
    ("path", "verdict", "reason"),
    [
        ("command-line-arguments", Status.UNKNOWN, "files were named on the command line"),
        ("example.com/app", Status.UNKNOWN, "was built outside of a module"),
        ("example.com/app/cmd/app", Status.UNKNOWN, "was built outside of a module"),
        ("example.com/apple", Status.FAIL, "which is not of module example.com/app"),
        ("cmd/gofmt", Status.FAIL, "which is not of module example.com/app"),
        (None, Status.UNKNOWN, "names neither a module nor a package"),
        ("", Status.UNKNOWN, "names neither a module nor a package"),
    ],
)
def test_without_a_module_the_package_is_looked_at(path, verdict, reason):
    outcome = judged("example.com/app", path=path, main=None)
    assert outcome.status is verdict
    assert reason in outcome.message


def test_no_record_is_unknown():
    build = go_build(recorded=Unknown("no build info"))
    assert outcome_of(rule, subject(build, module=Declared("example.com/app", "policy x"))).status is Status.UNKNOWN


def test_nothing_declared_is_not_applicable():
    assert outcome_of(rule, subject()).status is Status.NOT_APPLICABLE
