"""What one run says of everything it met."""

from __future__ import annotations

import enum
from collections.abc import Sequence

import msgspec

from formats.image import Unknown
from inspector.model.brief import FileBrief, Notable
from inspector.model.build import GoBuild
from inspector.model.intent import Intent
from inspector.model.judged import Outcome, Severity, Status


class SkipKind(enum.StrEnum):
    """Why something was not inspected."""

    NOT_EXECUTABLE = "not-executable"
    NOT_GO = "not-go"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    LIMIT = "limit"
    UNREADABLE = "unreadable"

    @property
    def harmless(self) -> bool:
        """Whether walks over directories and archives meet it everywhere: no executable, no Go program."""
        return self in {SkipKind.NOT_EXECUTABLE, SkipKind.NOT_GO}


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was met and not inspected. ``named``: its path was given on the command line."""

    path: str
    members: tuple[str, ...] = ()
    slice: str | None = None
    kind: SkipKind
    reason: str
    named: bool = False

    @property
    def matters(self) -> bool:
        """Whether it should have been inspected: its path was given, or something is wrong with it."""
        return self.named or not self.kind.harmless


class Portability(msgspec.Struct, frozen=True, kw_only=True):
    """The strictest portability profile that a program satisfies, and what keeps it from the next stricter one."""

    satisfied: str | None  # "glibc-2.28"; None when it satisfies none
    stricter: str | None  # "glibc-2.17"; None when there is none
    blocked_by: tuple[str, ...]  # names of the rules that fail under that one


class ImageReport(msgspec.Struct, frozen=True, kw_only=True):
    """One image: its facts, what was meant for it, and what the rules say.

    ``portability`` is None for systems without portability profiles, and for what is not linked. ``claimed_by`` and
    ``unclaimed_by`` are the sources of targets and lists that claim it, and of those that should and do not.
    """

    build: GoBuild
    intent: Intent
    outcomes: tuple[Outcome, ...]
    portability: Portability | None = None
    claimed_by: tuple[str, ...] = ()
    unclaimed_by: tuple[str, ...] = ()


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact. ``sha256`` is Unknown when hashing was not asked for."""

    path: str
    members: tuple[str, ...]
    size: int
    sha256: str | Unknown
    images: tuple[ImageReport, ...]


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as a report describes it; ``severity`` is its default, ``page`` its documentation in Markdown."""

    id: str
    name: str
    severity: Severity
    page: str


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """Which outcomes make a run fail. ``fail_on`` None: none. ``strict``: the release gate's stricter reading."""

    fail_on: Severity | None = Severity.ERROR
    strict: bool = False

    def counts(self, outcome: Outcome | Notable) -> bool:
        """Say whether an outcome makes the exit code 1."""
        if self.fail_on is None:
            return False
        if outcome.status is Status.FAIL:
            return outcome.waiver is None and outcome.severity.rank >= self.fail_on.rank
        undecided = outcome.status is Status.UNKNOWN and outcome.bound
        return self.strict and (undecided or outcome.status is Status.ERROR)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run, in deterministic order: by path, then members, then slice.

    ``files`` and ``skipped`` of a long run are not held in memory: each time they are gone through, they are read
    anew. ``briefs`` are the files at a glance, one for each, in the same order; ``unseen`` those rows of ``skipped``
    that matter.
    """

    version: str
    files: Sequence[FileReport]
    skipped: Sequence[Skipped]
    briefs: tuple[FileBrief, ...]
    unseen: tuple[Skipped, ...]
    release: tuple[Outcome, ...] = ()  # of the release-wide rules, where artifacts were seen as a release
    threshold: Threshold = Threshold()
    rules: tuple[RulePage, ...] = ()  # those that were to run, ordered by id
    interrupted: bool = False  # the run was ended before everything was inspected
