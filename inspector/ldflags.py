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


def asks_static(ldflags: str) -> bool:
    """Say whether the flags tell the C linker to link statically; of several -extldflags the last counts."""
    text = ldflags.strip()
    if not text.startswith("-"):
        text = text.partition("=")[2]  # [pattern=]flags: cmd/go/internal/load/flag.go, PerPackageFlag.set
    words = split(text)
    asked: list[str] = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in {"-extldflags", "--extldflags"}:
            asked = split(value if equals else "".join(words[at + 1 : at + 2]))
    return not _STATIC.isdisjoint(asked)
