"""Where artifacts are: the directory, or the archive of a whole release, that several of them share."""

from __future__ import annotations

import os
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from inspector.model import FileBrief

_NEAREST: Final = 8
"""Directories above a name that are looked at: a hostile name may have thousands."""

Chain = tuple[str, ...]


class Place(NamedTuple):
    """What holds an artifact, and its name in there, both as chains of containers. No holder: it has no company."""

    holder: Chain
    name: Chain


def places(files: Sequence[FileBrief]) -> tuple[Place, ...]:
    """Return the place of each artifact: the nearest directory that holds another one too.

    An archive counts as a directory when what it holds is for several targets, as a release in one file does;
    otherwise it is how one artifact of a release is packed.
    """
    chains = [(file.path, *file.members) for file in files]
    artifacts = Counter(place.holder for chain in chains for place in _above(chain))
    targets: defaultdict[Chain, set[str]] = defaultdict(set)
    for file, chain in zip(files, chains, strict=True):
        for depth in range(1, len(chain)):
            targets[chain[:depth]].update(image.port for image in file.images)

    def holds(place: Place, chain: Chain) -> bool:
        container = chain[: len(chain) - len(place.name)]  # that the place is, or is in
        return artifacts[place.holder] > 1 and (not container or len(targets[container]) > 1)

    return tuple(next((p for p in _above(chain) if holds(p, chain)), Place((), chain)) for chain in chains)


def _above(chain: Chain) -> Iterator[Place]:
    """Yield what holds an artifact, the nearest first: directories on disk and in containers, and the containers."""
    for depth in range(len(chain) - 1, -1, -1):
        outer, name, rest = chain[:depth], chain[depth], chain[depth + 1 :]
        parent = posixpath.dirname if depth else os.path.dirname
        directory = parent(name)
        for _ in range(_NEAREST):
            above = parent(directory)
            if directory in {"", above}:  # the working directory, or a root: no name is shorter without it
                break
            yield Place((*outer, directory), (name[len(directory) + 1 :], *rest))
            directory = above
        if outer:
            yield Place(outer, chain[depth:])
