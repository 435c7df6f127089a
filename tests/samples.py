"""The built samples as tests see them: names to files, with what the manifest says of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from scripts.sample_manifest import Spec, load

FORMATS = {
    "windows": "pe",
    "darwin": "macho",
    "ios": "macho",
    "js": "wasm",
    "wasip1": "wasm",
    "aix": "xcoff",
    "plan9": "plan9",
}


@dataclass(frozen=True)
class Sample:
    """One built program. `go` is the full release ("1.27.3"); `env` holds settings beyond the port's own."""

    name: str
    path: Path
    sha256: str
    program: str
    goos: str
    goarch: str
    go: str
    tier: str
    variant: str | None
    flags: tuple[str, ...]
    env: Mapping[str, str]
    cc: str | None
    target: str | None
    payload: str | None
    vcs: str | None
    way: str | None = None

    @property
    def format(self) -> str:
        """The container a linker writes for this port."""
        return FORMATS.get(self.goos, "elf")

    @property
    def port(self) -> str:
        """The port as Go spells it: "linux/amd64"."""
        return f"{self.goos}/{self.goarch}"

    @property
    def minor(self) -> tuple[int, int]:
        """The Go release without its patch level: (1, 27)."""
        major, minor = self.go.split(".")[:2]
        return int(major), int(minor)

    @property
    def cgo_enabled(self) -> bool:
        """Whether the sample was built with CGO_ENABLED=1: wherever it has a C compiler, if not told otherwise."""
        return self.env.get("CGO_ENABLED", "0" if self.cc is None else "1") == "1"


class Samples:
    """The samples of one tier. A sample that is not built fails the test that asks for it."""

    def __init__(self, tier: str, folder: Path) -> None:
        self._tier = tier
        try:
            document = json.loads((folder / f"index-{tier}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:  # each test that asks for a sample then fails by its name
            document = {"go": {}, "samples": {}}
        self._go = {release: Path(path) for release, path in document["go"].items()}
        self._built = {name: _sample(facts) for name, facts in document["samples"].items()}

    def __getitem__(self, name: str) -> Sample:
        if name not in self._built:
            self._missing(name)
        return self._built[name]

    def __iter__(self) -> Iterator[Sample]:
        return (self[name] for name in names(self._tier))

    def all(self) -> tuple[Sample, ...]:
        """Every sample that the manifest lists for this tier."""
        return tuple(self)

    def go(self, release: str) -> Path:
        """The go command that built the samples of a release such as "1.27.3"."""
        if release not in self._go:
            self._missing(f"go {release}")
        return self._go[release]

    def _missing(self, what: str) -> NoReturn:
        pytest.fail(f"{what} is not there: run scripts/build_samples.py --tier {self._tier}", pytrace=False)


def _sample(facts: dict[str, Any]) -> Sample:
    return Sample(**{**facts, "path": Path(facts["path"]), "flags": tuple(facts["flags"])})


@cache
def names(tier: str) -> tuple[str, ...]:
    """The names the manifest lists for a tier, built or not.

    All but the C archives: what is true of every program is not true of objects in an ar file.
    """
    return tuple(spec.name for spec in specs(tier) if not spec.filename.endswith(".a"))


@cache
def specs(tier: str) -> tuple[Spec, ...]:
    """What the manifest says of a tier's samples."""
    return load().of_tier(tier)
