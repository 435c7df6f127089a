"""Build a good release as GoReleaser 2.x leaves it in dist/, and single programs that went wrong on the way there.

build_dist.py [--cache DIR] [--output DIR]

The release is made of samples/src/demo and samples/project, from a clean work tree at a tag, in the cache: dist/ is
the release, variants/NAME/ holds a program of it that differs from the released one as VARIANTS says. What is there
already is not built again. Prints where; --output copies dist/ to a folder.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import goreleaser
from build_cache import only_one, tree_digest
from building import BuildError, commit_all, make_work_tree, run
from goreleaser import Row, Target
from sample_manifest import SAMPLES, default_cache, load
from toolchains import ToolchainError, Toolchains, build_environment

GO = "1.27.3"
VERSION = "1.2.3"
PREVIOUS = "1.2.2"
PROJECT = SAMPLES / "project"
DEMO = SAMPLES / "src" / "demo"


@dataclass(frozen=True)
class Program:
    """One program to build. `zig` is the C compiler's target, None without cgo; `tag` is what is checked out."""

    target: Target
    build: str = "demo"
    zig: str | None = None
    trimpath: bool = True
    version: str = VERSION
    tag: str = f"v{VERSION}"
    dirty: bool = False

    @property
    def path(self) -> str:
        """Where it lies below dist/."""
        return f"{self.build}_{self.target.name}/{self.name}"

    @property
    def name(self) -> str:
        """The file's name, which is also its name in its archive."""
        return f"{self.build}{self.target.extension}"

    @property
    def archive(self) -> str:
        """The name of its archive."""
        return self.target.archive(self.build, VERSION)


LINUX = Target("linux", "amd64", ("goamd64", "v1"))
UNIVERSAL = Program(Target("darwin", "all"))
NATIVE = Program(LINUX, build="demo-native", zig="x86_64-linux-gnu.2.28")
RELEASE = (
    Program(Target("darwin", "amd64", ("goamd64", "v1"))),
    Program(Target("darwin", "arm64", ("goarm64", "v8.0"))),
    Program(Target("js", "wasm")),
    Program(Target("linux", "386", ("go386", "sse2"))),
    Program(LINUX),
    Program(Target("linux", "arm64", ("goarm64", "v8.0"))),
    Program(Target("linux", "arm", ("goarm", "7"))),
    Program(Target("windows", "386", ("go386", "sse2"))),
    Program(Target("windows", "amd64", ("goamd64", "v1"))),
    NATIVE,
)
VARIANTS = {
    "goamd64-v3": Program(Target("linux", "amd64", ("goamd64", "v3"))),
    "dirty": Program(LINUX, dirty=True),
    "previous-tag": Program(LINUX, tag=f"v{PREVIOUS}", version=PREVIOUS),
    "previous-version": Program(LINUX, trimpath=False, version=PREVIOUS),
    "musl": Program(LINUX, build="demo-native", zig="x86_64-linux-musl -dynamic"),
}


@dataclass
class Project:
    """The work tree that everything is built in."""

    cache: Path
    source: Path
    commits: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._environment = build_environment(self.cache, GO)
        self._toolchains = Toolchains(self.cache)
        self._zig = load().zig

    def commit(self) -> None:
        """Make the history: the previous release, and this one. Raises BuildError."""
        shutil.copytree(DEMO, self.source)
        shutil.copytree(PROJECT, self.source, dirs_exist_ok=True)
        self.commits[PREVIOUS] = make_work_tree("release", self.source, self._environment, f"v{PREVIOUS}")
        (self.source / "CHANGELOG.md").write_text(f"## {VERSION}\n", encoding="utf-8")
        self.commits[VERSION] = commit_all("release", self.source, self._environment, f"v{VERSION}")

    def build(self, program: Program, out: Path) -> None:
        """Build one program. Raises BuildError, ToolchainError."""
        name = program.path
        run(name, ["git", "checkout", "--quiet", program.tag], self.source, self._environment, {})
        untracked = self.source / "untracked.txt"  # go counts untracked files too
        if program.dirty:
            untracked.write_text("not committed\n", encoding="utf-8")
        settings = {**program.target.settings, "CGO_ENABLED": "0" if program.zig is None else "1"}
        if program.zig is not None:
            settings["CC"] = self._toolchains.cc("zig", program.target.goarch, program.zig, self._zig)
        ldflags = f"-ldflags=-s -w -X main.version={program.version}"
        flags = ["-trimpath"] if program.trimpath else []
        command = [str(self._toolchains.go(GO)), "build", *flags, "-buildvcs=true", ldflags, "-o", str(out), "."]
        try:
            run(name, command, self.source, self._environment, settings)
        finally:
            untracked.unlink(missing_ok=True)


def home(cache: Path) -> Path:
    """Return where the cache has the release, or will have it: a name made of everything that decides its bytes."""
    scripts = Path(__file__).parent
    deciding = [scripts / name for name in ("build_dist.py", "building.py", "goreleaser.py", "toolchains.py")]
    parts = [tree_digest(DEMO), tree_digest(PROJECT), load().zig, *(path.read_text("utf-8") for path in deciding)]
    return cache / "dist" / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def make(cache: Path) -> Path:
    """Build what is not there yet; return its place. Raises BuildError, ToolchainError, OSError."""
    place = home(cache)
    if place.is_dir():
        return place
    with tempfile.TemporaryDirectory() as scratch:
        project, made = Project(cache, Path(scratch) / "demo"), Path(scratch) / "made"
        project.commit()
        for program in RELEASE:
            project.build(program, made / "dist" / program.path)
        for name, program in VARIANTS.items():
            project.build(program, made / "variants" / name / program.name)
        _finish(made / "dist", project.commits[VERSION])
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.name}")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(made, partial)
        partial.rename(place)
    return place


def _finish(dist: Path, commit: str) -> None:
    """Do what GoReleaser does after the builds: the universal program, archives, checksums and lists."""
    thin = [(dist / program.path).read_bytes() for program in RELEASE if program.target.goos == "darwin"]
    universal = dist / UNIVERSAL.path
    universal.parent.mkdir()
    universal.write_bytes(goreleaser.universal_binary(thin))
    universal.chmod(0o755)
    shutil.copyfile(PROJECT / ".goreleaser.yaml", dist / "config.yaml")
    archives = {program.archive: _pack(program, dist) for program in (*RELEASE, UNIVERSAL)}
    for name, content in {**archives, **_lists(archives, commit)}.items():
        (dist / name).write_bytes(content)


def _pack(program: Program, dist: Path) -> bytes:
    readme = (PROJECT / "README.md").read_bytes()
    members = [("README.md", readme, 0o644), (program.name, (dist / program.path).read_bytes(), 0o755)]
    return goreleaser.packed(program.target, members)


def _lists(archives: Mapping[str, bytes], commit: str) -> dict[str, bytes]:
    rows: list[Row] = [goreleaser.metadata_row()]
    rows += [goreleaser.binary_row(p.target, p.build, p.build, dynamic=p is NATIVE) for p in RELEASE]
    rows.append(goreleaser.universal_row("demo", "demo"))
    for program in (*RELEASE, UNIVERSAL):
        name, native = program.archive, program is NATIVE
        digest, archive = goreleaser.sha256(archives[name]), "native" if native else "default"
        rows.append(
            goreleaser.archive_row(program.target, name, program.build, digest, archive=archive, dynamic=native)
        )
    rows.append(goreleaser.checksum_row())
    return goreleaser.lists(rows, archives, version=VERSION, commit=commit)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 it is there, 1 something failed."""
    parser = argparse.ArgumentParser(description="Build a good release, and programs that went wrong, in the cache.")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="DIR", help="copy the release there, as DIR/dist")
    arguments = parser.parse_args(argv)
    cache = arguments.cache.absolute()
    try:
        with only_one(cache):
            place = make(cache)
        if arguments.output is not None:
            shutil.copytree(place / "dist", arguments.output / "dist")
    except (BuildError, ToolchainError, OSError) as error:
        print(f"build_dist: {error}", file=sys.stderr)
        return 1
    print(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
