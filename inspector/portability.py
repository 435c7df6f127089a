"""Which portability profile a program satisfies, the way auditwheel names the policy of a wheel."""

from __future__ import annotations

from inspector.model import Portability, Subject


def portability(subject: Subject) -> Portability | None:
    """Return the strictest profile of the program's system that it satisfies, and what blocks the next one.

    None for a system that has no such profiles.
    """
    return None
