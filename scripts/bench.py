"""Time gobin-inspect as a whole process beside its peers, in one run, and print a table with ratios.

    bench.py [--runs N] [--cache DIR] [FILE ...]
    bench.py --tree [DIR] [--files N] [--jobs N] [--growth N,N...] [--cache DIR]

Without files: three real Go programs of about 1, 10 and 50 MB (the newest Go's own tools, and one with data
embedded). gobin-inspect and the Python peers (blint, checksec.py) are installed into environments of their own
below the cache. The commands run in turn, A B C A B C ..., after one warm-up each, so that a change in the
machine's speed meets all of them; times are medians of wall clock, memory is the peak resident size. On a shared
machine read the ratios, not the seconds.

With --tree: a directory of programs, by default one that is made in the cache (1,000 files, 8 GB), and ten of them
for the peers that take seconds for each. With --growth then more and more small programs, in one process and in
several; 10,000 take 15 GB. What was made is removed at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bench_tree
from bench_programs import programs
from benching import RELEASE, Installed, install, once
from sample_manifest import default_cache
from toolchains import Toolchains

BASE = "import click, elftools.elf.structs"
MADE = Path()
"""Stands for the tree to make."""


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
    """Measure every file with every peer, or a tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each command (default 7)")
    parser.add_argument("--tree", nargs="?", type=Path, const=MADE, metavar="DIR", help="measure a tree")
    parser.add_argument("--files", type=int, default=1000, metavar="N", dest="count", help="of the tree to make")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: processors)")
    parser.add_argument("--growth", type=_numbers, default=(), help="numbers of small programs, in hundreds: 100,1000")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where toolchains and environments are kept"
    )
    options = parser.parse_args(argv)
    installed = install(options.cache)
    if options.tree is not None:
        tree = None if options.tree == MADE else options.tree
        bench_tree.run(options.cache, installed, tree, options.count, options.jobs, options.growth)
        return 0
    those = peers(options.cache, installed)
    for file in options.files or programs(options.cache):
        print_table(file, {peer.name: figure for peer, figure in measure(those, file, options.runs)})
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def peers(cache: Path, installed: Installed) -> list[Peer]:
    """Return everything there is to time over one file."""
    tool, theirs = str(installed.tool), installed.peers
    those = [
        Peer("python with click and pyelftools", (str(installed.python), "-c", BASE)),
        Peer("gobin-inspect", (tool, "FILE")),
        Peer("gobin-inspect --no-hash", (tool, "--no-hash", "FILE")),
        Peer("gobin-inspect -f json", (tool, "-f", "json", "FILE")),
        Peer("go version -m", (str(Toolchains(cache).go(RELEASE)), "version", "-m", "FILE")),
        Peer("checksec.py", (str(theirs / "checksec"), "FILE")),
        Peer("blint", (str(theirs / "blint"), "-i", "FILE", "-o", str(cache / "bench-reports"), "-q")),
    ]
    if openssl := shutil.which("openssl"):
        those.append(Peer("openssl dgst -sha256", (openssl, "dgst", "-sha256", "FILE")))
    return [peer for peer in those if Path(peer.command[0]).exists()]


def measure(peers: list[Peer], file: Path, runs: int) -> list[tuple[Peer, Figure]]:
    """Run every peer in turn, ``runs`` times after a warm-up."""
    found: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in peers}
    for run in range(runs + 1):
        for peer in peers:
            figures = once([str(file) if word == "FILE" else word for word in peer.command])
            if run:
                found[peer.name].append((figures.seconds, figures.largest))
    return [(peer, Figure(*map(statistics.median, zip(*found[peer.name], strict=True)))) for peer in peers]


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
