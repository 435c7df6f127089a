"""Which of the functions that rules ask about are linked."""

from __future__ import annotations

from typing import Final

from formats.image import Unknown
from inspector.facts.functab import FunctionTable

WATCHED: Final = (
    "os/exec.LookPath",
    "runtime/pprof.StartCPUProfile",
)


def linked(table: FunctionTable | Unknown) -> frozenset[str] | Unknown:
    """Return the watched functions that the table lists; linked is not called, so no rule may claim that."""
    return table if isinstance(table, Unknown) else frozenset(filter(table.links, WATCHED))
