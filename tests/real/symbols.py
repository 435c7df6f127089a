"""A program's symbol table as `go tool nm` prints it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.real.gorecord import NEWEST_GO


def symbols(go: Path, file: Path) -> dict[str, int]:
    """Names to addresses; undefined symbols are left out."""
    environment = {**os.environ, **build_environment(default_cache(), NEWEST_GO)}
    done = subprocess.run([go, "tool", "nm", file], capture_output=True, text=True, check=True, env=environment)
    rows = (line.split(maxsplit=2) for line in done.stdout.splitlines())
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}
