"""The policy file: found and read. What its text says is policy_reader's to tell, which only a run with one imports."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from inspector.errors import PolicyError
from inspector.model import Policy

NAME: Final = "gobin-inspect.toml"
LARGEST: Final = 256 * 1024
"""Bytes that a policy file may have; one with a thousand targets has less."""

Named = Callable[[str], tuple[str, ...]]
"""Returns the names of the rules that a word means: a name, an id or a band. Raises RuleNameError."""


def find(directory: str) -> str | None:
    """Return the path of the nearest gobin-inspect.toml, in a directory or above it; None where there is none."""
    above = os.path.abspath(directory)  # noqa: PTH100  # pathlib takes 5 ms to import
    while True:
        path = os.path.join(above, NAME)  # noqa: PTH118
        if os.path.isfile(path):  # noqa: PTH113
            return os.path.relpath(path)
        above, below = os.path.dirname(above), above  # noqa: PTH120
        if above == below:
            return None


def load(path: str, named: Named) -> Policy:
    """Read a policy file. ``named`` knows the rules.

    Raises PolicyError, one line that names file, line and key.
    """
    return parse(_read(path), path, named)


def parse(text: str, path: str, named: Named) -> Policy:
    """Return what the text of a policy file says; ``path`` is where it is, or will be. Raises as ``load`` does."""
    from inspector.intent.policy_reader import read

    return read(text, path, named)


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise PolicyError(f"{path}: has more than {LARGEST // 1024} KiB, which no policy needs")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{path}:{line}: TOML is UTF-8, and byte 0x{data[error.start]:02x} is not") from error
