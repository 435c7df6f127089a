"""A release as a whole: what it lists, what of it was met, and the rules that judge that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from formats.image import Unknown
from inspector.model.brief import ImageBrief
from inspector.model.intent import Intent
from inspector.model.judged import Rule, Severity, Verdict
from inspector.model.policy import WaiverState


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a release's own list names, such as a row of GoReleaser's artifacts.json.

    ``path`` is absolute and without links, ``name`` is how reports call it. ``target`` is the list's own word for it,
    "linux_amd64_v1"; None for what is for no system in particular. A directory's row speaks for what is in it.
    """

    path: str
    name: str
    target: str | None
    intent: Intent
    expected: bool = False  # its absence is a defect: no other row holds the same program
    program: bool = False  # a Go program, or an archive that must hold one
    holds: tuple[str, ...] = ()  # base names of the Go programs in an archive
    checksum: str | None = None  # "sha256:<hex>", as listed


class Dist(msgspec.Struct, frozen=True, kw_only=True):
    """A directory that a release tool wrote, with its list. ``intent`` is what its metadata say of every program."""

    directory: str  # absolute, without links
    source: str  # the list's path as reports show it
    intent: Intent
    rows: tuple[Row, ...]  # sorted by path


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A target or file that must be there; ``source`` is who says so: "policy gobin-inspect.toml:targets[2]"."""

    name: str
    source: str
    met: bool
    why: str = ""  # it was not met: "no such file"


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


class Unlisted(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact with a Go program that the checksum files beside it leave out."""

    artifact: str
    source: str  # the checksum files


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One image of one artifact, as a part of a release.

    ``variant`` is what tells builds of one program apart that stand side by side on purpose, whatever they are for: the
    words of its names that name no target ("app 1.2.3 debug"), the kind of package, the kind of library.
    """

    artifact: str  # its name with the containers that hold it, "app.zip -> app"
    variant: str
    sha256: str | Unknown  # of the innermost file
    image: ImageBrief
    modules: Mapping[str, str] = {}  # versions by path, where parts of its group differ in them


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one release holds of one program: a part for every image that was met.

    ``release`` is what holds the release, as reports show it: a directory, an archive, a list or a policy.
    """

    release: str
    program: str  # import path of the main package; a file's name where none is recorded
    parts: tuple[Part, ...]


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What the release-wide rules see.

    ``whole``: a directory was inspected, so that what is missing in it is missing in the release.
    """

    whole: bool
    apart: tuple[str, ...] = ()  # lists whose directory was not inspected as a whole
    expected: tuple[Expected, ...] = ()
    strays: tuple[Stray, ...] = ()
    claimed: int = 0  # files that a target or list claims
    lists: tuple[str, ...] = ()  # who claims artifacts
    sums: tuple[Sum, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    groups: tuple[Group, ...] = ()
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
