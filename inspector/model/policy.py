"""What a policy file says, in the values that the rest works with."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

from inspector.model.intent import Intent
from inspector.model.judged import Severity


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one profile declares; None where it declares nothing."""

    title: str  # the systems, in words
    source: str
    goos: str
    static: bool | None = None
    libc: str | None = None
    glibc: str | None = None
    min_os: str | None = None
    absent: tuple[str, ...] | None = None
    page_size: int | None = None


class PolicyTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One target the policy declares: for whom it is, which artifacts are meant, and what holds for them.

    ``intent`` has what holds for all merged in. Without ``files`` the target claims what is for its port.
    """

    name: str  # "linux/arm64"
    source: str  # "policy gobin-inspect.toml:targets[2]"
    files: tuple[str, ...]  # globs on the artifact's path
    intent: Intent
    optional: bool = False  # its absence is no defect


class WaiverClause(msgspec.Struct, frozen=True, kw_only=True):
    """Lets findings of one rule through, on the artifacts that a glob matches, until a day has passed."""

    rule: str
    artifact: str
    reason: str
    until: datetime.date | None
    source: str


class WaiverState(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a waiver in one run."""

    clause: WaiverClause
    ended: bool  # its last day has passed
    used: bool  # it let a finding through


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy file, read and checked.

    ``everything`` holds for an artifact that no target claims. ``profile`` holds beneath it for programs of its
    system alone; targets that name a system have it merged in.
    """

    path: str  # as reports show it
    everything: Intent
    profile: Intent = Intent()
    targets: tuple[PolicyTarget, ...] = ()
    severities: Mapping[str, Severity] = msgspec.field(default_factory=dict)  # by rule's name
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    waivers: tuple[WaiverClause, ...] = ()
    profiles: Mapping[str, Profile] = msgspec.field(default_factory=dict)
