"""Releases made by hand, for one release-wide rule."""

from types import ModuleType
from typing import Any

from inspector.engine import judge_release
from inspector.model import Expected, Outcome, Release, Stray

LIST = "dist/artifacts.json"


def release(**given: Any) -> Release:
    """What a rule sees of a directory with a list."""
    return Release(**{"whole": True, "lists": (LIST,), **given})


def expected(name: str, met: bool, why: str = "") -> Expected:
    """A file that the list names."""
    return Expected(name=name, source=LIST, met=met, why=why)


def stray(artifact: str, target: str = "linux/amd64", source: str = LIST) -> Stray:
    """A Go program that the list does not name."""
    return Stray(artifact=artifact, target=target, source=source)


def outcome_of(rule: ModuleType, seen: Release) -> Outcome:
    """The outcome the engine makes of the rule module's verdict."""
    return judge_release(seen, (rule.RULE,))[0]
