"""Time gobin-inspect over a tree of programs beside its peers; `bench.py --tree` runs this.

The tree is made of Go's own tools and of samples for other systems. Each file is a copy with a build ID of its own,
which Go blanks before it hashes a file: contents differ, and every program is as it was linked. What was made is
removed at the end.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from bench_programs import small
from benching import RELEASE, Installed, Run, once
from build_samples import Builder, build_all
from sample_manifest import load
from toolchains import Toolchains

_SERIES = f"go{RELEASE.rpartition('.')[0]}"
_SAMPLES = (
    f"https-windows-amd64-{_SERIES}",
    f"embed-darwin-arm64-{_SERIES}",
    f"embed-linux-arm64-{_SERIES}",
    f"cgo-linux-amd64-{_SERIES}-gcc",
)
_ID = re.compile(rb"(?:[A-Za-z0-9_-]{20}/){3}[A-Za-z0-9_-]{20}")
_ID_SIZE = 83
_PIECE = 1 << 20
_DIRECTORY = 100  # files
_PART = 10  # files for the peers that take seconds for each
_ROUNDS = 2  # after one to warm up; the faster one counts
_SPARE = 1 << 30  # bytes of the disk to leave alone


@dataclass(frozen=True)
class Peer:
    """One command to time."""

    name: str
    command: tuple[str, ...]


def run(cache: Path, installed: Installed, tree: Path | None, files: int, jobs: int, growth: Sequence[int]) -> None:
    """Measure everything and print the tables. ``tree`` None: make one of so many files."""
    with _emptied(cache / "bench-tree") as place:
        if tree is None:
            tree = place / "programs"
            make(tree, originals(cache), files)
        found = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
        size = sum(path.stat().st_size for path in found)
        print(f"\n{len(found)} files, {size / 1e9:.2f} GB, {os.cpu_count()} processors")
        listed = place / "names"
        listed.write_bytes(b"\0".join(map(os.fsencode, found)))
        figures = measure(list(peers(cache, installed, tree, listed, jobs)))
        print_table(figures, f"audit -j {jobs}")
        print_ratios(figures, jobs)
        part = place / "part"
        part.mkdir()
        for path in found[:_PART]:
            shutil.copy2(path, part)
        print(f"\n{len(found[:_PART])} of these files, once each")
        print_table(measure(list(slow_peers(installed, part, jobs)), rounds=1), f"audit -j {jobs}")
    if growth:
        with _emptied(cache / "bench-tree") as place:
            make(place, [small(cache)], max(growth))
            print_growth(installed, place, growth, jobs)


@contextmanager
def _emptied(place: Path) -> Iterator[Path]:
    """Make a directory that is gone afterwards, whatever happens."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place)


# --- the tree ----------------------------------------------------------------------------------------------


def originals(cache: Path) -> list[Path]:
    """Return what a tree is made of."""
    root = Toolchains(cache).go(RELEASE).parent.parent
    tools = [path for place in ("bin", "pkg/tool") for path in (root / place).rglob("*") if path.is_file()]
    manifest = load()
    builder = Builder(cache, manifest, os.cpu_count() or 1)
    specs = [spec for spec in manifest.specs if spec.name in _SAMPLES]
    for failure in build_all(builder, specs, 1, drop_caches=False):
        print(f"left out: {failure}", file=sys.stderr)
    samples = [builder.path(builder.job(spec)) for spec in specs]
    return sorted(tools) + sorted(path for path in samples if path.is_file())


def make(tree: Path, programs: Sequence[Path], files: int) -> None:
    """Fill a directory with so many copies, a hundred in each one below it. Ends the run where there is no room."""
    chosen = list(islice(cycle(programs), files))
    size = sum(program.stat().st_size for program in chosen)
    if size + _SPARE > shutil.disk_usage(tree.parent).free:
        sys.exit(f"{files} files take {size / 1e9:.0f} GB, for which {tree.parent} has no room")
    places = {program: _places(program) for program in programs}
    for number, program in enumerate(chosen):
        copy = tree / f"{number // _DIRECTORY:03}" / f"{number:05}{program.suffix}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
        with copy.open("r+b") as file:
            for place in places[program]:
                file.seek(place)
                file.write(f"{number:020}".encode())


def _places(program: Path) -> list[int]:
    """Return where the first part of its build ID stands; in a program without one, its middle.

    Piece by piece: what this process holds counts as the peak of the ones it starts.
    """
    size = program.stat().st_size
    known: bytes | None = None
    places: list[int] = []
    with program.open("rb") as file:
        for start in range(0, size, _PIECE):
            file.seek(start)
            piece = file.read(_PIECE + _ID_SIZE - 1)
            if known is None and (found := _ID.search(piece)):
                known = found[0]
            at = -1 if known is None else piece.find(known)
            while at >= 0 and known is not None:
                places.append(start + at)
                at = piece.find(known, at + 1)
    return places or [size // 2]


# --- what is timed -----------------------------------------------------------------------------------------


def peers(cache: Path, installed: Installed, tree: Path, listed: Path, jobs: int) -> Iterator[Peer]:
    """Yield what there is to time over a tree, whose files' names ``listed`` holds."""
    place = str(tree)
    for count in dict.fromkeys((jobs, 1)):
        yield Peer(f"audit -j {count}", audit(installed, count, place))
        yield Peer(f"audit -j {count} --no-hash", audit(installed, count, "--no-hash", place))
    if openssl := shutil.which("openssl"):
        for count in dict.fromkeys((jobs, 1)):
            digest = ("xargs", "-0", "-a", str(listed), "-n", "8", "-P", str(count), openssl, "dgst", "-sha256")
            yield Peer(f"openssl dgst -sha256, {count} at a time", digest)
    yield Peer("go version -m", (str(Toolchains(cache).go(RELEASE)), "version", "-m", place))


def slow_peers(installed: Installed, part: Path, jobs: int) -> Iterator[Peer]:
    """Yield what takes too long for all of a tree, and the audit of the same files."""
    yield Peer(f"audit -j {jobs}", audit(installed, jobs, str(part)))
    checksec, blint = installed.peers / "checksec", installed.peers / "blint"
    if checksec.exists():
        yield Peer("checksec.py", (str(checksec), str(part)))
    if blint.exists():
        yield Peer("blint", (str(blint), "-i", str(part), "-o", str(part.with_name("reports")), "-q"))


def audit(installed: Installed, jobs: int, *arguments: str) -> tuple[str, ...]:
    """Return the command of an audit."""
    return (str(installed.tool), "audit", "--no-config", "-j", str(jobs), *arguments)


def measure(those: Sequence[Peer], rounds: int = _ROUNDS) -> dict[str, Run]:
    """Run all in turn, so that a change in the machine's speed meets each; more than one round after one to warm up."""
    figures: dict[str, Run] = {}
    for number in range(rounds + (rounds > 1)):
        for peer in those:
            run = once(peer.command)
            if rounds == 1 or number:
                figures[peer.name] = min(figures.get(peer.name, run), run, key=lambda run: run.seconds)
    return figures


def print_table(figures: dict[str, Run], own: str) -> None:
    """Print what each took; the ratio is to the one of that name."""
    print(f"{'':32}{'seconds':>9}{'ratio':>8}{'CPU s':>8}{'MiB, largest':>14}{'all':>6}")
    for name, run in sorted(figures.items(), key=lambda item: item[1].seconds):
        ratio = run.seconds / figures[own].seconds
        print(f"{name:32}{run.seconds:9.2f}{ratio:8.2f}{run.cpu:8.1f}{run.largest:14.0f}{run.together:6.0f}")


def print_ratios(figures: dict[str, Run], jobs: int) -> None:
    """Print the ratios that are promised, by the clock and by processor time, of which other work takes less."""
    own, unhashed = figures[f"audit -j {jobs}"], figures[f"audit -j {jobs} --no-hash"]
    digest = figures.get(f"openssl dgst -sha256, {jobs} at a time")
    if digest is not None:
        print_ratio(f"audit -j {jobs} to openssl with as many processes", own, digest)
    print_ratio(f"audit -j {jobs} --no-hash to go version -m", unhashed, figures["go version -m"])
    if jobs > 1:
        print_ratio(f"one process to {jobs}", figures["audit -j 1"], own)
        print_ratio(f"one process to {jobs}, --no-hash", figures["audit -j 1 --no-hash"], unhashed)


def print_ratio(what: str, one: Run, other: Run) -> None:
    """Print how many times the other's time one took."""
    print(f"{what}: {one.seconds / other.seconds:.2f} by the clock, {one.cpu / other.cpu:.2f} by processor time")


def print_growth(installed: Installed, many: Path, growth: Sequence[int], jobs: int) -> None:
    """Print how long more and more small programs take, with all processes and with one."""
    places = [str(place) for place in sorted(many.iterdir())]
    print(f"\n{'artifacts':>9}{'processes':>11}{'seconds':>9}{'ms each':>9}{'CPU s':>8}{'MiB, largest':>14}{'all':>6}")
    for count in growth:
        for processes in dict.fromkeys((jobs, 1)):
            run = once(audit(installed, processes, *places[: count // _DIRECTORY]))
            each = 1000 * run.seconds / count
            figures = f"{run.seconds:9.2f}{each:9.2f}{run.cpu:8.1f}{run.largest:14.0f}{run.together:6.0f}"
            print(f"{count:9}{processes:11}{figures}")
