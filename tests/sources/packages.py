"""Packages made on the spot, byte for byte by their layouts; test_packages.py in tests/real has those of real tools."""

import gzip
import io
import struct
import tarfile
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.sources.containers import TAR_END, tar_header, tar_of

AR = b"!<arch>\n"

REGULAR = 0o100755


def ar_member(name: str, data: bytes) -> bytes:
    """One member of an ar archive, with its header and padding."""
    return ar_header(name, len(data)) + data + b"\n" * (len(data) % 2)


def ar_header(name: str, size: int) -> bytes:
    """The header of a member of an ar archive."""
    return b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name.encode(), 0, 0, 0, 0o100644, size)


DEB_START = AR + ar_member("debian-binary", b"2.0\n") + ar_member("control.tar.gz", gzip.compress(tar_of({}), mtime=0))


def deb_of(data: bytes, name: str = "data.tar") -> bytes:
    """A Debian package with this as its data.tar."""
    return DEB_START + ar_member(name, data)


def nested_debs(data: bytes, depth: int) -> bytes:
    """A program in a package in a package and so on, none of them compressed."""
    before, after = [], []
    size = len(data)
    for _ in range(depth):
        tail = bytes(-size % 512) + TAR_END
        in_tar = 512 + size + len(tail)
        before.append(DEB_START + ar_header("data.tar", in_tar) + tar_header(b"inner.deb", size))
        after.append(tail)
        size = len(before[-1]) + size + len(tail)
    return b"".join([*reversed(before), data, *after])


class File(NamedTuple):
    """A file of a cpio archive or an RPM package. ``links`` is what a cpio header says of its names."""

    name: str
    data: bytes = b""
    mode: int = REGULAR
    inode: int = 0
    links: int = 1


def files_of(contents: Mapping[str, bytes]) -> list[File]:
    """Programs of mode 0755."""
    return [File(name, data, inode=index + 1) for index, (name, data) in enumerate(contents.items())]


def _even(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def cpio_header(name: bytes, *, size: int = 0, name_size: int | None = None, file: File | None = None) -> bytes:
    """A header of the new ASCII format with its name, padded."""
    file = file or File("")
    fields = (file.inode, file.mode, 0, 0, file.links, 0, size, 0, 0, 0, 0)
    fields = (*fields, len(name) + 1 if name_size is None else name_size, 0)
    return _even(b"070701" + b"".join(b"%08x" % field for field in fields) + name + b"\0")


CPIO_END = cpio_header(b"TRAILER!!!", file=File("", mode=0))


def cpio_of(files: Iterable[File]) -> bytes:
    """A cpio archive of the new ASCII format."""
    bodies = (cpio_header(file.name.encode(), size=len(file.data), file=file) + _even(file.data) for file in files)
    return b"".join([*bodies, CPIO_END])


def stripped_cpio_of(files: Iterable[File]) -> bytes:
    """RPM's own format, whose headers are indexes of its package's header."""
    bodies = (b"07070X%08x\0\0" % index + _even(file.data) for index, file in enumerate(files))
    return b"".join([*bodies, CPIO_END])


Tag = tuple[int, int, int, bytes]
"""Number, type, count, data; types as in rpm's docs/manual/format_header.md."""


def strings(tag: int, values: Iterable[str]) -> Tag:
    """A tag that is an array of strings."""
    listed = [value.encode() + b"\0" for value in values]
    return tag, 8, len(listed), b"".join(listed)


def integers(tag: int, kind: int, values: Iterable[int]) -> Tag:
    """A tag that is an array of integers of the kind 3, 4 or 5: of 16, 32 or 64 bits."""
    listed = list(values)
    return tag, kind, len(listed), struct.pack(f">{len(listed)}{'HIQ'[kind - 3]}", *listed)


def string(tag: int, value: str) -> Tag:
    """A tag that is a string."""
    return tag, 6, 1, value.encode() + b"\0"


def rpm_header(tags: Iterable[Tag]) -> bytes:
    """A header structure."""
    index, data = b"", b""
    for tag, kind, count, value in sorted(tags):
        data += bytes(-len(data) % {3: 2, 4: 4, 5: 8}.get(kind, 1))
        index += struct.pack(">4I", tag, kind, len(data), count)
        data += value
    return rpm_intro(len(index) // 16, len(data)) + index + data


def rpm_intro(count: int, size: int) -> bytes:
    """The first bytes of a header structure."""
    return b"\x8e\xad\xe8\x01\0\0\0\0" + struct.pack(">II", count, size)


RPM_LEAD = b"\xed\xab\xee\xdb\3\0" + struct.pack(">HH66sHH16x", 0, 1, b"app-1.0-1", 1, 5)

RPM_SIGNATURES = rpm_header([(1004, 7, 16, bytes(16)), (1007, 4, 1, bytes(4))])

RPM_START = RPM_LEAD + RPM_SIGNATURES + bytes(-len(RPM_LEAD + RPM_SIGNATURES) % 8)


def file_tags(files: Iterable[File], *, long_sizes: bool = False) -> list[Tag]:
    """What a header says of its files, their names in directories and base names."""
    listed = list(files)
    directories = sorted({file.name.rpartition("/")[0] + "/" for file in listed})
    return [
        integers(5008, 5, [len(file.data) for file in listed])
        if long_sizes
        else integers(1028, 4, [len(file.data) for file in listed]),
        integers(1030, 3, [file.mode for file in listed]),
        integers(1037, 4, [0] * len(listed)),
        integers(1095, 4, [1] * len(listed)),
        integers(1096, 4, [file.inode for file in listed]),
        integers(1116, 4, [directories.index(file.name.rpartition("/")[0] + "/") for file in listed]),
        strings(1117, [file.name.rpartition("/")[2] for file in listed]),
        strings(1118, directories),
    ]


def rpm_of(payload: bytes, compressor: str | None = None, tags: Iterable[Tag] = ()) -> bytes:
    """An RPM package with this payload."""
    named = [] if compressor is None else [string(1125, compressor)]
    told = [string(1000, "app"), string(1001, "1.0"), string(1002, "1"), string(1124, "cpio")]
    return RPM_START + rpm_header([*told, *named, *tags]) + payload


def apk_of(*segments: Mapping[str, bytes]) -> bytes:
    """An Alpine package: streams of gzip one after another, of tars of which the last alone has its end mark."""
    *first, last = segments
    return b"".join([*(gzip.compress(_cut(segment), mtime=0) for segment in first), gzip.compress(tar_of(last))])


def _cut(files: Mapping[str, bytes]) -> bytes:
    """A tar without its end mark."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        end = tar.offset
    return out.getvalue()[:end]
