"""Packages of npm and PyPI, each fetched once into the samples' cache by its index's own client.

They are asked for by version and never change, so that what is there is never asked for again.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from scripts.sample_manifest import default_cache

PYTHON = "3.12"
"""The Python that wheels are asked for, so that every machine gets the same one."""


def npm(package: str) -> Path:
    """The archive of an npm package, NAME@VERSION."""
    return _kept(package, ["npm", "pack", "--silent", package, "--pack-destination"])


def wheel(name: str, version: str, platform: str | None = None) -> Path:
    """The wheel of a PyPI package for a platform, or for all of them."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    target = [f"--python-version={PYTHON}", f"--platform={platform or 'any'}", f"{name}=={version}"]
    return _kept(f"{name}=={version}-{platform or 'any'}", [*pip, *target, "--dest"])


def member(archive: Path, path: str) -> tuple[bytes, int]:
    """The bytes and the mode of a file in an archive; a wheel made without Unix modes says 0."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return opened.read(path), opened.getinfo(path).external_attr >> 16 & 0o777
    with tarfile.open(archive) as packed:
        file = packed.extractfile(path)
        assert file is not None, f"{archive.name}: {path} is no file"
        return file.read(), packed.getmember(path).mode & 0o777


def _kept(name: str, command: list[str]) -> Path:
    """The one file that a client leaves in a directory, whose name it wants as its last argument."""
    home = default_cache() / "packages"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / re.sub(r"[^\w.=-]", "_", name)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that want the same package run side by side
        if not folder.is_dir():
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            done = subprocess.run([*command, partial], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{name}: {done.stderr}"
            partial.rename(folder)
    (archive,) = folder.iterdir()
    return archive
