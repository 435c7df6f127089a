"""Globs that tell the artifacts of one target from those of the others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

Path = tuple[str, ...]
"""Parts of an artifact's path, the members of containers last."""
_VERSION: Final = re.compile(r"v?\d+\.\d+\.\d+")
_SPECIAL: Final = re.compile(r"[\\*?\[\]]")


class Artifacts:
    """The artifacts of every target; ``rivals`` says whether two targets, by their places, need telling apart."""

    def __init__(self, targets: Sequence[Sequence[Path]], rivals: Callable[[int, int], bool]) -> None:
        self._targets = targets
        self._rivals = rivals
        self._holders: defaultdict[Path, set[int]] = defaultdict(set)  # targets, by what globs can match of their paths
        for number, paths in enumerate(targets):
            for path in paths:
                for spelling in {_literal(path), _any_version(path)}:
                    for run in _runs(spelling):
                        self._holders[run].add(number)

    def globs(self) -> list[tuple[str, ...]]:
        """Return the globs of each target: none where it has no rival.

        A glob may match what is for another port, as among targets whose globs match the port decides. Then the
        target of that port needs globs as well.
        """
        numbers = range(len(self._targets))
        waiting = [number for number in numbers if any(self._rivals(number, other) for other in numbers)]
        found: dict[int, tuple[str, ...]] = {}
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            chosen = {self._shortest(path, number) for path in self._targets[number]}
            found[number] = tuple(sorted(map(_glob, chosen)))
            waiting.extend(other for run in chosen for other in self._holders[run])
        return [found.get(number, ()) for number in numbers]

    def _shortest(self, path: Path, number: int) -> Path:
        """Return the fewest last parts of a path that no rival has, with any version if that will do."""
        for spelling in (_any_version(path), _literal(path)):
            for length in range(1, len(path) + 1):
                end = spelling[-length:]
                if not any(self._rivals(number, other) for other in self._holders[end] if other != number):
                    return end
        return _literal(path)


def _runs(path: Path) -> Iterator[Path]:
    """Yield what globs can match of a path: a glob also matches what is below a directory it matches."""
    for start in range(len(path)):
        for end in range(start + 1, len(path) + 1):
            yield path[start:end]


def _literal(path: Path) -> Path:
    return tuple(_SPECIAL.sub(r"\\\g<0>", part) for part in path)


def _any_version(path: Path) -> Path:
    """Return a path as globs match it, with any version in the place of this release's."""
    return tuple(_VERSION.sub("*", part) for part in _literal(path))


def _glob(run: Path) -> str:
    glob = "/".join(run)
    if len(run) > 1:
        return f"**/{glob}"
    return f"\\{glob}" if glob.startswith(("#", "!")) else glob
