"""Where an artifact ends and the release around it begins, by the names on the way to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from inspector.intent import from_names
from inspector.intent.words import read, rest
from inspector.model import Intent
from inspector.sources.names import member_parts

DIRECTORY: Final = "directory name"
CONTAINER: Final = "archive name"
FILE: Final = "file name"

_NAMES: Final = 1 << 14
"""Names whose reading is remembered: those of directories and archives come up again and again."""

_SPELLED: Final = 3
"""Directories that may spell one target together: linux/arm/v7."""

_LAYOUT: Final = frozenset(  # of packages of every kind: what a program stands in, and nobody's release
    {"bin", "lib", "lib32", "lib64", "libexec", "local", "opt", "package", "sbin", "scripts", "usr"}
)

_PACKAGES: Final = ("apk", "appimage", "deb", "flatpak", "ipk", "rpm", "snap", "whl")
"""Packages of systems and languages; a distributor may build their programs anew, with a compiler of his own."""


class Step(NamedTuple):
    """One name on the way to an artifact, from the outside in: a directory, a container or the file itself."""

    kind: str
    name: str


def steps_of(path: str, members: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """Return every name on the way; that of a root directory is empty."""
    chain = [path.split(os.sep), *map(member_parts, members)]  # noqa: PTH206  # pathlib takes 5 ms to import
    steps: list[Step] = []
    for at, parts in enumerate(chain):
        steps += (Step(DIRECTORY, part) for part in parts[:-1])
        steps.append(Step(FILE if at == len(members) else CONTAINER, parts[-1]))
    return tuple(steps)


def called(steps: Sequence[Step]) -> str:
    """Return the place where steps lead to, as reports show it."""
    chain: list[list[str]] = [[]]
    for step in steps:
        chain[-1].append(step.name)
        if step.kind == CONTAINER:
            chain.append([])
    path = os.sep.join(chain[0]) or (os.sep if steps else os.curdir)  # noqa: PTH118
    return " -> ".join((path, *("/".join(parts) for parts in chain[1:] if parts)))


def release_ends(steps: Sequence[Step], hold_several: Iterable[bool]) -> int:
    """Return how many of the names, from the outside, are those of the release; the others are the artifact's.

    An artifact starts at the outermost archive that is for one target: by its name, or because it holds no program for
    several. Around it, directories that state a target are a part of it too, and so is what lies between.
    ``hold_several`` tells of each container whether it holds one program for several targets.
    """
    containers = zip((at for at, step in enumerate(steps) if step.kind == CONTAINER), hold_several, strict=True)
    end = next((at for at, several in containers if _stated(steps[at].name) or not several), len(steps) - 1)
    while inside := _artifacts(steps, end):
        end -= inside
    return end


def variant_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return what the names of an artifact leave when its target is taken away, and the kind of package it is in."""
    kept: list[str] = []
    for step in steps:
        if step.kind != DIRECTORY or step.name.lower() not in _LAYOUT:
            kept += [word for word in _rest(step.name) if word not in kept] if kept else _rest(step.name)
    packages = (step.name.lower().rpartition(".")[2] for step in steps if step.kind == CONTAINER)
    return (*kept, *(f".{ending}" for ending in dict.fromkeys(packages) if ending in _PACKAGES))


def program_of(steps: Sequence[Step]) -> str:
    """Return what a program is called where it records no name: by its file, else by what holds it."""
    for step in reversed(steps):
        words = [word for word in _rest(step.name) if not word.lstrip("v")[:1].isdigit()]
        if words and step.name.lower() not in _LAYOUT:
            return "-".join(words)
    return steps[-1].name


def _artifacts(steps: Sequence[Step], end: int) -> int:
    """Return how many of the directories before ``end``, from there outward, belong to the artifact.

    A directory such as bin does where it stands in one for a target; else it is where someone keeps programs.
    """
    at = end
    while at and steps[at - 1].kind == DIRECTORY and steps[at - 1].name.lower() in _LAYOUT:
        at -= 1
    target = _targets(steps, at)
    return end - at + target if target else 0


def _targets(steps: Sequence[Step], end: int) -> int:
    """Return how many of the directories before ``end`` spell a target: linux_arm64, linux/arm/v7, mac."""
    near = steps[max(0, end - _SPELLED) : end]
    return _spelled(tuple(step.name for step in takewhile(lambda step: step.kind == DIRECTORY, reversed(near))))


@lru_cache(maxsize=_NAMES)
def _spelled(outward: Sequence[str]) -> int:
    for depth in range(len(outward), 1, -1):
        kinds = [word.kind for word in read("/".join(reversed(outward[:depth])))]
        if kinds in (["goos", "goarch"], ["goarch", "goos"]):
            return depth
    return 1 if outward and (_stated(outward[0]) or _is_word(outward[0])) else 0


@lru_cache(maxsize=_NAMES)
def _stated(name: str) -> bool:
    """Say whether a name states a target."""
    return from_names([(CONTAINER, name)]) != Intent()


@lru_cache(maxsize=_NAMES)
def _is_word(name: str) -> bool:
    """Say whether a name is nothing but a word for a system or a processor: 386, mac, all."""
    return [word.kind for word in read(name)] in (["goos"], ["goarch"], ["any"])


@lru_cache(maxsize=_NAMES)
def _rest(name: str) -> tuple[str, ...]:
    return rest(name)
