"""The modules that the programs of a release hold, read where they may differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from inspector.model import Module, Recorded, Report

MAX_MODULES: Final = 200_000
"""Modules of all programs together that are read, each kind of program once: 30 MB. Kubernetes has 250."""

_DIRECTORY: Final = "a directory"
"""What a module without a version was replaced by, which has another path on every machine."""


class Modules:
    """Reads which versions programs have from their full reports, which are many: of equal ones the first."""

    def __init__(self, report: Report) -> None:
        self._files = report.files
        self._known: dict[str, Mapping[str, str]] = {}
        self._left = MAX_MODULES

    def of(self, file: int, image: int, digest: str) -> Mapping[str, str]:
        """Return the versions by module of a file's image, as the report orders them; none beyond the bound.

        ``digest`` is the image's in its brief.
        """
        known = self._known.get(digest)
        if known is None:
            recorded = self._files[file].images[image].build.recorded
            deps = recorded.deps if isinstance(recorded, Recorded) else ()
            known = dict(_versions(deps)) if len(deps) <= self._left else {}
            self._left -= len(known)
            self._known[digest] = known
        return known


def _versions(modules: Iterable[Module]) -> Iterator[tuple[str, str]]:
    for module in modules:
        other = module.replace
        at = "" if other is None else f" => {other.path} {other.version}" if other.version else f" => {_DIRECTORY}"
        if module.version or at:
            yield module.path, f"{module.version or ''}{at}".strip()
