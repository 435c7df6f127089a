"""Time gobin-inspect over a tree of programs beside its peers; `bench.py --tree` runs this.

The tree is made once, in the cache, of Go's own tools and of samples for other systems. Each file is a copy with a
build ID of its own, which Go blanks before it hashes a file: contents differ, and every program is as it was linked.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
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
_DIRECTORY = 100  # files
_MANY = "many"


@dataclass(frozen=True)
class Peer:
    """One command to time. ``slow``: its one run takes minutes, and is worth no warm-up."""

    name: str
    command: tuple[str, ...]
    slow: bool = False


def run(cache: Path, installed: Installed, tree: Path | None, files: int, jobs: int, growth: Sequence[int]) -> None:
    """Measure everything and print the tables. ``tree`` None: make one of so many files."""
    if tree is None:
        tree = cache / "bench-tree" / str(files)
        make(tree, originals(cache), files)
    found = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in found)
    print(f"\n{len(found)} files, {size / 1e9:.2f} GB, {os.cpu_count()} processors")
    listed = cache / "bench-tree" / "names"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_bytes(b"\0".join(map(os.fsencode, found)))
    figures = measure(peers(cache, installed, tree, listed, jobs))
    print_table(figures, jobs)
    if growth:
        many = cache / "bench-tree" / _MANY
        make(many, [small(cache)], max(growth))
        print_growth(installed, many, growth, jobs)


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


def make(tree: Path, programs: Iterable[Path], files: int) -> None:
    """Fill a directory up with so many copies, a hundred in each directory below it."""
    for number, program in enumerate(islice(cycle(programs), files)):
        copy = tree / f"{number // _DIRECTORY:03}" / f"{number:05}{program.suffix}"
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            partial = copy.with_suffix(".partial")
            partial.write_bytes(_made_different(program.read_bytes(), number))
            partial.chmod(0o755)
            partial.rename(copy)


def _made_different(data: bytes, number: int) -> bytes:
    """Return a program with another first part in every copy of its build ID; one without, with its middle changed."""
    found = _ID.search(data)
    if found is None:
        middle = len(data) // 2
        return data[:middle] + number.to_bytes(4, "big") + data[middle + 4 :]
    return data.replace(found[0], f"{number:020}".encode() + found[0][20:])


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
    checksec, blint = installed.peers / "checksec", installed.peers / "blint"
    if checksec.exists():
        yield Peer("checksec.py", (str(checksec), place), slow=True)
    if blint.exists():
        yield Peer("blint", (str(blint), "-i", place, "-o", str(cache / "bench-reports"), "-q"), slow=True)


def audit(installed: Installed, jobs: int, *arguments: str) -> tuple[str, ...]:
    """Return the command of an audit."""
    return (str(installed.tool), "audit", "--no-config", "-j", str(jobs), *arguments)


def measure(those: Iterable[Peer]) -> dict[str, Run]:
    """Run each once to warm up, and then once again."""
    figures = {}
    for peer in those:
        if not peer.slow:
            once(peer.command)
        figures[peer.name] = once(peer.command)
    return figures


def print_table(figures: dict[str, Run], jobs: int) -> None:
    """Print what each took, and the ratios that are promised."""
    own = figures[f"audit -j {jobs}"]
    print(f"{'':32}{'seconds':>9}{'ratio':>8}{'CPU s':>8}{'MiB, largest':>14}{'all':>6}")
    for name, run in sorted(figures.items(), key=lambda item: item[1].seconds):
        ratio = run.seconds / own.seconds
        print(f"{name:32}{run.seconds:9.2f}{ratio:8.2f}{run.cpu:8.1f}{run.largest:14.0f}{run.together:6.0f}")
    digest, listing = figures.get(f"openssl dgst -sha256, {jobs} at a time"), figures["go version -m"]
    unhashed = figures[f"audit -j {jobs} --no-hash"]
    if digest is not None:
        print(f"audit -j {jobs} takes {own.seconds / digest.seconds:.1f} times as long as openssl")
    print(f"audit -j {jobs} --no-hash takes {unhashed.seconds / listing.seconds:.1f} times as long as go version -m")
    if jobs > 1:
        gain = figures["audit -j 1"].seconds / own.seconds
        gain_unhashed = figures["audit -j 1 --no-hash"].seconds / unhashed.seconds
        print(f"{jobs} processes are {gain:.2f} times as fast as one, with --no-hash {gain_unhashed:.2f} times")


def print_growth(installed: Installed, many: Path, growth: Sequence[int], jobs: int) -> None:
    """Print how long more and more small programs take."""
    places = [str(place) for place in sorted(many.iterdir())]
    print(f"\n{'artifacts':>9}{'seconds':>9}{'ms each':>9}{'CPU s':>8}{'MiB, largest':>14}{'all':>6}")
    for count in growth:
        run = once(audit(installed, jobs, *places[: count // _DIRECTORY]))
        each = 1000 * run.seconds / count
        print(f"{count:9}{run.seconds:9.2f}{each:9.2f}{run.cpu:8.1f}{run.largest:14.0f}{run.together:6.0f}")
