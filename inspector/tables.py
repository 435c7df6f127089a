"""The tables of Go knowledge in data/, each with its sources inside."""

from __future__ import annotations

from pkgutil import get_data
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read_table(name: str, shape: type[T]) -> T:
    """Return data/NAME decoded as ``shape``; a table that does not fit it is a defect of this package."""
    # Not importlib.resources: it imports tempfile, urllib and more, 12 ms for one file.
    return msgspec.json.decode(get_data("inspector", f"data/{name}") or b"", type=shape)
