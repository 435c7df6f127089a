"""Read a recorded -ldflags value the way the go command and the Go linker do."""

from __future__ import annotations

import re
from typing import Final

# cmd/internal/quoted.Split: fields are separated by these four bytes; a quote counts at the start of a field only,
# nothing inside it is unescaped, and what follows the closing quote is the next field.
_FIELD: Final = re.compile(r"[ \t\n\r]*(?:\"([^\"]*)\"|'([^']*)'|([^ \t\n\r\"'][^ \t\n\r]*))")

_STATIC: Final = frozenset({"-static", "--static", "-static-pie"})


def split(text: str) -> list[str]:
    """Split into fields. Go refuses a quote that never ends, so none is recorded; the text from it on is left out."""
    fields = []
    at = 0
    while found := _FIELD.match(text, at):
        fields.append(next(field for field in found.groups() if field is not None))
        at = found.end()
    return fields


def linker_flag(ldflags: str, flag: str) -> str | None:
    """Return the value that the flags give to one of Go's linker, "extldflags"; of several the last counts."""
    return next(reversed(linker_flags(ldflags, flag)), None)


def linker_flags(ldflags: str, flag: str) -> list[str]:
    """Return every value that the flags give to one of Go's linker, in order."""
    text = ldflags.strip()
    if not text.startswith("-"):
        text = text.partition("=")[2]  # [pattern=]flags: cmd/go/internal/load/flag.go, PerPackageFlag.set
    words = split(text)
    given = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in {f"-{flag}", f"--{flag}"}:
            given.append(value if equals else "".join(words[at + 1 : at + 2]))
    return given


def variables(ldflags: str) -> dict[str, str]:
    """Return the variables that -X sets, by import path and name; of several -X of one variable the last counts."""
    pairs = (value.partition("=") for value in linker_flags(ldflags, "X"))
    return {name: value for name, equals, value in pairs if equals}


def asks_static(ldflags: str) -> bool:
    """Say whether the flags tell the C linker to link statically."""
    return not _STATIC.isdisjoint(split(linker_flag(ldflags, "extldflags") or ""))
