"""From paths to artifacts: files, directories, standard input, and the archives, packages and compressed files there.

Nothing is unpacked under its own name: a member is read in memory, or beyond 32 MiB in an unnamed temporary
file. Every bound is in ``limits``. What cannot be inspected is a Skipped row; no input raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.model import Skipped
from inspector.sources.archives import Artifact, artifacts
from inspector.sources.beside import Beside, in_directory
from inspector.sources.chosen import EVERYTHING, Chosen, chosen, reached
from inspector.sources.files import STDIN, Found, find, opened
from inspector.sources.limits import Budget
from inspector.sources.links import gathered
from inspector.sources.names import shown, unpacked_name
from inspector.sources.place import Place
from inspector.sources.trouble import TROUBLE, explain

__all__ = [
    "EVERYTHING",
    "STDIN",
    "TROUBLE",
    "Artifact",
    "Beside",
    "Budget",
    "Chosen",
    "Found",
    "Place",
    "chosen",
    "explain",
    "find",
    "gathered",
    "in_directory",
    "look_into",
    "reached",
    "shown",
    "unpacked_name",
    "walk",
]


def walk(paths: Sequence[str]) -> Iterator[Artifact | Skipped]:
    """Yield every executable that ``paths`` lead to, and a row for everything else that was met.

    The order is that of ``find``, and within an archive that of the members' names. An artifact's window closes
    when the iteration goes on.
    """
    for found in find(paths):
        if isinstance(found, Skipped):
            yield found
        else:
            yield from look_into(found)


def look_into(found: Found) -> Iterator[Artifact | Skipped]:
    """Yield what one found file is or holds, as ``walk`` does."""
    budget = Budget()
    try:
        with opened(found, budget) as (window, mode):
            yield from artifacts(found.place, window, mode, budget, in_directory(found, budget))
    except TROUBLE as error:
        yield found.place.failed(error)
