"""A release as a whole: what it lists, what of it was met, and the rules that judge that."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from formats.image import Unknown
from inspector.model.intent import Intent
from inspector.model.judged import Rule, Severity, Verdict
from inspector.model.policy import WaiverState


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a release's own list names, such as a row of GoReleaser's artifacts.json.

    ``path`` is absolute, ``name`` is how reports call it. ``target`` is the list's own word for it,
    "linux_amd64_v1"; None for what is for no system in particular. ``program``: the file is a Go program or holds
    some, and ``within`` are other files that hold the same program, one of which is enough.
    """

    path: str
    name: str
    target: str | None
    intent: Intent
    program: bool
    within: tuple[str, ...] = ()
    checksum: str | None = None  # "sha256:<hex>", as listed


class Dist(msgspec.Struct, frozen=True, kw_only=True):
    """A directory that a release tool wrote, with its list. ``intent`` is what its metadata say of every program."""

    directory: str  # absolute
    source: str  # the list's path as reports show it
    intent: Intent
    rows: tuple[Row, ...]


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A target that must be there; ``source`` is who says so: "policy gobin-inspect.toml:targets[2]"."""

    name: str
    source: str
    met: bool


class Stray(msgspec.Struct, frozen=True, kw_only=True):
    """A Go program that no target and no list claims."""

    artifact: str
    target: str  # what it is built for, "linux/amd64"
    source: str  # who claims artifacts


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """A checksum that was listed for an artifact, and the one its bytes have; hexadecimal, in lower case."""

    artifact: str
    algorithm: str  # "sha256"
    listed: str
    computed: str | Unknown
    source: str


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What the release-wide rules see.

    ``whole``: a directory was inspected, so that what is missing in it is missing in the release.
    """

    whole: bool
    expected: tuple[Expected, ...] = ()
    strays: tuple[Stray, ...] = ()
    claimed: int = 0  # Go programs that a target or list claims
    sums: tuple[Sum, ...] = ()
    waivers: tuple[WaiverState, ...] = ()


class ReleaseRule(msgspec.Struct, frozen=True, kw_only=True):
    """A named defect that shows only when artifacts are held against their lists, or against each other.

    As for a Rule, the docstring of the module that defines it is its page. Each entry of its evidence is labelled
    with the artifact or target it is about, which is what waivers are held against.
    """

    id: str
    name: str
    severity: Severity
    check: Callable[[Release], Verdict]


AnyRule = Rule | ReleaseRule
