"""Make samples/release: a small release as GoReleaser 2.x lays it out, with good and bad archives.

build_release.py [--output DIR] [--cache DIR]

Everything that could differ from one run to the next is fixed: commit, dates, owners, order, zlib's level.
samples/README.md says what is planted in which archive.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from building import BuildError, make_work_tree, run
from sample_manifest import SAMPLES, default_cache
from toolchains import ToolchainError, Toolchains, build_environment

GO = "1.27.3"
VERSION = "1.2.3"
COMMIT_TIME = 1735689600  # 2025-01-01T00:00:00Z, the date of the commit that make_work_tree makes
README = b"demo prints its version. It is here to be inspected.\n"

# What is edited in a finished program: its text, in a page that the signature covers.
EDIT = (b"support@example.com", b"Support@example.com")


@dataclass(frozen=True)
class Target:
    """One archive of the release. `micro` is the setting GoReleaser adds to the target's name.

    `holds` is the port whose program is put in, when it is not the archive's own.
    """

    goos: str
    goarch: str
    micro: tuple[str, str]
    holds: str | None = None
    flags: tuple[str, ...] = ()
    mode: int = 0o755
    edited: bool = False

    @property
    def port(self) -> str:
        """The port as Go spells it."""
        return f"{self.goos}/{self.goarch}"

    @property
    def binary(self) -> str:
        """The program's name inside the archive."""
        return "demo.exe" if self.goos == "windows" else "demo"

    @property
    def stem(self) -> str:
        """The archive's name without its format."""
        return f"demo_{VERSION}_{self.goos}_{self.goarch}"

    @property
    def format(self) -> str:
        """The archive's format, which is also its suffix."""
        return "zip" if self.goos == "windows" else "tar.gz"

    @property
    def triple(self) -> str:
        """GoReleaser's own name for it: linux_amd64_v1."""
        return f"{self.goos}_{self.goarch}_{self.micro[1]}"


TARGETS = (
    Target("darwin", "amd64", ("goamd64", "v1")),
    Target("darwin", "arm64", ("goarm64", "v8.0"), edited=True),
    Target("linux", "386", ("go386", "sse2"), mode=0o644),
    Target("linux", "amd64", ("goamd64", "v1")),
    Target("linux", "arm64", ("goarm64", "v8.0"), holds="linux/amd64"),
    Target("windows", "386", ("go386", "sse2")),
    Target("windows", "amd64", ("goamd64", "v1"), flags=("-buildmode=exe",)),
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
        for target in TARGETS:
            settings = {"GOOS": target.goos, "GOARCH": target.goarch, "CGO_ENABLED": "0"}
            out = Path(scratch) / target.stem
            command = [str(go), "build", "-trimpath", "-buildvcs=true", ldflags, *target.flags, "-o", str(out), "."]
            run(target.stem, command, source, environment, settings)
            programs[target.port] = out.read_bytes()
    return commit, programs


def pack(target: Target, program: bytes) -> bytes:
    """Return the archive of one target, the same bytes each time."""
    if target.edited:
        if program.count(EDIT[0]) != 1:
            raise BuildError(f"{target.stem}: {EDIT[0]!r} is not in the program exactly once")
        program = program.replace(*EDIT)
    members = [("README.md", README, 0o644), (target.binary, program, target.mode)]
    return _zip(members) if target.format == "zip" else _tar_gz(members)


def _tar_gz(members: Sequence[tuple[str, bytes, int]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, mode in members:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(content), mode, COMMIT_TIME
            info.uname = info.gname = "root"
            archive.addfile(info, io.BytesIO(content))
    # wbits 31 is a gzip stream with no name and no time in its header; module gzip's varies with Python.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(buffer.getvalue()) + packer.flush()


def _zip(members: Sequence[tuple[str, bytes, int]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name, date_time=(2025, 1, 1, 0, 0, 0))
            info.create_system = 3  # Unix, whatever this runs on: the mode below is meant
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def describe(commit: str, digests: dict[str, str]) -> dict[str, bytes]:
    """Return checksums.txt, artifacts.json and metadata.json; `digests` are the archives' sha256 by name.

    Fields, their order and the internal_type numbers are those of GoReleaser 2's internal/artifact/artifact.go
    and internal/pipe/metadata/metadata.go.
    """
    artifacts: list[dict[str, object]] = [
        {"name": "metadata.json", "path": "dist/metadata.json", "internal_type": 36, "type": "Metadata"}
    ]
    for target in TARGETS:
        extra: dict[str, object] = {
            "Binary": "demo",
            "Builder": "go",
            "Ext": Path(target.binary).suffix,
            "ID": "demo",
        }
        path = f"dist/demo_{target.triple}/{target.binary}"
        artifacts.append(_artifact(target, target.binary, path, 4, "Binary", extra))
    for target in TARGETS:
        name = f"{target.stem}.{target.format}"
        extra = {
            "Binaries": [target.binary],
            "Checksum": f"sha256:{digests[name]}",
            "Files": ["README.md"],
            "Format": target.format,
            "ID": "default",
            "WrappedIn": "",
        }
        artifacts.append(_artifact(target, name, f"dist/{name}", 1, "Archive", extra))
    artifacts.append(
        {
            "name": "checksums.txt",
            "path": "dist/checksums.txt",
            "internal_type": 12,
            "type": "Checksum",
            "extra": {},
        }
    )
    metadata = {
        "project_name": "demo",
        "tag": f"v{VERSION}",
        "previous_tag": "v1.2.2",
        "version": VERSION,
        "commit": commit,
        "date": "2025-01-01T00:00:00Z",
        "runtime": {"goos": "linux", "goarch": "amd64"},
    }
    return {
        "artifacts.json": _json(artifacts),
        "checksums.txt": "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode(),
        "metadata.json": _json(metadata),
    }


def _artifact(
    target: Target, name: str, path: str, number: int, kind: str, extra: dict[str, object]
) -> dict[str, object]:
    return {
        "name": name,
        "path": path,
        "goos": target.goos,
        "goarch": target.goarch,
        target.micro[0]: target.micro[1],
        "target": target.triple,
        "internal_type": number,
        "type": kind,
        "extra": extra,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def make_release(cache: Path) -> dict[str, bytes]:
    """Return every file of the release by name. Raises BuildError, ToolchainError."""
    commit, programs = build_programs(cache)
    files = {
        f"{target.stem}.{target.format}": pack(target, programs[target.holds or target.port]) for target in TARGETS
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return {**files, **describe(commit, digests)}


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
