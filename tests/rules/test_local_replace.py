"""local-replace."""

import pytest

from inspector.model import Evidence, Module, Severity, Status, Unknown
from inspector.rules import local_replace as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

RECORD = {"recorded": (Evidence("build info", "go1.27.3", 0x9000),)}


def module(path: str, version: str | None, replace: Module | None = None) -> Module:
    return Module(path=path, version=version, sum=None, replace=replace)


def program(*deps: Module, main: Module | None = None):
    return subject(go_build(recorded={"deps": deps, **({"main": main} if main else {})}, proofs=RECORD))


LIB = module("example.com/lib", "v0.1.0")
FORK = module("example.com/lib", "v0.1.0", module("example.org/fork", "v0.1.1"))


# The path as go.mod has it; modfile.IsDirectoryPath lists the forms. The version as Go records it, or none.
@pytest.mark.parametrize("path", ["./lib", "../lib", "/home/me/lib", "C:\\lib", "."])
@pytest.mark.parametrize("version", ["(devel)", None, ""])
def test_a_replacement_by_a_path_is_a_note(path, version):
    outcome = outcome_of(rule, program(LIB, module("example.com/x", "v1.0.0", module(path, version))))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.NOTE
    assert outcome.message == "1 module came from a local directory: example.com/x"
    assert [(e.value, e.offset) for e in outcome.evidence] == [(f"v1.0.0 => {path}", 0x9000)]


def test_a_module_of_the_workspace_is_a_directory_too():
    outcome = outcome_of(rule, program(module("example.com/x", "(devel)"), LIB))
    assert outcome.status is Status.FAIL
    assert "workspace" in outcome.evidence[0].value


def test_a_replaced_main_module_counts():
    main = module("example.com/app", "v1.2.3", module("./app", "(devel)"))
    assert status_of(rule, program(main=main)) is Status.FAIL


def test_many_are_counted_and_shown_as_evidence():
    outcome = outcome_of(rule, program(*(module(f"example.com/m{i}", "(devel)") for i in range(5))))
    assert outcome.message.startswith("5 modules came from a local directory: example.com/m0, ")
    assert outcome.message.endswith("example.com/m2, ...")
    assert len(outcome.evidence) == 5


def test_the_evidence_is_bounded():
    outcome = outcome_of(rule, program(*(module(f"example.com/m{i}", "(devel)") for i in range(1000))))
    assert outcome.message.startswith("1000 modules")
    assert len(outcome.evidence) == 100


@pytest.mark.parametrize("deps", [(), (LIB,), (LIB, FORK)])
def test_modules_with_versions_pass(deps):
    assert status_of(rule, program(*deps)) is Status.PASS


def test_the_main_module_is_always_a_directory():
    assert status_of(rule, program(LIB, main=module("example.com/app", "(devel)"))) is Status.PASS


# As go1.21.13 and go1.27.3 record `go build main.go`: no main module, and its own module among the dependencies.
@pytest.mark.parametrize(
    ("deps", "status"),
    [
        ((module("example.com/app", "(devel)"),), Status.PASS),
        ((module("example.com/app", "(devel)"), LIB), Status.PASS),
        ((module("example.com/app", "(devel)"), module("example.com/x", "(devel)")), Status.FAIL),
        ((module("example.com/app", "(devel)"), module("example.com/x", "v1", module("./x", "(devel)"))), Status.FAIL),
    ],
)
def test_the_module_of_files_named_on_the_command_line_is_the_main_one(deps, status):
    recorded = {"path": "command-line-arguments", "main": None, "deps": deps}
    outcome = outcome_of(rule, subject(go_build(recorded=recorded, proofs=RECORD)))
    assert outcome.status is status
    if deps[-1].replace is not None:
        assert outcome.message == "1 module came from a local directory: example.com/x"


def test_a_record_without_modules_is_not_applicable():
    assert status_of(rule, subject(go_build(recorded={"main": None}))) is Status.NOT_APPLICABLE


def test_no_record_is_unknown():
    assert status_of(rule, subject(go_build(recorded=Unknown("no build info")))) is Status.UNKNOWN
