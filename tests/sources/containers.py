"""Containers made on the spot, and what a walk says of them."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from inspector.model import SkipKind, Unknown
from inspector.sources import Artifact, walk

ELF = b"\x7fELF\2\1\1" + bytes(57) + b"the first program"
PE = b"MZ" + bytes(62) + b"the second program"


class Met(NamedTuple):
    """One thing a walk met: an artifact with its bytes, or a row with its kind and reason."""

    members: tuple[str, ...]
    content: bytes | None = None
    kind: SkipKind | None = None
    reason: str = ""
    mode: int | Unknown | None = None


def met(*paths: Path | str) -> list[Met]:
    """What walking ``paths`` yields, in order, each artifact read while it is open."""
    things = []
    for thing in walk([str(path) for path in paths]):
        if isinstance(thing, Artifact):
            content = b"".join(chunk for _, chunk in thing.window.chunks())
            things.append(Met(thing.members, content, mode=thing.mode))
        else:
            things.append(Met(thing.members, kind=thing.kind, reason=thing.reason))
    return things


def only(things: list[Met]) -> Met:
    """The one thing in the list."""
    assert len(things) == 1, things
    return things[0]


def tar_of(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, mode: int = 0o755) -> bytes:
    """A tar of regular files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mode = mode
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of regular files, as on Unix, mode 0755."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o100755 << 16
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def tar_header(name: bytes, size: bytes | int, kind: bytes = b"0", **fields: bytes) -> bytes:
    """One ustar header with its checksum right; ``at<offset>`` puts bytes anywhere."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:108] = b"0000755\0"
    block[124:136] = b"%011o\0" % size if isinstance(size, int) else size
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    for field, value in fields.items():
        at = int(field.removeprefix("at"))
        block[at : at + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data: bytes) -> bytes:
    """Data as a tar stores them: in whole blocks."""
    return data + bytes(-len(data) % 512)


TAR_END = bytes(1024)
