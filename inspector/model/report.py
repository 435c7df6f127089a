"""What one run says of everything it met."""

from __future__ import annotations

import enum

import msgspec

from formats.image import Unknown
from inspector.model.build import GoBuild
from inspector.model.intent import Intent
from inspector.model.judged import Outcome


class SkipKind(enum.StrEnum):
    """Why something was not inspected."""

    NOT_EXECUTABLE = "not-executable"
    NOT_GO = "not-go"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    LIMIT = "limit"
    UNREADABLE = "unreadable"


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
        """False for what a walk over directories and archives meets everywhere: no executable, no Go program."""
        return self.named or self.kind not in {SkipKind.NOT_EXECUTABLE, SkipKind.NOT_GO}


class ImageReport(msgspec.Struct, frozen=True, kw_only=True):
    """One image: its facts, what was meant for it, and what the rules say."""

    build: GoBuild
    intent: Intent
    outcomes: tuple[Outcome, ...]


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact. ``sha256`` is Unknown when hashing was not asked for."""

    path: str
    members: tuple[str, ...]
    size: int
    sha256: str | Unknown
    images: tuple[ImageReport, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run, in deterministic order: by path, then members, then slice."""

    version: str
    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...]
