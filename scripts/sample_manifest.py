"""samples/manifest.toml as a list of Spec values: what to build, before anything is built."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
TIERS = ("core", "wide")
COMPILERS = ("zig", "gcc", "musl-gcc", "mingw")
WAYS = ("tools", "file", "gopath")

_KEYS = {
    "tier", "programs", "ports", "go", "variant", "flags", "env", "cc", "target", "payload", "vcs", "way",
}  # fmt: skip


# What a port calls its programs and its libraries, where that is not "" and ".so".
_PROGRAMS = {"windows": ".exe", "js": ".wasm", "wasip1": ".wasm"}
_LIBRARIES = {"windows": ".dll", "darwin": ".dylib", "wasip1": ".wasm"}


def default_cache() -> Path:
    """Where samples are built: $GOBIN_INSPECT_CACHE, else gobin-inspect in the user's cache directory."""
    if named := os.environ.get("GOBIN_INSPECT_CACHE"):
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "gobin-inspect"


class ManifestError(ValueError):
    """The manifest says something that cannot be built; the message names the entry."""


@dataclass(frozen=True)
class Spec:
    """One sample to build. `go` is the full release ("1.27.3"), `env` the settings beyond the port's own."""

    name: str
    program: str
    goos: str
    goarch: str
    go: str
    tier: str
    variant: str | None = None
    flags: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    cc: str | None = None
    target: str | None = None
    payload: str | None = None
    vcs: str | None = None
    way: str | None = None

    @property
    def filename(self) -> str:
        """The program's name as the port spells a file of this build mode."""
        if "-buildmode=c-archive" in self.flags:
            return f"{self.program}.a"
        library = "-buildmode=c-shared" in self.flags or "-buildmode=plugin" in self.flags
        return self.program + (_LIBRARIES.get(self.goos, ".so") if library else _PROGRAMS.get(self.goos, ""))


@dataclass(frozen=True)
class Manifest:
    """Every sample, in the manifest's order, and the one zig release that compiles C for them."""

    zig: str
    specs: tuple[Spec, ...]

    def of_tier(self, tier: str) -> tuple[Spec, ...]:
        """Select the samples of a tier; the wide tier holds the core one too."""
        return tuple(spec for spec in self.specs if tier == "wide" or spec.tier == tier)


def load(path: Path = SAMPLES / "manifest.toml") -> Manifest:
    """Read and check the manifest. Raises ManifestError, or OSError when there is no such file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{path}: {error}") from error
    releases: dict[str, str] = document["go"]
    specs: dict[str, Spec] = {}
    for entry in document["build"]:
        for spec in _expand(entry, releases):
            if spec.name in specs:
                raise ManifestError(f"{path}: {spec.name} is listed twice")
            specs[spec.name] = spec
    for spec in specs.values():
        _check_payload(spec, specs)
    return Manifest(zig=document["zig"], specs=tuple(specs.values()))


def _expand(entry: dict[str, Any], releases: dict[str, str]) -> Iterator[Spec]:
    if unknown := entry.keys() - _KEYS:
        raise ManifestError(f"unknown key {sorted(unknown)} in {entry}")
    if entry["tier"] not in TIERS:
        raise ManifestError(f"unknown tier {entry['tier']!r} in {entry}")
    cc = entry.get("cc")
    if cc is not None and cc not in COMPILERS:
        raise ManifestError(f"unknown compiler {cc!r} in {entry}")
    way = entry.get("way")
    if way is not None and way not in WAYS:
        raise ManifestError(f"unknown way {way!r} in {entry}")
    variant = entry.get("variant")
    for program, port, minor in product(entry["programs"], entry["ports"], entry["go"]):
        goos, goarch = port.split("/")
        yield Spec(
            name="-".join(filter(None, (program, goos, goarch, f"go{minor}", variant))),
            program=program,
            goos=goos,
            goarch=goarch,
            go=releases[minor],
            tier=entry["tier"],
            variant=variant,
            flags=tuple(entry.get("flags", ())),
            env=dict(entry.get("env", {})),
            cc=cc,
            target=entry.get("target"),
            payload=entry.get("payload"),
            vcs=entry.get("vcs"),
            way=way,
        )


def _check_payload(spec: Spec, specs: dict[str, Spec]) -> None:
    if spec.payload is None:
        return
    inner = specs.get(spec.payload)
    if inner is None:
        raise ManifestError(f"{spec.name}: no sample is called {spec.payload}")
    if inner.payload is not None:
        raise ManifestError(f"{spec.name}: its payload {spec.payload} has a payload itself")
    if spec.tier == "core" and inner.tier != "core":
        raise ManifestError(f"{spec.name}: a core sample cannot carry {spec.payload} of the wide tier")
