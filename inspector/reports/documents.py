"""Writing JSON that holds strings from inspected files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TextIO

import msgspec

from inspector.reports.safe import json_neutral, undecoded

_DEEPER: Final = "\n    "
"""Where a line begins of an item in a list of the document."""


def write_json(value: object, out: TextIO) -> None:
    """Write a value as one indented JSON document, its strings with nothing undecodable or unprintable in them."""
    out.write(_text(value) + "\n")


def write_long_json(value: object, key: str, items: Iterable[object], out: TextIO) -> None:
    """Write as ``write_json`` does an object whose list under a key, empty in ``value``, has these items.

    One item is in memory at a time.
    """
    before, empty, after = _text(value).partition(f'\n  "{key}": []')  # no string of JSON holds a line feed
    out.write(f"{before}{empty[:-1]}")
    between = ""
    for item in items:
        out.write(between + _DEEPER + _text(item).replace("\n", _DEEPER))
        between = ","
    out.write(f"\n  ]{after}\n" if between else f"]{after}\n")


def _text(value: object) -> str:
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a surrogate: rare enough to look for none before
        encoded = msgspec.json.encode(plain(value))
    return json_neutral(msgspec.json.format(encoded, indent=2).decode())


def plain(value: object) -> Any:  # any JSON value
    """Return a value as what JSON knows, its strings with nothing undecodable in them."""
    return _without_surrogates(msgspec.to_builtins(value))


def _without_surrogates(value: Any) -> Any:  # any JSON value
    if isinstance(value, str):
        return undecoded(value)
    if isinstance(value, dict):
        return {undecoded(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(item) for item in value]
    return value
