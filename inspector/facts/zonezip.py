r"""The zip of time zones that package time/tzdata carries: found among the bytes, and read as Go reads it.

src/time/tzdata/tzdata.go, loadFromEmbeddedTZData: the end record is the string's last 22 bytes, so there is no
comment; offsets count from the string's start; members are stored, never compressed. That makes this reader
smaller and stricter than a general one: nothing here expands, and whatever it accepts Go's loader accepts too.

``PK\3\4`` and ``PK\5\6`` also stand in the code of every program that links that loader or time.LoadLocation, and
a program may carry other zips: a candidate counts when its directory names zones that every release has.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from formats.image import Image
from formats.window import MAX_LIST

_END: Final = struct.Struct("<4s4H2IH")  # PKWARE APPNOTE 4.3.16
_ENTRY: Final = struct.Struct("<4s6H3I5H2I")  # 4.3.12
_LOCAL: Final = struct.Struct("<4s5H3I2H")  # 4.3.7
_ENTRY_MAGIC, _LOCAL_MAGIC = b"PK\1\2", b"PK\3\4"
_END_START: Final = b"PK\5\6" + bytes(4)  # with its two disk numbers: found faster, and not in machine code

MAX_ZIP: Final = 16 << 20
"""Bytes of a zip of zones: 40 times the largest one Go has had."""

MAX_MEMBERS: Final = 4096
"""Members of a zip of zones; Go's have 600."""

_MAX_DIRECTORY: Final = 256 << 10  # bytes; Go's have 40,000
_MAX_DIRECTORIES: Final = 256  # read in search of zone names: as many zips of their size may a program carry
_MAX_FOUND: Final = 16

_EVERYWHERE: Final = (b"Africa/Abidjan", b"America/New_York", b"Asia/Tokyo", b"Europe/London", b"Etc/UTC")
_ENOUGH: Final = 3  # of these: one may be damaged


class ZoneZipError(Exception):
    """The zip is damaged; the text says where and how."""


class Zones(msgspec.Struct, frozen=True):
    """What a sound zip holds: how many zones, and a digest of their names and contents that repacking keeps."""

    count: int
    digest: str


def find_zone_zips(image: Image) -> Iterator[tuple[int, bytes]]:
    """Yield (offset in ``mapped``, bytes) of every zip of zones in mapped ranges, damaged ones included."""
    records = islice(image.mapped.find_all(_END_START), MAX_LIST)
    zips = islice((span for at in records if (span := _span(image, at)) is not None), _MAX_DIRECTORIES)
    for start, _, end in islice((span for span in zips if _names_zones(image, *span)), _MAX_FOUND):
        yield start, image.mapped.read(start, end - start, "zip of time zones")


def _span(image: Image, at: int) -> tuple[int, int, int] | None:
    """Return where the zip, its directory and its end are when the end record at ``at`` may be one's of zones."""
    record = image.mapped.read_upto(at, _END.size)
    if len(record) < _END.size:
        return None
    _, _, _, here, members, size, offset, comment = _END.unpack(record)
    if comment or here != members or not 0 < members <= MAX_MEMBERS:
        return None
    start, directory, end = at - size - offset, at - size, at + _END.size
    if start < 0 or end - start > MAX_ZIP or not members * _ENTRY.size <= size <= _MAX_DIRECTORY:
        return None
    return None if image.address_of(start) is None else (start, directory, end)


def _names_zones(image: Image, _: int, directory: int, end: int) -> bool:
    names = image.mapped.read(directory, end - directory, "directory of a zip")
    return sum(name in names for name in _EVERYWHERE) >= _ENOUGH


def read_zones(data: bytes) -> Zones:
    """Check every member of a zip of zones.

    Raises ZoneZipError for the first one that Go could not load or that is not what was packed.
    """
    zones = {}
    for name, body in _members(data):
        if name.endswith(b"/"):
            continue
        if not body.startswith(b"TZif"):
            raise ZoneZipError(f"{_shown(name)} is not in TZif format")
        zones[name] = body
    digest = hashlib.sha256()
    for name in sorted(zones):
        for part in (name, zones[name]):
            digest.update(len(part).to_bytes(4, "big") + part)
    return Zones(len(zones), digest.hexdigest())


def _members(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(data) < _END.size:
        raise ZoneZipError("the zip has no end record")
    _, _, _, _, members, _, at, _ = _END.unpack_from(data, len(data) - _END.size)
    left = MAX_ZIP  # members may overlap
    for _ in range(members):
        if at + _ENTRY.size > len(data) or data[at : at + 4] != _ENTRY_MAGIC:
            raise ZoneZipError(f"the zip's directory is damaged at {at:#x}")
        fields = _ENTRY.unpack_from(data, at)
        method, crc, size, name_size, extra_size, comment_size, local = (
            fields[4], fields[7], fields[9], fields[10], fields[11], fields[12], fields[16],
        )  # fmt: skip
        name = data[at + _ENTRY.size : at + _ENTRY.size + name_size]
        at += _ENTRY.size + name_size + extra_size + comment_size
        left -= size
        if left < 0:
            raise ZoneZipError(f"the zip's members add up to more than {MAX_ZIP} bytes")
        yield name, _body(data, name, method, crc, size, local)


def _body(data: bytes, name: bytes, method: int, crc: int, size: int, local: int) -> bytes:
    """Return one member's bytes; its local header must repeat what the directory says of it."""
    if method != 0:
        raise ZoneZipError(f"{_shown(name)} is compressed, which package time/tzdata cannot read")
    if local + _LOCAL.size > len(data):
        raise ZoneZipError(f"{_shown(name)} starts past the end of the zip")
    magic, _, _, local_method, _, _, _, _, _, name_size, extra_size = _LOCAL.unpack_from(data, local)
    start = local + _LOCAL.size
    if magic != _LOCAL_MAGIC or local_method != method or data[start : start + name_size] != name:
        raise ZoneZipError(f"the header of {_shown(name)} is damaged")
    start += name_size + extra_size
    body = data[start : start + size]
    if len(body) < size or zlib.crc32(body) != crc:
        raise ZoneZipError(f"{_shown(name)} does not fit its checksum")
    return body


def _shown(name: bytes) -> str:
    return name[:64].decode("utf-8", "backslashreplace")
