"""The policy file: found, read and checked."""

from __future__ import annotations

from inspector.model import Policy


def find(directory: str) -> str | None:
    """Return the path of the nearest gobin-inspect.toml, in a directory or above it; None where there is none."""
    return None


def load(path: str) -> Policy:
    """Read a policy file. Raises PolicyError, which names file, line and key."""
    raise NotImplementedError
