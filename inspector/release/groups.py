"""Which programs belong together: those of one release that were made of one main package."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from inspector.intent import Plan
from inspector.model import Dist, FileBrief, Group, ImageBrief, Part, Report
from inspector.release.located import places
from inspector.release.modules import Modules
from inspector.release.scope import called, program_of, release_ends, steps_of, variant_of
from inspector.reports.summary import name_of
from inspector.shown import shown

_LIBRARIES = frozenset({"c-archive", "c-shared", "plugin"})


def groups(report: Report, plan: Plan) -> tuple[Group, ...]:
    """Return what each release holds of each program, in the order of the report.

    A release is what the innermost artifacts.json, the policy or a directory holds, or an archive with several targets.
    """
    placed = _one_policy(list(_placed(report, plan)), plan)
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in placed:
        for image in one.file.images:
            if image.program is not None:
                named[one.release, one.variant].add(image.program)
    parts: defaultdict[tuple[str, str], list[_Found]] = defaultdict(list)
    for file, one in enumerate(placed):
        for at, image in enumerate(one.file.images):
            program = image.program
            if program is None:  # the one that is called like this and has a name, if it is one
                (program,) = known if len(known := named[one.release, one.variant]) == 1 else (one.program,)
            parts[one.release, program].append(_Found(_part(one, image), file, at))
    modules = Modules(report)
    return tuple(
        Group(release=release, program=program, parts=tuple(_with_modules(of, modules)))
        for (release, program), of in parts.items()
    )


class _Found(NamedTuple):
    """A part, and where it stands in the report: the number of its file, and of its image in that."""

    part: Part
    file: int
    image: int


def _with_modules(found: list[_Found], modules: Modules) -> Iterator[Part]:
    """Yield the parts of a group, and say what modules they hold where they do not all hold the same."""
    differ = len({one.part.image.modules for one in found} - {""}) > 1
    for part, file, image in found:
        digest = part.image.modules
        yield replace(part, modules=modules.of(file, image, digest)) if differ and digest else part


class _Placed(NamedTuple):
    """An artifact, the release that holds it, and what its names say beside its target."""

    file: FileBrief
    release: str
    variant: str
    program: str  # by its names
    listed: bool


def _part(one: _Placed, image: ImageBrief) -> Part:
    kind = f" {image.buildmode}" if image.buildmode in _LIBRARIES else ""
    artifact = name_of(one.file.path, one.file.members)
    return Part(artifact=artifact, variant=one.variant + kind, sha256=one.file.sha256, image=image)


def _placed(report: Report, plan: Plan) -> Iterator[_Placed]:
    several = _Several(report)
    lists = {shown(dist.directory): dist for dist in plan.dists}
    place = places()
    for file in report.briefs:
        dist, inner = _list_of(place(file.path), lists) if lists else (None, "")
        if dist is not None:
            own = steps_of(inner, file.members)
            yield _Placed(file, dist.source, " ".join(variant_of(own)), program_of(own), listed=True)
            continue
        steps = steps_of(os.path.normpath(file.path), file.members)
        end = release_ends(steps, several.of(file))
        own = steps[end:]
        yield _Placed(file, called(steps[:end]), " ".join(variant_of(own)), program_of(own), listed=False)


def _list_of(place: str, lists: dict[str, Dist]) -> tuple[Dist | None, str]:
    """Return the innermost list whose directory holds a place, and the path below that."""
    above = place
    while (outer := os.path.dirname(above)) != above:  # noqa: PTH120
        above = outer
        if above in lists:
            return lists[above], place[len(above) :].lstrip(os.sep)
    return None, ""


def _one_policy(placed: list[_Placed], plan: Plan) -> list[_Placed]:
    """Take what the targets of the policy claim for one release, wherever it stands.

    Not where a target claims one program in several directories: these are several releases that have one policy.
    """
    if plan.policy is None or not plan.policy.targets:
        return placed
    targets = {target.source for target in plan.policy.targets}
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    claimed: set[int] = set()
    for at, one in enumerate(placed):
        for image in one.file.images:
            for source in () if one.listed else targets.intersection(image.claimed_by):
                claimed.add(at)
                found[source, image.program or one.program, one.variant].add(one.release)
    if any(len(releases) > 1 for releases in found.values()):
        return placed
    release = f"policy {plan.policy.path}"
    return [one._replace(release=release) if at in claimed else one for at, one in enumerate(placed)]


_Chain = tuple[str, ...]


class _Several:
    """Which containers hold one program for several targets."""

    def __init__(self, report: Report) -> None:
        targets: defaultdict[_Chain, defaultdict[str, set[frozenset[str]]]] = defaultdict(lambda: defaultdict(set))
        for file in report.briefs:
            ports = frozenset(image.port for image in file.images)
            for image in file.images[:1]:
                for chain in _containers(file):
                    targets[chain][image.program or ""].add(ports)
        self._several = {chain for chain, held in targets.items() if any(len(ports) > 1 for ports in held.values())}

    def of(self, file: FileBrief) -> Iterator[bool]:
        """Yield it for each container around a file, the outermost first."""
        return (chain in self._several for chain in _containers(file))


def _containers(file: FileBrief) -> Iterator[_Chain]:
    for depth in range(len(file.members)):
        yield file.path, *file.members[:depth]
