"""The real Go programs that are timed: built once, or taken from the toolchain."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from benching import RELEASE
from sample_manifest import SAMPLES
from toolchains import Toolchains, build_environment

_SETTINGS = {"CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64"}


def programs(cache: Path) -> list[Path]:
    """Return real Go programs of about 1, 10 and 50 MB."""
    go = Toolchains(cache).go(RELEASE)
    return [small(cache), go.parent.parent / "pkg" / "tool" / "linux_amd64" / "fix", _large(cache)]


def small(cache: Path) -> Path:
    """Return a program of about 1 MB."""
    made = cache / "bench-programs" / "small"
    if not made.exists():
        _build(cache, SAMPLES / "src" / "hello", made, "-ldflags=-s -w")
    return made


def _large(cache: Path) -> Path:
    """Return a program that embeds 48 MiB."""
    made = cache / "bench-programs" / "large"
    if not made.exists():
        source = made.parent / "source"
        shutil.copytree(SAMPLES / "src" / "embed", source, dirs_exist_ok=True)
        with (source / "payload.bin").open("wb") as payload:
            for _ in range(48):  # in pieces: what this process holds counts as the peak of the ones it starts
                payload.write(os.urandom(1 << 20))
        _build(cache, source, made)
    return made


def _build(cache: Path, source: Path, output: Path, *flags: str) -> None:
    """Build one program."""
    command: list[str | Path] = [
        Toolchains(cache).go(RELEASE),
        "build",
        "-trimpath",
        "-buildvcs=false",
        *flags,
        "-o",
        output,
        ".",
    ]
    subprocess.run(command, cwd=source, env={**build_environment(cache, RELEASE), **_SETTINGS}, check=True)
