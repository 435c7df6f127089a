"""A report at a glance: what grids, totals, exit codes and release-wide rules need of every artifact of a long run.

Full reports of ten thousand artifacts do not fit into memory; these do.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from formats.image import Unknown
from inspector.model.judged import Severity, Status, Waiver


class Notable(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome that neither passed nor was without object. Fields are those of an Outcome."""

    rule: str
    status: Status
    severity: Severity
    bound: bool = False
    waiver: Waiver | None = None

    @property
    def counts(self) -> bool:
        """Say whether it is a failure that nobody waived."""
        return self.status is Status.FAIL and self.waiver is None


class ImageBrief(msgspec.Struct, frozen=True, kw_only=True):
    """One image: what it is, what it was meant for, and what the rules made of it.

    ``program`` to ``settings`` are as recorded, None (or nothing) where nothing is.
    """

    slice: str | None
    goos: str | Unknown
    goarch: str | Unknown
    buildmode: str | Unknown
    cgo: bool | Unknown
    linkage: str | Unknown
    libc: str | Unknown | None
    pristine: str | Unknown
    go_version: str | Unknown
    trimpath: bool | Unknown
    tags: tuple[str, ...] | Unknown  # observed effects
    program: str | None  # import path of the main package; None, too, where files were named in its place
    module: str | None  # path of the main module
    version: str | None  # its version
    microarch: Mapping[str, str]  # GOAMD64, GOARM, ...
    settings: Mapping[str, str]  # every other build setting: flags, vcs.revision, ...
    meant_goos: str | None  # None where nothing, not even a name, says it
    meant_goarch: str | None
    meant_microarch: Mapping[str, str]
    declared_keys: tuple[str, ...]  # fields of the intent that anything but a name declared
    claimed_by: tuple[str, ...]
    unclaimed_by: tuple[str, ...]
    by_status: Mapping[Status, int]
    notable: tuple[Notable, ...]
    modules: str = ""  # a digest of the modules it was built with; nothing where none are recorded

    @property
    def declared(self) -> bool:
        """Whether anything but a name says what was meant."""
        return bool(self.declared_keys)

    @property
    def port(self) -> str:
        """What it is built for, "linux/amd64", with "?" for what could not be read."""
        return "/".join("?" if isinstance(fact, Unknown) else fact for fact in (self.goos, self.goarch))


class FileBrief(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact; fields are those of a FileReport."""

    path: str
    members: tuple[str, ...]
    size: int
    sha256: str | Unknown
    images: tuple[ImageBrief, ...]

    @property
    def notable(self) -> tuple[Notable, ...]:
        """What is worth a look in any of its images."""
        return tuple(outcome for image in self.images for outcome in image.notable)
