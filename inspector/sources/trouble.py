"""What goes wrong between a path and a readable artifact, and the row it makes."""

from __future__ import annotations

from typing import Final

from formats.errors import FormatError, LimitExceeded, NotRecognised, Truncated
from inspector.model import SkipKind
from inspector.sources.names import shown


class Unreadable(Exception):
    """The bytes cannot be had: no permission, encrypted, a compression this tool does not know."""


TROUBLE: Final = (FormatError, OSError, Unreadable)
"""Every exception that what is read can cause, here and through an Artifact's window."""


def explain(error: FormatError | OSError | Unreadable) -> tuple[SkipKind, str]:
    """Return the kind and the reason of the skipped row that ``error`` makes."""
    if isinstance(error, OSError):
        text = error.strerror or str(error) or type(error).__name__
        return SkipKind.UNREADABLE, shown(text[:1].lower() + text[1:])
    kinds = {
        Unreadable: SkipKind.UNREADABLE,
        NotRecognised: SkipKind.NOT_EXECUTABLE,
        Truncated: SkipKind.TRUNCATED,
        LimitExceeded: SkipKind.LIMIT,
    }
    return kinds.get(type(error), SkipKind.MALFORMED), shown(str(error))
