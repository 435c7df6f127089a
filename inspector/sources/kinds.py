"""Tell by a file's first bytes, never by its name, what it is."""

from __future__ import annotations

import enum
from typing import Final

import formats
from formats import Bundle, Format
from inspector.sources.limits import HEAD


class Container(enum.Enum):
    """Archives and compressed files that are looked into."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"
    DEB = "deb"
    RPM = "rpm"


COMPRESSED: Final = frozenset({Container.GZIP, Container.BZIP2, Container.XZ, Container.ZSTD})
"""Those that hold one stream of bytes without a name."""

ZSTD_MAGICS: Final = (b"\x28\xb5\x2f\xfd", *(bytes((first,)) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)))
"""A frame, and the sixteen of frames to be skipped, which may come first (RFC 8878, 3.1)."""

_ADB: Final = "an Alpine package in the format of apk 3 (ADB), which is not looked into"

_OTHERS: Final = (
    (b"#!", "a script (#!)"),
    (b"<bigaf>\n", "an archive of AIX objects, which is not looked into"),
    (b"ADB.", _ADB),
    (b"ADBd", _ADB),
    (b"ADBc", _ADB),
    (b"\x37\xa4\x30\xec", "a dictionary of zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, which is not looked into"),
    (b"MSCF", "a cabinet archive, which is not looked into"),
    (b"\xd0\xcf\x11\xe0", "an OLE file (.msi), which is not looked into"),
)


def classify(head: bytes) -> Container | Format | Bundle | None:
    """Name what starts with these HEAD bytes (fewer when the file is shorter); None for anything else."""
    # A tar starts with its first member's name, which may be "MZ...": only its checksum is proof, so it is first.
    if is_tar_header(head):
        return Container.TAR
    executable = formats.sniff(head[: formats.HEAD])
    if executable is not None:
        return executable
    if head[:4] in {b"PK\3\4", b"PK\5\6"}:
        return Container.ZIP
    if head[:3] == b"\x1f\x8b\x08":
        return Container.GZIP
    if head[:3] == b"BZh" and head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"}:
        return Container.BZIP2
    if head[:6] == b"\xfd7zXZ\0":
        return Container.XZ
    if head.startswith(ZSTD_MAGICS):
        return Container.ZSTD
    if head[:21] == b"!<arch>\ndebian-binary":  # deb(5); any other ar archive is one of objects
        return Container.DEB
    if head[:4] == b"\xed\xab\xee\xdb":
        return Container.RPM
    return Container.TAR if head[257:262] == b"ustar" else None


def describe(head: bytes) -> str:
    """Say why a file that starts so is no executable."""
    if not head:
        return "the file is empty"
    return next((text for magic, text in _OTHERS if head.startswith(magic)), "not an executable")


def is_tar_header(block: bytes) -> bool:
    """Tell whether the 512 bytes carry the checksum of a tar header (all formats since V7 have it)."""
    if len(block) < HEAD:
        return False
    digits = block[148:156].strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return False
    # The field itself counts as eight spaces. Sun and NeXT summed signed characters (GNU tar, src/list.c).
    others = block[:148] + block[156:HEAD]
    wanted = int(digits, 8) - 8 * ord(" ")
    return sum(others) == wanted or sum(byte - 256 if byte > 127 else byte for byte in others) == wanted
