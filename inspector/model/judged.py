"""What rules are, what they see, and what they say."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from functools import cached_property

import msgspec

from formats.image import Unknown
from inspector.model.build import Evidence, GoBuild
from inspector.model.intent import Intent


class Severity(enum.StrEnum):
    """How much a failed outcome matters."""

    ERROR = "error"  # will not run, or is not what was declared
    WARNING = "warning"  # a user will be hurt under named conditions
    NOTE = "note"  # worth knowing

    @cached_property
    def rank(self) -> int:
        """Order of severities, the worst highest."""
        return (Severity.NOTE, Severity.WARNING, Severity.ERROR).index(self) + 1


class Status(enum.StrEnum):
    """What one rule says of one image."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's check returns; made by passed, failed, not_applicable and undecided."""

    status: Status
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: str | None = None
    severity: Severity | None = None  # None: the rule's default


def passed(message: str, *evidence: Evidence) -> Verdict:
    """Return the verdict of a rule that looked and found nothing wrong."""
    return Verdict(status=Status.PASS, message=message, evidence=evidence)


def failed(message: str, *evidence: Evidence, fix: str | None = None, severity: Severity | None = None) -> Verdict:
    """Return the verdict of a rule that found its defect; ``severity`` where it differs from the default."""
    return Verdict(status=Status.FAIL, message=message, evidence=evidence, fix=fix, severity=severity)


def not_applicable(reason: str) -> Verdict:
    """Return the verdict of a rule that has nothing to say about this image."""
    return Verdict(status=Status.NOT_APPLICABLE, message=reason)


def undecided(reason: str, *evidence: Evidence) -> Verdict:
    """Return the verdict ``unknown``: what the rule needs could not be read."""
    return Verdict(status=Status.UNKNOWN, message=reason, evidence=evidence)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule sees: one image's facts, what was meant, and how the artifact is stored."""

    build: GoBuild
    intent: Intent
    name: str  # base name of the innermost artifact
    mode: int | Unknown  # permission bits
    size: int = 0  # bytes of the innermost artifact
    crashed: tuple[str, ...] = ()  # rules that crashed on this image before this one ran
    slices: tuple[GoBuild, ...] = ()  # every Go program of a universal file, this one too, in file order
    wasm_exec: str | Unknown | None = None  # text of the wasm_exec.js in the same directory; None: there is none


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A named defect. The docstring of the module that defines it is its page.

    ``keys`` are the intent keys whose declaration binds the rule: under the release gate its ``unknown``
    then counts as failure. ``yields_to`` names rules that report the same cause: when one of them failed,
    a failure of this rule becomes not-applicable; one of a declared key only when the other is no less severe.
    """

    id: str
    name: str
    severity: Severity
    check: Callable[[Subject], Verdict]
    keys: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Why a finding is let through. Made by the policy; ``until`` is the last day on which it holds."""

    reason: str
    until: datetime.date | None
    source: str  # "policy gobin-inspect.toml:waivers[0]"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's verdict on one image, as reports print it."""

    rule: str
    id: str
    status: Status
    severity: Severity
    message: str
    reason: str | None  # for not-applicable, unknown, error
    evidence: tuple[Evidence, ...]
    fix: str | None
    waiver: Waiver | None = None  # a waived failure stays one, and counts for nothing
    bound: bool = False  # a key that binds the rule was declared: under the release gate its ``unknown`` counts

    @property
    def counts(self) -> bool:
        """Say whether it is a failure that nobody waived."""
        return self.status is Status.FAIL and self.waiver is None
