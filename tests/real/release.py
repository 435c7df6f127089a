"""A copy of the good release that scripts/build_dist.py builds, to be broken in one way."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

from tests.real.edited import put

ROOT = Path(__file__).parents[2]
LC_SYMTAB = 0x2


@cache
def built() -> Path:
    """Where the release and the programs that went wrong are; built if need be."""
    command = [sys.executable, str(ROOT / "scripts" / "build_dist.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


@dataclass(frozen=True)
class Release:
    """A project's directory with a dist/ in it."""

    root: Path

    @classmethod
    def copied(cls, root: Path) -> Release:
        """Copy the good one."""
        copytree(built() / "dist", root / "dist")
        return cls(root)

    @property
    def commit(self) -> str:
        """The commit it was built from."""
        return str(json.loads(self.read("metadata.json"))["commit"])

    def read(self, name: str) -> bytes:
        """The bytes of a file below dist/."""
        return (self.root / "dist" / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Replace or add a file below dist/, as a program where it is new."""
        path = self.root / "dist" / name
        new = not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        if new:
            path.chmod(0o755)

    def remove(self, name: str) -> None:
        """Remove a file below dist/."""
        (self.root / "dist" / name).unlink()

    def swap(self, name: str, variant: str) -> None:
        """Put a program that went wrong in the place of a released one."""
        (program,) = (built() / "variants" / variant).iterdir()
        self.write(name, program.read_bytes())

    def repack(self, name: str, program: bytes) -> None:
        """Put another program into a tar.gz, and its new checksum into both lists, as a release tool would."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            info = tarfile.TarInfo("demo")
            info.size, info.mode = len(program), 0o755
            archive.addfile(info, io.BytesIO(program))
        old = hashlib.sha256(self.read(name)).hexdigest().encode()
        new = hashlib.sha256(buffer.getvalue()).hexdigest().encode()
        self.write(name, buffer.getvalue())
        for listing in ("artifacts.json", "checksums.txt"):
            assert old in self.read(listing)
            self.write(listing, self.read(listing).replace(old, new))

    def rows(self, **wanted: str) -> list[dict[str, Any]]:
        """The rows of artifacts.json that have these values."""
        found = json.loads(self.read("artifacts.json"))
        return [row for row in found if all(row.get(key) == value for key, value in wanted.items())]


def stripped(data: bytes) -> bytes:
    """Take the symbol table out of a thin 64-bit Mach-O as `strip` does, and leave its signature as it was."""
    (count,) = struct.unpack_from("<I", data, 16)
    at = 32
    for _ in range(count):
        command, length = struct.unpack_from("<II", data, at)
        if command == LC_SYMTAB:
            return put(data, at + 12, bytes(4))  # symtab_command.nsyms (mach-o/loader.h)
        at += length
    raise AssertionError("no LC_SYMTAB")
