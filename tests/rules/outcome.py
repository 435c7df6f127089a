"""Run one rule the way the engine does."""

from types import ModuleType

from inspector.engine import judge
from inspector.model import Outcome, Status, Subject


def outcome_of(rule: ModuleType, subject: Subject) -> Outcome:
    """The outcome the engine makes of the rule module's verdict."""
    seen = subject.build, subject.intent, subject.name, subject.mode
    return judge(*seen, (rule.RULE,), subject.slices, subject.wasm_exec)[0]


def status_of(rule: ModuleType, subject: Subject) -> Status:
    """Its status alone."""
    return outcome_of(rule, subject).status
