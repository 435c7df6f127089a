"""cgo-stub."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import cgo_stub as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

TEXT = Evidence("text", "requires cgo to work. This is a stub", 0x9000)


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("mattn/go-sqlite3@v1.14.22/static_mock.go", "mattn/go-sqlite3@v1.14.22"),
        ("mattn/go-sqlite3/static_mock.go", "mattn/go-sqlite3"),
    ],
)
def test_a_linked_stub_is_an_error_that_names_its_package(file, package):
    listed = Evidence("file table", file, 0x1000)
    outcome = outcome_of(rule, subject(go_build(traits={"cgo_stubs": (listed, TEXT)})))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.message.startswith(f"{package} is a stub")
    assert outcome.evidence == (listed, TEXT)
    assert "CGO_ENABLED=1" in (outcome.fix or "")


def test_none_passes():
    assert status_of(rule, subject()) is Status.PASS


def test_without_a_table_it_is_unknown():
    build = go_build(traits={"cgo_stubs": Unknown("no function table")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN
