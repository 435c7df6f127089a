"""obfuscated."""

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import obfuscated as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of

MAGIC = Evidence("function table magic", "0x12345678, which no Go linker writes", 0x1000)


def test_plain_names_pass():
    assert outcome_of(rule, subject()).status is Status.PASS


def test_scrambled_names_are_a_note_that_names_the_signs():
    signs = (MAGIC, Evidence("build info", "none"))
    outcome = outcome_of(rule, subject(go_build(traits={"obfuscation": signs})))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)
    assert "0x12345678" in outcome.message
    assert outcome.evidence == signs


def test_without_names_nothing_is_said():
    why = Unknown("packed with UPX: what is inside cannot be read")
    outcome = outcome_of(rule, subject(go_build(traits={"obfuscation": why})))
    assert (outcome.status, outcome.reason) == (Status.UNKNOWN, why.reason)
