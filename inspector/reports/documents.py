"""Writing JSON that holds strings from inspected files."""

from __future__ import annotations

from typing import Any, TextIO

import msgspec

from inspector.reports.safe import json_neutral, undecoded


def write_json(value: object, out: TextIO) -> None:
    """Write a value as one indented JSON document, its strings with nothing undecodable or unprintable in them."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a surrogate: rare enough to look for none before
        encoded = msgspec.json.encode(plain(value))
    out.write(json_neutral(msgspec.json.format(encoded, indent=2).decode()) + "\n")


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
