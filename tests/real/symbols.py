"""A program's symbol table as `go tool nm` prints it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.samples import Samples

NM_GO = "1.21.13"
"""A release that ships nm built. Since Go 1.25 the go command builds it when asked to, in a cache that other builds
share. The formats of the symbol tables have not changed."""


def symbols(samples: Samples, file: Path) -> dict[str, int]:
    """Names to addresses; undefined symbols are left out."""
    (nm,) = (samples.go(NM_GO).parent.parent / "pkg" / "tool").glob("*/nm*")
    done = subprocess.run([nm, file], capture_output=True, text=True, check=True)
    rows = (line.split(maxsplit=2) for line in done.stdout.splitlines())
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}
