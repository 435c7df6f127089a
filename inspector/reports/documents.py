"""Writing JSON that holds strings from inspected files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import msgspec

from inspector.reports.safe import json_neutral, undecoded


def write_json(value: object, out: TextIO) -> None:
    """Write a value as one indented JSON document, its strings with nothing undecodable or unprintable in them.

    A list may be given as an iterator, at the top or in lists and dictionaries, and is then written item by item: one
    is in memory at a time.
    """
    _write(value, out, "\n")
    out.write("\n")


def _write(value: Any, out: TextIO, line: str) -> None:  # any JSON value, with iterators
    """Write a value; ``line`` is where a line begins of what holds it."""
    items: Iterable[tuple[str, object]]
    if not _is_long(value):
        out.write(_text(value).replace("\n", line))  # no string of JSON holds a line feed
        return
    if isinstance(value, dict):
        marks, items = "{}", ((f"{_text(key)}: ", item) for key, item in value.items())
    else:
        marks, items = "[]", (("", item) for item in value)
    deeper, before = f"{line}  ", marks[0]
    for name, item in items:
        out.write(f"{before}{deeper}{name}")
        _write(item, out, deeper)
        before = ","
    out.write(f"{line}{marks[1]}" if before == "," else marks)


def _is_long(value: Any) -> bool:  # any JSON value, with iterators
    """Tell what is an iterator, or holds one."""
    if isinstance(value, dict):
        return any(map(_is_long, value.values()))
    return any(map(_is_long, value)) if isinstance(value, list) else isinstance(value, Iterator)


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
