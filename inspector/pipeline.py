"""A found file in, its reports out: the one place where sources, readers, facts, intent and rules meet."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

import msgspec

import formats
from formats import BadSlice, Image
from inspector.engine import judge
from inspector.facts.collect import collect
from inspector.facts.digests import NO_HASH, digest, undigested
from inspector.facts.survey import Survey, survey
from inspector.intent import Plan
from inspector.model import (
    AnyRule,
    FileReport,
    GoBuild,
    ImageReport,
    Outcome,
    SkipKind,
    Skipped,
    Subject,
    Threshold,
    Unknown,
)
from inspector.portability import portability
from inspector.ruling import Ruling
from inspector.sources import (
    TROUBLE,
    Artifact,
    Beside,
    Budget,
    Found,
    Place,
    explain,
    in_directory,
    look_into,
    shown,
    unpacked_name,
)

_NAMES: Final = {
    formats.Format.ELF: "an ELF",
    formats.Format.PE: "a PE",
    formats.Format.MACHO: "a Mach-O",
    formats.Format.WASM: "a WebAssembly",
    formats.Format.XCOFF: "an XCOFF",
    formats.Format.PLAN9: "a Plan 9",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to inspect: what was meant, which rules to run, and whether to read every byte. Picklable.

    ``together``: judge what is met as a release, even where nothing lists one. ``today`` decides which waivers hold.
    """

    plan: Plan = Plan()
    rules: tuple[AnyRule, ...]
    hashes: bool = True
    together: bool = False
    threshold: Threshold = Threshold()
    today: datetime.date = msgspec.field(default_factory=datetime.date.today)

    @property
    def judges_releases(self) -> bool:
        """Whether what is met is judged as a release."""
        return self.together or self.plan.lists


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one artifact's bytes show, whatever its name is; ``skipped`` are (kind, reason, slice)."""

    builds: tuple[GoBuild, ...]
    sha256: str | Unknown
    skipped: tuple[tuple[SkipKind, str, str | None], ...]


def inspect(links: Sequence[Found], options: Options) -> Iterator[FileReport | Skipped]:
    """Inspect one found file, and yield a report or a row for everything it is or holds.

    ``links`` are its names on disk: it is read by the first, and judged under every one of them. Bad input becomes a
    row; nothing that a file holds raises from here.
    """
    first, *others = links
    apart: list[Found] = []
    for number, met in enumerate(look_into(first)):
        if number == 0 and others and _is_called_after(met, first):
            others, apart = [], others
        if isinstance(met, Skipped):
            yield met
            yield from (_renamed(met, other) for other in others)
        else:
            yield from inspect_artifact(met, options, others)
    for other in apart:
        yield from inspect((other,), options)


def _is_called_after(met: Artifact | Skipped, found: Found) -> bool:
    """Say whether what was met has its name from the file that holds it: then it has another under another name."""
    return met.members[:1] == (shown(unpacked_name(found.place.name)),)


def _renamed(row: Skipped, other: Found) -> Skipped:
    return msgspec.structs.replace(row, path=other.place.path, named=other.named and not row.members)


def inspect_artifact(
    artifact: Artifact, options: Options, others: Sequence[Found] = ()
) -> Iterator[FileReport | Skipped]:
    """Inspect one executable, as ``inspect`` does; ``others`` are further names of the file on disk that holds it."""
    places = [(artifact.place, artifact.beside), *(_elsewhere(artifact, other) for other in others)]
    try:
        seen = _look(artifact, hashes=options.hashes)
    except TROUBLE as error:
        yield from (place.failed(error) for place, _ in places)
        return
    for place, beside in places:
        for kind, reason, part in seen.skipped:
            yield msgspec.structs.replace(place.skipped(kind, reason), slice=part)
        if seen.builds:
            yield _judged(seen, artifact, place, _wasm_exec(beside, seen.builds), options)


def _elsewhere(artifact: Artifact, other: Found) -> tuple[Place, Beside]:
    """Return where an artifact is under another name of the file on disk, and what stands beside it there."""
    place = reduce(Place.inside, artifact.place.members, other.place)
    return place, artifact.beside if place.members else in_directory(other, Budget())


def _look(artifact: Artifact, *, hashes: bool) -> _Seen:
    surveys: list[Survey] = []
    skipped: list[tuple[SkipKind, str, str | None]] = []
    for image in formats.read(artifact.window):
        if isinstance(image, BadSlice):
            skipped.append((*explain(image.error), image.slice))
            continue
        surveyed = survey(image)
        if surveyed.is_go:
            surveys.append(surveyed)
        else:
            skipped.append((SkipKind.NOT_GO, _not_go(image), image.slice))
    if not surveys:
        return _Seen(builds=(), sha256=Unknown(NO_HASH), skipped=tuple(skipped))
    images, ids = [s.image for s in surveys], [s.ids for s in surveys]
    digests = digest(artifact.window, images, ids) if hashes else undigested(images, NO_HASH)
    builds = tuple(collect(s, digested) for s, digested in zip(surveys, digests.images, strict=True))
    return _Seen(builds=builds, sha256=digests.sha256, skipped=tuple(skipped))


def _judged(
    seen: _Seen, artifact: Artifact, place: Place, script: str | Unknown | None, options: Options
) -> FileReport:
    reports = []
    for build in seen.builds:
        meant = options.plan.meant(place.path, place.members, place.names, build)
        subject = Subject(
            build=build,
            intent=meant.intent,
            name=shown(place.name),
            mode=artifact.mode,
            size=artifact.window.size,
            slices=seen.builds,
            wasm_exec=script,
        )
        reports.append(
            ImageReport(
                build=build,
                intent=meant.intent,
                outcomes=_ruled(judge(subject, options.rules), place, options),
                portability=portability(subject),
                claimed_by=meant.claimed_by,
                unclaimed_by=meant.unclaimed_by,
            )
        )
    return FileReport(
        path=place.path,
        members=place.members,
        size=artifact.window.size,
        sha256=seen.sha256,
        images=tuple(sorted(reports, key=lambda report: report.build.slice or "")),
    )


def _ruled(outcomes: tuple[Outcome, ...], place: Place, options: Options) -> tuple[Outcome, ...]:
    policy = options.plan.policy
    return outcomes if policy is None else Ruling(policy, options.today).on(outcomes, place.path, place.members)


def _wasm_exec(beside: Beside, builds: tuple[GoBuild, ...]) -> str | Unknown | None:
    """Read the script that comes with a program for js/wasm, if it stands beside it."""
    if all(build.format is not formats.Format.WASM for build in builds):
        return None
    script = beside("wasm_exec.js")
    return script.decode("utf-8", "replace") if isinstance(script, bytes) else script


def _not_go(image: Image) -> str:
    return f"{_NAMES[image.format]} program for {image.machine}, but not Go: no function table of its own"
