"""Run one rule the way the engine does."""

from types import ModuleType

from inspector.engine import judge
from inspector.model import Outcome, Status, Subject


def outcome_of(rule: ModuleType, subject: Subject) -> Outcome:
    """The outcome the engine makes of the rule module's verdict."""
    return judge(subject, (rule.RULE,))[0]


def status_of(rule: ModuleType, subject: Subject) -> Status:
    """Its status alone."""
    return outcome_of(rule, subject).status
