"""Places in a policy file: how a message names one, and on which line it is."""

from __future__ import annotations

import re
from typing import Any, Final

from inspector.intent.values import shown

Place = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of arrays, ("targets", 0, "cgo")."""

_BARE: Final = re.compile(r"[\w-]{1,60}", re.ASCII)
_CLOSERS: Final = tuple(
    f"\n{quotes}{brackets}" for brackets in ("", "]", "}", "]]", "]}", "}]", "]}]") for quotes in ("", '"""', "'''")
)
_BUDGET: Final = 16 * 1024 * 1024
"""Characters that the search for a line may parse: some seconds at worst, and far more than a written policy needs."""


class Fault(Exception):
    """What is wrong with one value; the text begins with the place."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place = place


def fault(place: Place, said: str) -> Fault:
    """Return the fault of a place."""
    return Fault(place, f"{spelled(place)}: {said}")


def spelled(place: Place) -> str:
    """Return a place as messages name it: "targets[0].cgo"."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _BARE.fullmatch(step) else f'"{shown(step)}"')
    return text


def line_of(text: str, place: Place) -> int | None:
    """Return the line, from 1, on which a place of a TOML document begins; None where it cannot be told.

    tomllib keeps no lines, but it says which beginnings of the document hold the place already, once what they
    leave open is closed. The shortest of them ends with the line that is looked for.
    """
    lines = text.split("\n")
    first, last, budget = 1, len(lines), _BUDGET
    while first < last:
        middle = (first + last) // 2
        beginning = "\n".join(lines[:middle])
        held, spent = _holds(beginning, place)
        budget -= spent
        if held is None or budget < 0:
            return None
        first, last = (first, middle) if held else (middle + 1, last)
    return first


def _holds(beginning: str, place: Place) -> tuple[bool | None, int]:
    """Say whether the beginning of a document holds a place, None where it cannot be closed; and what was parsed."""
    import tomllib

    spent = 0
    for closer in _CLOSERS:
        spent += len(beginning)
        try:
            found: Any = tomllib.loads(beginning + closer)
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        for step in place:
            if not (step in found if isinstance(found, dict) else isinstance(step, int) and step < len(found)):
                return False, spent
            found = found[step]
        return True, spent
    return None, spent
