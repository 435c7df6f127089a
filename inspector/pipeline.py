"""Paths in, a Report out: the one place where sources, readers, facts, intent and rules meet."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

import formats
from formats import BadSlice, Image
from inspector import __version__
from inspector.briefs import brief_of
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
    Report,
    RulePage,
    SkipKind,
    Skipped,
    Subject,
    Threshold,
    Unknown,
)
from inspector.portability import portability
from inspector.rules import page
from inspector.ruling import Ruling
from inspector.sources import TROUBLE, Artifact, explain, walk

_NAMES: Final = {
    formats.Format.ELF: "an ELF",
    formats.Format.PE: "a PE",
    formats.Format.MACHO: "a Mach-O",
    formats.Format.WASM: "a WebAssembly",
    formats.Format.XCOFF: "an XCOFF",
    formats.Format.PLAN9: "a Plan 9",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to inspect: what was meant, which rules to run, and whether to read every byte.

    ``today`` decides which waivers hold.
    """

    plan: Plan = Plan()
    rules: tuple[AnyRule, ...]
    hashes: bool = True
    threshold: Threshold = Threshold()
    today: datetime.date = msgspec.field(default_factory=datetime.date.today)


def inspect_paths(
    paths: Sequence[str], options: Options, on_artifact: Callable[[Artifact], None] | None = None
) -> Report:
    """Inspect everything the paths name or hold.

    ``on_artifact`` is called before each artifact is read. Bad input becomes a row of ``skipped``; nothing that
    a file holds raises from here.
    """
    files: list[FileReport] = []
    skipped: list[Skipped] = []
    for found in walk(paths):
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        if on_artifact is not None:
            on_artifact(found)
        file, rows = inspect(found, options)
        skipped.extend(rows)
        if file is not None:
            files.append(file)
    files.sort(key=lambda file: (file.path, file.members))
    skipped.sort(key=lambda row: (row.path, row.members, row.slice or ""))
    report = Report(
        version=__version__,
        files=tuple(files),
        skipped=tuple(skipped),
        briefs=tuple(map(brief_of, files)),
        unseen=tuple(row for row in skipped if row.matters),
        threshold=options.threshold,
        rules=tuple(RulePage(id=r.id, name=r.name, severity=r.severity, page=page(r)) for r in options.rules),
    )
    if not options.plan.lists:
        return report
    from inspector.release import release_outcomes  # takes 5 ms to import

    release = release_outcomes(report, paths, options.plan, options.rules, options.today, hashes=options.hashes)
    return msgspec.structs.replace(report, release=release)


def inspect(artifact: Artifact, options: Options) -> tuple[FileReport | None, list[Skipped]]:
    """Inspect one artifact: its report (None when no image of it is a Go program), and what was skipped."""
    try:
        return _inspect(artifact, options)
    except TROUBLE as error:
        return None, [_skip(artifact, *explain(error))]


def _inspect(artifact: Artifact, options: Options) -> tuple[FileReport | None, list[Skipped]]:
    surveys: list[Survey] = []
    skipped: list[Skipped] = []
    for image in formats.read(artifact.window):
        if isinstance(image, BadSlice):
            skipped.append(_skip(artifact, *explain(image.error), image.slice))
            continue
        surveyed = survey(image)
        if surveyed.is_go:
            surveys.append(surveyed)
        else:
            skipped.append(_skip(artifact, SkipKind.NOT_GO, _not_go(image), image.slice))
    if not surveys:
        return None, skipped
    images, ids = [s.image for s in surveys], [s.ids for s in surveys]
    digests = digest(artifact.window, images, ids) if options.hashes else undigested(images, NO_HASH)
    builds = tuple(collect(s, digested) for s, digested in zip(surveys, digests.images, strict=True))
    script = _wasm_exec(artifact, builds)
    reports = []
    for build in builds:
        meant = options.plan.meant(artifact.path, artifact.members, artifact.names, build)
        subject = Subject(
            build=build,
            intent=meant.intent,
            name=artifact.name,
            mode=artifact.mode,
            size=artifact.window.size,
            slices=builds,
            wasm_exec=script,
        )
        reports.append(
            ImageReport(
                build=build,
                intent=meant.intent,
                outcomes=_ruled(judge(subject, options.rules), artifact, options),
                portability=portability(subject),
                claimed_by=meant.claimed_by,
                unclaimed_by=meant.unclaimed_by,
            )
        )
    file = FileReport(
        path=artifact.path,
        members=artifact.members,
        size=artifact.window.size,
        sha256=digests.sha256,
        images=tuple(sorted(reports, key=lambda report: report.build.slice or "")),
    )
    return file, skipped


def _ruled(outcomes: tuple[Outcome, ...], artifact: Artifact, options: Options) -> tuple[Outcome, ...]:
    policy = options.plan.policy
    return outcomes if policy is None else Ruling(policy, options.today).on(outcomes, artifact.path, artifact.members)


def _wasm_exec(artifact: Artifact, builds: tuple[GoBuild, ...]) -> str | Unknown | None:
    """Read the script that comes with a program for js/wasm, if it stands beside it."""
    if all(build.format is not formats.Format.WASM for build in builds):
        return None
    script = artifact.beside("wasm_exec.js")
    return script.decode("utf-8", "replace") if isinstance(script, bytes) else script


def _not_go(image: Image) -> str:
    return f"{_NAMES[image.format]} program for {image.machine}, but not Go: no function table of its own"


def _skip(artifact: Artifact, kind: SkipKind, reason: str, slice_name: str | None = None) -> Skipped:
    return Skipped(
        path=artifact.path,
        members=artifact.members,
        slice=slice_name,
        kind=kind,
        reason=reason,
        named=artifact.named,
    )
