"""Kinds of values in a policy file: each reads one, and describes itself to editors and to people."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from inspector.errors import IntentError
from inspector.intent import globs, values
from inspector.intent.policy_places import Fault, Place, fault, spelled

_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_UNQUOTED: Final = {bool: "true or false", int: "a number", float: "a number", datetime.date: "a date"}


class Kind(NamedTuple):
    """How to read a value, the JSON Schema of what is accepted, and the same in words.

    ``read`` takes what tomllib makes of a value, and its place. It raises Fault.
    """

    read: Callable[[Any, Place], Any]
    schema: Mapping[str, Any]
    said: str


def text(check: Callable[[str, str], Any], said: str, pattern: str | None = None) -> Kind:
    """Return the kind of a string that ``check``, a function of inspector.intent.values, accepts."""

    def read(value: Any, place: Place) -> Any:
        return checked(check, _string(value, place, said), place)

    return Kind(read, {"type": "string", **({"pattern": f"^(?:{pattern})$"} if pattern else {"minLength": 1})}, said)


def one_of(*choices: str) -> Kind:
    """Return the kind of a string that is one of a few."""
    said = " or ".join(f"`{choice}`" for choice in choices)

    def read(value: Any, place: Place) -> str:
        return str(checked(lambda word, where: values.one_of(word, choices, where), _string(value, place, said), place))

    return Kind(read, {"enum": list(choices)}, said)


def listed(item: Kind, said: str, least: int = 0) -> Kind:
    """Return the kind of an array, read as a tuple; ``least`` is how many values it has at least."""

    def read(value: Any, place: Place) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise fault(place, f"{_plain(said)} is wanted, not {_found(value)}")
        if len(value) < least:
            raise fault(place, "is empty")
        return tuple(item.read(one, (*place, index)) for index, one in enumerate(value))

    return Kind(read, {"type": "array", "items": item.schema, **({"minItems": least} if least else {})}, said)


def either(one: Kind, array: Kind) -> Kind:
    """Return the kind of an array, or of one value that stands for it; read as a tuple."""

    def read(value: Any, place: Place) -> tuple[Any, ...]:
        found = (array if isinstance(value, list) else one).read(value, place)
        return found if isinstance(found, tuple) else (found,)

    return Kind(read, {"anyOf": [one.schema, array.schema]}, f"{one.said}, or {array.said}")


def checked(check: Callable[[str, str], Any], value: str, place: Place) -> Any:
    """Return what a function of inspector.intent.values makes of a string."""
    try:
        return check(value, spelled(place))
    except IntentError as error:
        raise Fault(place, str(error)) from error


def _flag(value: Any, place: Place) -> bool:
    if isinstance(value, bool):
        return value
    meant = {0: "; write false", 1: "; write true"}.get(value, "") if isinstance(value, int) else ""
    raise fault(place, f"true or false is wanted, not {_found(value)}{meant}")


def _string(value: Any, place: Place, said: str) -> str:
    if isinstance(value, str):
        return value
    quotes = "; write it in quotes" if type(value) in _UNQUOTED and not isinstance(value, bool) else ""
    raise fault(place, f"{_plain(said)} is wanted, not {_found(value)}{quotes}")


def _filled(value: str, where: str) -> str:
    if value.strip():
        return value
    raise IntentError(f"{where}: is empty")


def _day(value: Any, place: Place) -> datetime.date:
    if isinstance(value, str) and re.fullmatch(_DATE, value, re.ASCII):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise fault(place, f"there is no day {value}") from None
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    raise fault(place, f"a day such as 2027-01-31 is wanted, not {_found(value)}")


def _size(value: Any, place: Place) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 < value < 2**63:
            return value
        raise fault(place, "a size is more than 0 bytes and less than 8 EiB")
    size = int(checked(values.size, _string(value, place, SIZE.said), place))
    return _size(size, place)


def _found(value: Any) -> str:
    """Say what was found, in a few words."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "an array"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 2**63:  # str() of a huge one raises
        return "a number beyond 64 bits"
    return values.quoted(str(value)) if isinstance(value, int | float | str) else "a date or a time"


def _plain(said: str) -> str:
    return said.replace("`", "")


FLAG: Final = Kind(_flag, {"type": "boolean"}, "`true` or `false`")
FILLED: Final = text(_filled, "text", r"[\s\S]*\S[\s\S]*")
DAY: Final = Kind(_day, {"type": "string", "pattern": f"^{_DATE}$"}, "a day such as `2027-01-31`")
SIZE: Final = Kind(
    _size,
    {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "string", "pattern": f"^(?:{values.SIZE})$"}]},
    'a size such as `"20 MiB"`, or a number of bytes',
)
GLOB: Final = text(_filled, "a glob", r"[\s\S]*\S[\s\S]*")
ARTIFACTS: Final = text(globs.accepted, "a glob of artifacts, as in .gitignore", r"[\s\S]*\S[\s\S]*")
