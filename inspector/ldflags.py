"""Read a recorded -ldflags value the way the go command and the Go linker do."""

from __future__ import annotations

import re
from typing import Final

# cmd/internal/quoted.Split: fields are separated by these four bytes; a quote counts at the start of a field only,
# nothing inside it is unescaped, and what follows the closing quote is the next field.
_FIELD: Final = r"[ \t\n\r]*(?:\"([^\"]*)\"|'([^']*)'|([^ \t\n\r\"'][^ \t\n\r]*))"

_TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # strconv.ParseBool, which package flag asks

_STATIC: Final = frozenset({"-static", "--static", "-static-pie"})


# Flags of cmd/link whose value is the next word where no = is in theirs (cmd/link/internal/ld/main.go).
_VALUED: Final = frozenset(
    {"B", "D", "E", "H", "I", "L", "R", "T", "X", "benchmark", "buildid", "buildmode", "capturehostobjs", "extar"}
    | {"extld", "extldflags", "fipso", "funcalign", "installsuffix", "k", "libgcc", "linkmode", "macos", "macsdk", "o"}
    | {"pluginpath", "r", "randlayout", "strictdups", "tmpdir"}
)


def split(text: str) -> list[str]:
    """Split into fields. Go refuses a quote that never ends, so none is recorded; the text from it on is left out."""
    fields = []
    at = 0
    while found := re.compile(_FIELD).match(text, at):
        fields.append(next(field for field in found.groups() if field is not None))
        at = found.end()
    return fields


def _words(ldflags: str) -> list[str]:
    text = ldflags.strip()
    if not text.startswith("-"):
        text = text.partition("=")[2]  # [pattern=]flags: cmd/go/internal/load/flag.go, PerPackageFlag.set
    return split(text)


def linker_flag(ldflags: str, flag: str) -> str | None:
    """Return the value that the flags give to one of Go's linker, "extldflags"; of several the last counts."""
    return next(reversed(linker_flags(ldflags, flag)), None)


def linker_flags(ldflags: str, flag: str) -> list[str]:
    """Return every value that the flags give to one of Go's linker, in order."""
    words = _words(ldflags)
    given = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in {f"-{flag}", f"--{flag}"}:
            given.append(value if equals else "".join(words[at + 1 : at + 2]))
    return given


def switches(ldflags: str) -> frozenset[str]:
    """Return the flags that the linker is given without a value: "s", "w"."""
    found: set[str] = set()
    words = iter(_words(ldflags))
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        if name in _VALUED:
            if not equals:
                next(words, None)
        elif word.startswith("-") and (not equals or value in _TRUE):
            found.add(name)
    return frozenset(found)


def variables(ldflags: str) -> dict[str, str]:
    """Return the variables that -X sets, by import path and name; of several -X of one variable the last counts."""
    pairs = (value.partition("=") for value in linker_flags(ldflags, "X"))
    return {name: value for name, equals, value in pairs if equals}


def asks_static(ldflags: str) -> bool:
    """Say whether the flags tell the C linker to link statically."""
    return not _STATIC.isdisjoint(split(linker_flag(ldflags, "extldflags") or ""))
