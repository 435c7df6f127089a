"""Time gobin-inspect as a whole process beside its peers, in one run, and print a table with ratios.

    bench.py [--runs N] [--cache DIR] [FILE ...]

Without files: three real Go programs of about 1, 10 and 50 MB (the newest Go's own tools, and one with data
embedded). gobin-inspect and the Python peers (blint, checksec.py) are installed into environments of their own
below the cache. The commands run in turn, A B C A B C ..., after one warm-up each, so that a change in the
machine's speed meets all of them; times are medians of wall clock, memory is the peak resident size. On a shared
machine read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_manifest import SAMPLES, default_cache, load
from toolchains import Toolchains, build_environment

ROOT = SAMPLES.parent
# In an environment of their own: they hold lief to releases older than the one that verifies signatures here.
PEERS = ("blint>=2.3", "checksec-py>=0.7")
BASE = "import click, elftools.elf.elffile"
RELEASE = max((spec.go for spec in load().specs), key=lambda release: [int(part) for part in release.split(".")])


@dataclass(frozen=True)
class Peer:
    """One command to time; FILE stands for the file."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """Medians of one command over one file."""

    seconds: float
    mebibytes: float


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every file with every peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each command (default 7)")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where toolchains and environments are kept"
    )
    options = parser.parse_args(argv)
    peers = install(options.cache)
    for file in options.files or programs(options.cache):
        print_table(file, {peer.name: figure for peer, figure in measure(peers, file, options.runs)})
    return 0


def install(cache: Path) -> list[Peer]:
    """Make the environments of the tool and of its Python peers; return everything there is to time."""
    home, theirs = cache / "bench" / "tool", cache / "bench" / "peers"
    python = environment(home, str(ROOT))
    environment(theirs, *PEERS)
    subprocess.run([*pip(python), "--force-reinstall", "--no-deps", ROOT], check=True)
    tool = str(home / "bin" / "gobin-inspect")
    peers = [
        Peer("python with click and pyelftools", (str(python), "-c", BASE)),
        Peer("gobin-inspect", (tool, "FILE")),
        Peer("gobin-inspect --no-hash", (tool, "--no-hash", "FILE")),
        Peer("gobin-inspect -f json", (tool, "-f", "json", "FILE")),
        Peer("go version -m", (str(Toolchains(cache).go(RELEASE)), "version", "-m", "FILE")),
        Peer("checksec.py", (str(theirs / "bin" / "checksec"), "FILE")),
        Peer("blint", (str(theirs / "bin" / "blint"), "-i", "FILE", "-o", str(cache / "bench-reports"), "-q")),
    ]
    if openssl := shutil.which("openssl"):
        peers.append(Peer("openssl dgst -sha256", (openssl, "dgst", "-sha256", "FILE")))
    return [peer for peer in peers if Path(peer.command[0]).exists()]


def environment(home: Path, *packages: str) -> Path:
    """Make an environment of its own for packages, or bring it up to date; return its Python."""
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run([*pip(python), "--upgrade", *packages], check=True)
    return python


def pip(python: Path) -> list[str]:
    """Return the start of a command that installs."""
    return [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def programs(cache: Path) -> list[Path]:
    """Return real Go programs of about 1, 10 and 50 MB, built or taken from the toolchain."""
    go = Toolchains(cache).go(RELEASE)
    made = cache / "bench-programs"
    small, large = made / "small", made / "large"
    settings = {**build_environment(cache, RELEASE), "CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64"}
    if not small.exists():
        build(go, SAMPLES / "src" / "hello", small, settings, "-ldflags=-s -w")
    if not large.exists():
        source = made / "source"
        shutil.copytree(SAMPLES / "src" / "embed", source, dirs_exist_ok=True)
        with (source / "payload.bin").open("wb") as payload:
            for _ in range(48):  # in pieces: what this process holds counts as the peak of the ones it starts
                payload.write(os.urandom(1 << 20))
        build(go, source, large, settings)
    return [small, go.parent.parent / "pkg" / "tool" / "linux_amd64" / "fix", large]


def build(go: Path, source: Path, output: Path, environment: dict[str, str], *flags: str) -> None:
    """Build one program."""
    command = [go, "build", "-trimpath", "-buildvcs=false", *flags, "-o", output, "."]
    subprocess.run(command, cwd=source, env=environment, check=True)


def measure(peers: list[Peer], file: Path, runs: int) -> list[tuple[Peer, Figure]]:
    """Run every peer in turn, ``runs`` times after a warm-up."""
    found: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in peers}
    for run in range(runs + 1):
        for peer in peers:
            figures = once([str(file) if word == "FILE" else word for word in peer.command])
            if run:
                found[peer.name].append(figures)
    return [(peer, Figure(*map(statistics.median, zip(*found[peer.name], strict=True)))) for peer in peers]


def once(command: list[str]) -> tuple[float, float]:
    """Run one command; return wall seconds and peak MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def print_table(file: Path, figures: dict[str, Figure]) -> None:
    """Print one file's figures; the ratio is to gobin-inspect with everything on."""
    own = figures["gobin-inspect"]
    print(f"\n{file.name}, {file.stat().st_size / 1e6:.1f} MB")
    print(f"{'':36}{'seconds':>9}{'MiB':>7}{'ratio':>8}")
    for name, figure in sorted(figures.items(), key=lambda item: item[1].seconds):
        print(f"{name:36}{figure.seconds:9.3f}{figure.mebibytes:7.0f}{figure.seconds / own.seconds:8.2f}")
    base = figures["python with click and pyelftools"]
    print(f"above the bare imports: {1000 * (own.seconds - base.seconds):.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
