"""What both benchmarks share: the tool and its Python peers in environments of their own, and one timed run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_manifest import SAMPLES, load

# In an environment of their own: they hold lief to releases older than the one that verifies signatures here.
PEERS = ("blint>=2.3", "checksec-py>=0.7")
RELEASE = max((spec.go for spec in load().specs), key=lambda release: [int(part) for part in release.split(".")])
_SAMPLED = 0.05  # seconds between two looks at what a run's processes hold together


@dataclass(frozen=True)
class Installed:
    """Where the programs to time are; of blint and checksec.py the directory, for either may be missing."""

    python: Path
    tool: Path
    peers: Path


@dataclass(frozen=True)
class Run:
    """What one command took: seconds of wall clock and of all processors, and MiB of memory at the peak.

    ``largest`` is the resident size of the largest of its processes, ``together`` that of all at a time, pages that
    several share counted for each; 0 where the system has no /proc.
    """

    seconds: float
    cpu: float
    largest: float
    together: float


def install(cache: Path) -> Installed:
    """Make the environments, or bring them up to date with the work tree."""
    home, theirs = cache / "bench" / "tool", cache / "bench" / "peers"
    python = _environment(home, str(SAMPLES.parent))
    _environment(theirs, *PEERS)
    subprocess.run([*_pip(python), "--force-reinstall", "--no-deps", SAMPLES.parent], check=True)
    return Installed(python, home / "bin" / "gobin-inspect", theirs / "bin")


def _environment(home: Path, *packages: str) -> Path:
    """Make an environment of its own for packages, or bring it up to date; return its Python."""
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run([*_pip(python), "--upgrade", *packages], check=True)
    return python


def _pip(python: Path) -> list[str]:
    """Return the start of a command that installs."""
    return [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def once(command: Sequence[str]) -> Run:
    """Run one command, whatever its exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    peaks: list[int] = []
    sampler = threading.Thread(target=_sample, args=(process.pid, ended, peaks))
    sampler.start()
    _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    ended.set()
    sampler.join()
    together = max(peaks, default=0) / (1 << 20)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, together)


def _sample(pid: int, ended: threading.Event, peaks: list[int]) -> None:
    """Note again and again how many bytes a process and its descendants hold together."""
    page = os.sysconf("SC_PAGE_SIZE")
    while not ended.wait(_SAMPLED):
        family, total = [pid], 0
        while family:
            process = Path("/proc") / str(family.pop())
            try:
                total += page * int((process / "statm").read_text().split()[1])
                family += [int(one) for task in process.glob("task/*/children") for one in task.read_text().split()]
            except (OSError, IndexError):  # it has ended meanwhile
                continue
        peaks.append(total)
