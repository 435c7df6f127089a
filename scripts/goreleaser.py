"""What GoReleaser 2.x writes into dist/: archives, checksums.txt, artifacts.json and metadata.json.

Names, fields, their order and the internal_type numbers are those of GoReleaser's internal/artifact/artifact.go,
internal/builders/golang, internal/pipe/archive, internal/pipe/checksums, internal/pipe/metadata and
internal/pipe/universalbinary. All that could differ from one run to the next is fixed: dates, owners, order, zlib's
level.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COMMIT_TIME = 1735689600  # 2025-01-01T00:00:00Z, the date of the commits that module building makes

Row = dict[str, object]
Members = Sequence[tuple[str, bytes, int]]
"""Name, content and mode of each file in an archive."""


@dataclass(frozen=True)
class Target:
    """A port, with the setting of its microarchitecture that GoReleaser adds to the target's name."""

    goos: str
    goarch: str
    level: tuple[str, str] | None = None

    @property
    def port(self) -> str:
        """The port as Go spells it."""
        return f"{self.goos}/{self.goarch}"

    @property
    def name(self) -> str:
        """GoReleaser's own name for it: linux_amd64_v1."""
        return "_".join([self.goos, self.goarch, *([self.level[1]] if self.level else [])])

    @property
    def extension(self) -> str:
        """How a program's name ends there."""
        return {"windows": ".exe", "js": ".wasm", "wasip1": ".wasm"}.get(self.goos, "")

    @property
    def format(self) -> str:
        """The format of its archive, which is also the archive's suffix."""
        return "zip" if self.goos == "windows" else "tar.gz"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its build."""
        level = {self.level[0].upper(): self.level[1]} if self.level else {}
        return {"GOOS": self.goos, "GOARCH": self.goarch, **level}

    def archive(self, project: str, version: str) -> str:
        """Return its archive's name, as GoReleaser's default template makes it."""
        level = {"goarm": "v{}", "goamd64": "{}"}.get(self.level[0], "") if self.level else ""
        shown = level.format(self.level[1]) if self.level and self.level[1] != "v1" else ""
        return f"{project}_{version}_{self.goos}_{self.goarch}{shown}.{self.format}"


def packed(target: Target, members: Members) -> bytes:
    """Return an archive of the target's format, the same bytes each time."""
    return _zip(members) if target.format == "zip" else _tar_gz(members)


def _tar_gz(members: Members) -> bytes:
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


def _zip(members: Members) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name, date_time=(2025, 1, 1, 0, 0, 0))
            info.create_system = 3  # Unix, whatever this runs on: the mode below is meant
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def metadata_row() -> Row:
    """Return the row of metadata.json, always the first."""
    return {"name": "metadata.json", "path": "dist/metadata.json", "internal_type": 36, "type": "Metadata"}


def binary_row(target: Target, build: str, binary: str, *, dynamic: bool = False) -> Row:
    """Return the row of a program; ``build`` is its build's id, ``dynamic``: it asks for an ELF interpreter."""
    name = f"{binary}{target.extension}"
    extra: Row = {"Binary": binary, "Builder": "go", "Ext": target.extension, "ID": build}
    path = f"dist/{build}_{target.name}/{name}"
    return _targeted(target, name, path, 4, "Binary", {**_dynamic(dynamic), **extra})


def universal_row(build: str, binary: str) -> Row:
    """Return the row of a macOS program of all processors, which replaces none of the others."""
    extra: Row = {"Binary": binary, "Builder": "go", "Ext": "", "ID": build, "Replaces": False}
    return {
        "name": binary,
        "path": f"dist/{build}_darwin_all/{binary}",
        "goos": "darwin",
        "goarch": "all",
        "internal_type": 5,
        "type": "Binary",
        "extra": extra,
    }


def archive_row(target: Target, name: str, binary: str, digest: str, *, archive: str, dynamic: bool = False) -> Row:
    """Return the row of an archive of one program and README.md: ``archive`` is its id, ``digest`` its SHA-256."""
    universal = target.goarch == "all"
    extra: Row = {
        "Binaries": [f"{binary}{target.extension}"],
        "Checksum": f"sha256:{digest}",
        **_dynamic(dynamic),
        "Files": ["README.md"],
        "Format": target.format,
        "ID": archive,
        **({"Replaces": False} if universal else {}),
        "WrappedIn": "",
    }
    row = _targeted(target, name, f"dist/{name}", 1, "Archive", extra)
    if universal:
        del row["target"]
    return row


def checksum_row() -> Row:
    """Return the row of checksums.txt."""
    return {"name": "checksums.txt", "path": "dist/checksums.txt", "internal_type": 12, "type": "Checksum", "extra": {}}


def universal_binary(programs: Iterable[bytes]) -> bytes:
    """Join thin Mach-O programs as GoReleaser does: in their order, each at the next multiple of 16 KiB."""
    align_bits = 14
    header, body, offset = [0xCAFEBABE, 0], b"", 1 << align_bits
    for program in programs:
        processor, kind = (int.from_bytes(program[at : at + 4], "little") for at in (4, 8))
        header += [processor, kind, offset, len(program), align_bits]
        header[1] += 1
        padding = -len(program) % (1 << align_bits)
        body += program + bytes(padding)
        offset += len(program) + padding
    head = b"".join(word.to_bytes(4, "big") for word in header)
    return head.ljust(1 << align_bits, b"\0") + body[: len(body) - padding]


def lists(rows: Sequence[Row], archives: Mapping[str, bytes], *, version: str, commit: str) -> dict[str, bytes]:
    """Return checksums.txt, artifacts.json and metadata.json by name."""
    metadata = {
        "project_name": "demo",
        "tag": f"v{version}",
        "previous_tag": "v1.2.2",
        "version": version,
        "commit": commit,
        "date": "2025-01-01T00:00:00Z",
        "runtime": {"goos": "linux", "goarch": "amd64"},
    }
    sums = [f"{sha256(content)}  {name}\n" for name, content in sorted(archives.items())]
    return {
        "artifacts.json": _json(rows),
        "checksums.txt": "".join(sums).encode(),
        "metadata.json": _json(metadata),
    }


def sha256(content: bytes) -> str:
    """Return a SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _targeted(target: Target, name: str, path: str, number: int, kind: str, extra: Row) -> Row:
    return {
        "name": name,
        "path": path,
        "goos": target.goos,
        "goarch": target.goarch,
        **(dict([target.level]) if target.level else {}),
        "target": target.name,
        "internal_type": number,
        "type": kind,
        "extra": dict(sorted(extra.items())),
    }


def _dynamic(dynamic: bool) -> Row:
    return {"DynamicallyLinked": True} if dynamic else {}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
