"""Starting a program where there is nothing but itself, and reading what a sample then says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

TIMEOUT = 120
"""Seconds after which a program that hangs fails its test; emulated ones answer within two."""


def start_in(
    root: Path, binary: Path, *emulator: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Start a program as /app in a root of its own, the directory ``root``.

    ``emulator`` is a static program that runs it there, with its arguments: that is copied into the root as well.
    """
    shutil.copy(binary, root / "app")
    command = ["/app"]
    if emulator:
        shutil.copy(emulator[0], root / "emulator")
        command = ["/emulator", *emulator[1:], "/app"]
    return subprocess.run(
        ["chroot", root, *command],
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def capabilities(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What the sample `uses` says of each capability: "ok" or "error"."""
    return {name: rest.split()[0] for name, _, rest in (line.partition(": ") for line in done.stdout.splitlines())}
