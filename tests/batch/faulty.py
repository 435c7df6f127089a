"""Real faults of real files for real processes: a library, preloaded, that lets the calls on them go wrong."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from errno import EIO
from pathlib import Path
from typing import NamedTuple

from scripts.sample_manifest import default_cache, load
from scripts.toolchains import Toolchains, build_environment

SOURCE = Path(__file__).with_suffix(".c")


class Fault(NamedTuple):
    """One line of what the library is to do: see its source."""

    call: str
    action: str
    argument: int | str
    path: str
    start: int = 0
    end: int = 1 << 60

    def __str__(self) -> str:
        return "\t".join((self.call, str(self.start), str(self.end), self.action, str(self.argument), self.path))


def fails(call: str, path: str, error: int = EIO, start: int = 0, end: int = 1 << 60) -> Fault:
    """Let a call fail with an error number."""
    return Fault(call, "fail", error, path, start, end)


def runs(call: str, path: str, command: str, start: int = 0) -> Fault:
    """Run a shell command before the call; $PPID is the process that makes it."""
    return Fault(call, "run", command, path, start)


def built(folder: Path) -> Path:
    """Compile the library."""
    cache = default_cache()
    manifest = load()
    library = folder / "faulty.so"
    command = [Toolchains(cache).zig(manifest.zig), "cc", "-target", f"{platform.machine()}-linux-gnu.2.28"]
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
    env = {**os.environ, **build_environment(cache, "1.27.3")}
    subprocess.run([*command, *flags, "-o", library, SOURCE], env=env, check=True, capture_output=True)
    return library


def preloaded(library: Path, faults: Iterable[Fault]) -> dict[str, str]:
    """Return the environment in which the faults happen."""
    return {"LD_PRELOAD": str(library), "FAULTS": "\n".join(map(str, faults))}
