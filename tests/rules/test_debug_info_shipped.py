"""debug-info-shipped."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import debug_info_shipped as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

NO_DWARF = {"debug_info": Declared(False, "policy a")}
NO_SYMBOLS = {"symbols": Declared(False, "policy b")}
UNREAD = Unknown("no section headers")


def judged(dwarf: bool | Unknown, symbols: bool | Unknown, /, **meant: Declared[bool]):
    return outcome_of(rule, subject(go_build(observed={"dwarf": dwarf, "symbols": symbols}), **meant))


@pytest.mark.parametrize(
    ("dwarf", "symbols", "meant", "message", "fix"),
    [
        (True, True, NO_DWARF, "debug information (DWARF) in the file, but none was meant (policy a)", "-ldflags=-w"),
        (True, UNREAD, NO_DWARF, "debug information (DWARF) in the file, but none was meant (policy a)", "-ldflags=-w"),
        (False, True, NO_SYMBOLS, "a symbol table in the file, but none was meant (policy b)", '-ldflags="-s -w"'),
        (
            True,
            True,
            {**NO_DWARF, **NO_SYMBOLS},
            "debug information (DWARF) and a symbol table in the file, but none was meant (policy a, policy b)",
            '-ldflags="-s -w"',
        ),
        (
            UNREAD,
            True,
            {**NO_DWARF, **NO_SYMBOLS},
            "a symbol table in the file, but none was meant (policy a, policy b)",
            '-ldflags="-s -w"',
        ),
    ],
)
def test_what_was_not_meant_is_an_error(dwarf, symbols, meant, message, fix):
    outcome = judged(dwarf, symbols, **meant)
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == message
    assert outcome.fix == f"go build {fix} ..."
    assert outcome.evidence


def test_the_sections_are_the_evidence():
    section = Evidence("debug information", ".debug_info", 0x4000)
    build = go_build(observed={"dwarf": True}, proofs={"dwarf": (section,)})
    assert outcome_of(rule, subject(build, **NO_DWARF)).evidence == (section,)


@pytest.mark.parametrize(
    ("dwarf", "symbols", "meant"),
    [
        (False, True, NO_DWARF),
        (False, UNREAD, NO_DWARF),
        (True, False, NO_SYMBOLS),
        (False, False, {**NO_DWARF, **NO_SYMBOLS}),
    ],
)
def test_without_what_was_not_meant_it_passes(dwarf, symbols, meant):
    assert judged(dwarf, symbols, **meant).status is Status.PASS


@pytest.mark.parametrize(("dwarf", "symbols"), [(UNREAD, False), (False, UNREAD), (UNREAD, UNREAD)])
def test_what_is_unread_is_unknown_with_the_reason_once(dwarf, symbols):
    outcome = judged(dwarf, symbols, **NO_DWARF, **NO_SYMBOLS)
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason == "no section headers"


@pytest.mark.parametrize("meant", [{}, {"debug_info": Declared(True, "x"), "symbols": Declared(True, "x")}])
def test_nothing_to_be_left_out_is_not_applicable(meant):
    assert judged(True, True, **meant).status is Status.NOT_APPLICABLE
