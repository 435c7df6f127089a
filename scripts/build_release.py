"""Make samples/release: a small release as GoReleaser 2.x lays it out, with good and bad archives.

build_release.py [--output DIR] [--cache DIR]

Everything that could differ from one run to the next is fixed: commit, dates, owners, order, zlib's level.
samples/README.md says what is planted in which archive.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import goreleaser
from building import BuildError, make_work_tree, run
from goreleaser import Row, Target
from sample_manifest import SAMPLES, default_cache
from toolchains import ToolchainError, Toolchains, build_environment

GO = "1.27.3"
VERSION = "1.2.3"
README = b"demo prints its version. It is here to be inspected.\n"

# What is edited in a finished program: its text, in a page that the signature covers.
EDIT = (b"support@example.com", b"Support@example.com")


@dataclass(frozen=True)
class Planted:
    """One archive of the release, and what is wrong with it.

    `holds` is the port whose program is put in, when it is not the archive's own.
    """

    target: Target
    holds: str | None = None
    flags: tuple[str, ...] = ()
    mode: int = 0o755
    edited: bool = False

    @property
    def program(self) -> str:
        """The program's name inside the archive."""
        return f"demo{self.target.extension}"

    @property
    def archive(self) -> str:
        """The archive's name."""
        return self.target.archive("demo", VERSION)


RELEASE = (
    Planted(Target("darwin", "amd64", ("goamd64", "v1"))),
    Planted(Target("darwin", "arm64", ("goarm64", "v8.0")), edited=True),
    Planted(Target("linux", "386", ("go386", "sse2")), mode=0o644),
    Planted(Target("linux", "amd64", ("goamd64", "v1"))),
    Planted(Target("linux", "arm64", ("goarm64", "v8.0")), holds="linux/amd64"),
    Planted(Target("windows", "386", ("go386", "sse2"))),
    Planted(Target("windows", "amd64", ("goamd64", "v1")), flags=("-buildmode=exe",)),
)


def build_programs(cache: Path) -> tuple[str, dict[str, bytes]]:
    """Build every target's program in a tagged work tree; return the commit and the bytes by port.

    Raises BuildError, ToolchainError.
    """
    go = Toolchains(cache).go(GO)
    environment = build_environment(cache, GO)
    programs: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "demo"
        shutil.copytree(SAMPLES / "src" / "demo", source)
        commit = make_work_tree("release", source, environment)
        ldflags = f"-ldflags=-s -w -X main.version={VERSION}"
        for planted in RELEASE:
            target = planted.target
            settings = {"GOOS": target.goos, "GOARCH": target.goarch, "CGO_ENABLED": "0"}
            out = Path(scratch) / target.name
            command = [str(go), "build", "-trimpath", "-buildvcs=true", ldflags, *planted.flags, "-o", str(out), "."]
            run(target.name, command, source, environment, settings)
            programs[target.port] = out.read_bytes()
    return commit, programs


def pack(planted: Planted, program: bytes) -> bytes:
    """Return the archive of one target, the same bytes each time."""
    if planted.edited:
        if program.count(EDIT[0]) != 1:
            raise BuildError(f"{planted.archive}: {EDIT[0]!r} is not in the program exactly once")
        program = program.replace(*EDIT)
    members = [("README.md", README, 0o644), (planted.program, program, planted.mode)]
    return goreleaser.packed(planted.target, members)


def make_release(cache: Path) -> dict[str, bytes]:
    """Return every file of the release by name. Raises BuildError, ToolchainError."""
    commit, programs = build_programs(cache)
    archives = {p.archive: pack(p, programs[p.holds or p.target.port]) for p in RELEASE}
    rows: list[Row] = [goreleaser.metadata_row()]
    rows += [goreleaser.binary_row(planted.target, "demo", "demo") for planted in RELEASE]
    for planted in RELEASE:
        digest = goreleaser.sha256(archives[planted.archive])
        rows.append(goreleaser.archive_row(planted.target, planted.archive, "demo", digest, archive="default"))
    rows.append(goreleaser.checksum_row())
    return {**archives, **goreleaser.lists(rows, archives, version=VERSION, commit=commit)}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 written, 1 something failed."""
    parser = argparse.ArgumentParser(description="Make samples/release.")
    parser.add_argument("--output", type=Path, default=SAMPLES / "release", metavar="DIR", help="default: %(default)s")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="DIR", help="default: %(default)s")
    arguments = parser.parse_args(argv)
    try:
        files = make_release(arguments.cache.absolute())
        arguments.output.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (arguments.output / name).write_bytes(content)
            print(f"{len(content):>8}  {name}")
    except (BuildError, ToolchainError, OSError) as error:
        print(f"build_release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
