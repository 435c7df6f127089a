"""Places in a policy file: how a message names one, and on which line it is."""

from __future__ import annotations

import re
from typing import Any, Final

from inspector.intent.values import quoted

Place = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of arrays, ("targets", 0, "cgo")."""

_BARE: Final = re.compile(r"[\w-]{1,60}", re.ASCII)
_CLOSERS: Final = tuple(
    f"\n{quotes}{brackets}" for brackets in ("", "]", "}", "]]", "]}", "}]", "]}]") for quotes in ("", '"""', "'''")
)
_BUDGET = 5 * 1024 * 1024
"""Characters that the search for a line may parse: enough for the largest file, and some seconds at worst."""


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
            text += ("." if text else "") + (step if _BARE.fullmatch(step) else f'"{quoted(step)}"')
    return text


def line_of(text: str, place: Place) -> int | None:
    """Return the line, from 1, on which a place of a TOML document begins; None where that is too much to search.

    tomllib keeps no lines, but it says which beginnings of the document hold the place already, once what they
    leave open is closed. The shortest of them ends with the line that is looked for.
    """
    beginnings = _Beginnings(text, place)
    first, last = 1, len(beginnings.lines)
    try:
        while first < last:
            middle = (first + last) // 2
            count, held = middle, beginnings.hold(middle)
            while held is None and count > first:  # in the middle of something that cannot be closed
                count -= 1
                held = beginnings.hold(count)
            first, last = (first, count) if held else (middle + 1, last)
        while first > 1 and beginnings.hold(first - 1) is None:  # it is that something, which began before
            first -= 1
    except _ExhaustedError:
        return None
    return first


class _ExhaustedError(Exception):
    """More was parsed than a line is worth."""


class _Beginnings:
    """The beginnings of a document, and whether they hold a place."""

    def __init__(self, text: str, place: Place) -> None:
        self.lines = text.split("\n")
        self._place = place
        self._budget = _BUDGET

    def hold(self, count: int) -> bool | None:
        """Say whether the first lines hold the place, None where they cannot be closed."""
        import tomllib

        beginning = "\n".join(self.lines[:count])
        for closer in _CLOSERS:
            self._budget -= len(beginning)
            if self._budget < 0:
                raise _ExhaustedError
            try:
                return _holds(tomllib.loads(beginning + closer), self._place)
            except (tomllib.TOMLDecodeError, RecursionError):
                self._budget -= 3 * len(beginning)  # an error takes tomllib that much longer
        return None


def _holds(found: Any, place: Place) -> bool:
    for step in place:
        if not (step in found if isinstance(found, dict) else isinstance(step, int) and step < len(found)):
            return False
        found = found[step]
    return True
