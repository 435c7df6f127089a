"""Files that are made to cost whoever opens them time, memory, disk or trust; none is larger than a few MB itself."""

import bz2
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from inspector.model import SkipKind
from tests.sources.containers import ELF, TAR_END, padded, tar_header, tar_of, zip_of
from tests.sources.packages import (
    AR,
    CPIO_END,
    DEB_START,
    RPM_LEAD,
    RPM_START,
    File,
    ar_header,
    ar_member,
    cpio_header,
    deb_of,
    nested_debs,
    rpm_intro,
    rpm_of,
    strings,
)
from tests.sources.quines import gzip_quine, printed, zip_quine
from tests.sources.zst import zst, zstd

MIB: Final = 1 << 20
HUGE: Final = (1 << 63) - 1
NONE: Final = 0xFFFFFFFF
"""In a zip: what stands elsewhere."""


class Bomb(NamedTuple):
    """A file's name and bytes, and the one row that it gives.

    ``reason`` is a part of what the row says; ``harmless`` rows may stand beside it, of members that are no programs.
    """

    name: str
    make: Callable[[], bytes]
    kind: SkipKind
    reason: str
    harmless: int = 0
    rows: int = 1


def local_header(name: bytes, crc: int, packed: int, size: int, method: int = 8) -> bytes:
    """What stands before a member of a zip (APPNOTE.TXT 4.3.7)."""
    return struct.pack("<4s5H3I2H", b"PK\3\4", 46, 0, method, 0, 33, crc, packed, size, len(name), 0) + name


def directory_entry(
    name: bytes, crc: int, packed: int, size: int, at: int, method: int = 8, extra: bytes = b""
) -> bytes:
    """What a zip's directory has of a member (APPNOTE.TXT 4.3.12)."""
    told = (46, 46, 0, method, 0, 33, crc, packed, size, len(name), len(extra), 0, 0, 0, 0, at)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", *told) + name + extra


def end_record(count: int, size: int, at: int) -> bytes:
    """The end of a zip (APPNOTE.TXT 4.3.16)."""
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, at, 0)


def gzips() -> bytes:
    """10 GB of zeros behind the start of a program, in streams one after another: 1030 to 1."""
    return gzip.compress(ELF) + gzip.compress(bytes(10 * MIB)) * 1000


def bzip2s() -> bytes:
    """100 GB, 900,000 to 1."""
    return bz2.compress(ELF) + bz2.compress(bytes(10 * MIB)) * 10_000


def xzs() -> bytes:
    """10 GB, 7,000 to 1."""
    return lzma.compress(ELF) + lzma.compress(bytes(10 * MIB)) * 1000


def zstds() -> bytes:
    """64 GB in blocks that repeat one byte: 40,000 to 1."""
    block = (128 << 10) << 3 | 1 << 1
    frame = b"\x28\xb5\x2f\xfd\0" + bytes([7 << 3]) + (block.to_bytes(3, "little") + b"\0") * 500
    return zst(ELF) + (frame + (0 << 3 | 1).to_bytes(3, "little")) * 1000


def tar_of_zeros() -> bytes:
    """A program of 10 GB in a tar, 1030 to 1."""
    start = tar_header(b"app", 10_000 * MIB)[:512] + ELF
    return gzip.compress(start) + gzip.compress(bytes(10 * MIB)) * 1000


def overlapping() -> bytes:
    """Fifield's quoted overlap: each member's data quote the next one's local header and go on with its data.

    250 members of 2 MiB in 25 KB.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = ELF + bytes(2 * MIB)
    data = packer.compress(content) + packer.flush()
    whole, directory = b"", b""
    for index in range(250):
        if whole:
            content, data = whole[: 30 + 3] + content, printed(30 + 3) + whole
        name, sizes = b"%03d" % index, (zlib.crc32(content), len(data), len(content))
        whole = local_header(name, *sizes) + data
        directory = directory_entry(name, *sizes, (249 - index) * (30 + 3 + 5)) + directory
    return whole + directory + end_record(250, len(directory), len(whole))


def forty_two() -> bytes:
    """Six layers of zips, each but the last with sixteen, as 42.zip: a million of them around 4 GB each."""
    data = zip_of({"0.dll": bytes(MIB)})
    for layer in ("page", "doc", "chapter", "book", "lib"):
        data = zip_of({f"{layer}{index:x}.zip": data for index in range(16)})
    return data


def nested_gzips(depth: int) -> bytes:
    data = ELF
    for _ in range(depth):
        data = gzip.compress(data, 0, mtime=0)
    return data


def nested_tars(depth: int) -> bytes:
    before, after, size = [], [], len(ELF)
    for _ in range(depth):
        before.append(tar_header(b"inner.tar", size))
        after.append(bytes(-size % 512) + TAR_END)
        size += 512 + len(after[-1])
    return b"".join([*reversed(before), ELF, *after])


def nested_zips(depth: int) -> bytes:
    """Stored, so that all layers are there; the checksums are right in the outermost twenty."""
    before: list[bytes] = []
    after: list[bytes] = []
    size = len(ELF)
    for layer in range(depth):
        crc = zlib.crc32(b"".join([*reversed(before), ELF, *after])) if layer >= depth - 20 else 0
        local, entry = local_header(b"z", crc, size, size, 0), directory_entry(b"z", crc, size, size, 0, 0)
        before.append(local)
        after.append(entry + end_record(1, len(entry), len(local) + size))
        size += len(local) + len(after[-1])
    return b"".join([*reversed(before), ELF, *after])


def record(key: str, value: str | bytes) -> bytes:
    """One record of a pax header."""
    rest = b" " + key.encode() + b"=" + (value.encode() if isinstance(value, str) else value) + b"\n"
    size = len(rest) + 1
    while len(str(size)) + len(rest) != size:
        size = len(str(size)) + len(rest)
    return str(size).encode() + rest


def pax(*records: bytes) -> bytes:
    """A pax header with these records."""
    body = b"".join(records)
    return tar_header(b"pax", len(body), b"x") + padded(body)


def sparse_maps() -> bytes:
    """Sparse members of 40,000 ranges each, a million in all."""
    ranges = ",".join(f"{2 * at},1" for at in range(40_000))
    member = pax(record("GNU.sparse.size", "80000"), record("GNU.sparse.map", ranges))
    return gzip.compress((member + tar_header(b"s", 40_000) + bytes(40_448)) * 25 + TAR_END, 1)


def attributes() -> bytes:
    """Half a million attributes of members to come, all different, in headers that follow each other."""
    headers = (
        pax(*(record(f"GNU.sparse.x{first + at}", "v") for at in range(10_000))) for first in range(0, 500_000, 10_000)
    )
    return gzip.compress(b"".join(headers) + tar_of({"notes": b"text"}), 1)


def dots() -> bytes:
    """A package whose files are called ././././, a MiB of it."""
    name = "./" * 500_000 + "app"
    return deb_of(gzip.compress((pax(record("path", name)) + tar_header(b"a", 0)) * 8 + TAR_END), "data.tar.gz")


def dictionary_frame() -> bytes:
    """A frame of zstd that needs a dictionary nobody has."""
    words = zstd.train_dict([b"the same words in sample %d, and again %d" % (at, at * 7) for at in range(3000)], 4096)
    return zstd.compress(ELF * 10, zstd_dict=words)


def zip64(size: int, offset: int) -> bytes:
    """A zip whose directory claims these in its zip64 field."""
    data = zip_of({"app": ELF})
    at = data.index(b"PK\1\2")
    extra = struct.pack("<HH3Q", 1, 24, size, size, offset)
    entry = directory_entry(b"app", 0, NONE, NONE, NONE, extra=extra)
    return data[:at] + entry + end_record(1, len(entry), at)


def zip64_end(count: int, size: int, offset: int) -> bytes:
    """A zip whose zip64 end record claims these of its directory."""
    data = zip_of({"app": ELF})
    at = data.index(b"PK\5\6")
    end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    return data[:at] + end + locator + end_record(0xFFFF, NONE, NONE)


def window(log: int) -> bytes:
    """A frame of zstd that makes its reader keep 2**log bytes."""
    return b"\x28\xb5\x2f\xfd\0" + bytes([log - 10 << 3]) + b"\1\0\0"


def dictionary_xz() -> bytes:
    """An .xz whose reader must take 1.5 GiB: LZMA2's property byte for the dictionary's size is 40 at most (4 GiB)."""
    data = bytearray(lzma.compress(ELF))
    at = data.index(b"\x21\x01") + 2
    data[at] = 37
    header = bytes(data[12 : 12 + 4 * (data[12] + 1) - 4])
    data[12 + len(header) : 16 + len(header)] = struct.pack("<I", zlib.crc32(header))
    return bytes(data)


def rpm_tags(count: int, size: int) -> bytes:
    """A package whose header claims so many tags and bytes."""
    return RPM_START + rpm_intro(count, size) + bytes(64)


def rpm_names() -> bytes:
    """A package of 100,000 links in one directory, whose name has 8 MiB."""
    count = 100_000
    tags = [
        (1028, 4, count, bytes(4 * count)),
        (1030, 3, count, struct.pack(">H", 0o120777) * count),
        (1116, 4, count, bytes(4 * count)),
        (1117, 8, count, b"n\0" * count),
        strings(1118, ["d" * (8 * MIB)]),
    ]
    payload = b"".join(b"07070X%08x\0\0" % at for at in range(count)) + CPIO_END
    return rpm_of(gzip.compress(payload, 1), "gzip", tags)


def million(member: bytes, end: bytes) -> bytes:
    """A million members, packed."""
    return gzip.compress(member * 10_000, 1) * 100 + gzip.compress(end)


LIMIT, MALFORMED, TRUNCATED, UNREADABLE, HARMLESS = (
    SkipKind.LIMIT,
    SkipKind.MALFORMED,
    SkipKind.TRUNCATED,
    SkipKind.UNREADABLE,
    SkipKind.NOT_EXECUTABLE,
)

RATIO: Final = "over 1000 to 1"
DEEP: Final = "more than 5 deep"
MANY: Final = "more than 100000 members"
HEADERS: Final = "more than 300000 headers"

BOMBS: Final[Mapping[str, Bomb]] = {
    "gzip": Bomb("app.gz", gzips, LIMIT, RATIO),
    "bzip2": Bomb("app.bz2", bzip2s, LIMIT, RATIO),
    "xz": Bomb("app.xz", xzs, LIMIT, RATIO),
    "zstd": Bomb("app.zst", zstds, LIMIT, RATIO),
    "tar.gz": Bomb("app.tar.gz", tar_of_zeros, LIMIT, RATIO),
    "zip": Bomb("a.zip", lambda: zip_of({"app": ELF + bytes(100 * MIB)}), LIMIT, RATIO),
    "zip of bzip2": Bomb("a.zip", lambda: zip_of({"app": ELF + bytes(70 * MIB)}, zipfile.ZIP_BZIP2), LIMIT, RATIO),
    "deb": Bomb("a.deb", lambda: deb_of(xzs(), "data.tar.xz"), LIMIT, RATIO),
    "rpm": Bomb("a.rpm", lambda: rpm_of(zstds(), "zstd"), LIMIT, RATIO),
    "zip, overlapping": Bomb("zbsm.zip", overlapping, MALFORMED, "overlap"),
    "42.zip": Bomb("42.zip", forty_two, LIMIT, DEEP, rows=18),
    "zip quine": Bomb("r.zip", zip_quine, LIMIT, DEEP),
    "gzip quine": Bomb("r.gz", gzip_quine, LIMIT, DEEP),
    "tar quine": Bomb("r.tar.gz", lambda: gzip.compress(tar_of({"r.zip": zip_quine()})), LIMIT, DEEP),
    "10,000 gzips": Bomb("a.gz", lambda: nested_gzips(10_000), LIMIT, DEEP),
    "10,000 tars": Bomb("a.tar", lambda: nested_tars(10_000), LIMIT, DEEP),
    "10,000 zips": Bomb("a.zip", lambda: nested_zips(10_000), LIMIT, DEEP),
    "10,000 debs": Bomb("a.deb", lambda: nested_debs(ELF, 10_000), LIMIT, DEEP),
    "a million members, tar": Bomb(
        "a.tar.gz", lambda: million(tar_header(b"m", 0), TAR_END), LIMIT, MANY, harmless=100_000
    ),
    "a million members, rpm": Bomb(
        "a.rpm", lambda: rpm_of(million(cpio_header(b"m"), CPIO_END), "gzip"), LIMIT, MANY, harmless=100_000
    ),
    "a million members, deb": Bomb(
        "a.deb", lambda: deb_of(million(tar_header(b"m", 0), TAR_END), "data.tar.gz"), LIMIT, MANY, harmless=100_000
    ),
    "a million members, ar": Bomb(
        "a.deb", lambda: AR + ar_member("debian-binary", b"2.0\n") + ar_header("m", 0) * 1_000_000, LIMIT, "members"
    ),
    "a million members, zip": Bomb(
        "a.zip",
        lambda: b"PK\3\4" + bytes(26) + (b"PK\1\2" + bytes(42)) * 1_000_000 + end_record(0xFFFF, 46_000_000, 30),
        LIMIT,
        "a zip directory of",
    ),
    "a million directories": Bomb("a.tar.gz", lambda: million(tar_header(b"d", 0, b"5"), TAR_END), LIMIT, HEADERS),
    "a million links": Bomb("a.tar.gz", lambda: million(tar_header(b"l", 0, b"2"), TAR_END), LIMIT, HEADERS),
    "sparse terabytes": Bomb(
        "a.tar",
        lambda: (
            pax(record("GNU.sparse.size", str(5 << 40)), record("GNU.sparse.map", "0,512"))
            + tar_header(b"app", 512)
            + padded(ELF)
            + TAR_END
        ),
        LIMIT,
        "over 1000 to 1",
    ),
    "sparse maps": Bomb("a.tar.gz", sparse_maps, LIMIT, "ranges", harmless=6),
    "pax gigabytes": Bomb("a.tar", lambda: tar_header(b"pax", 5 << 30, b"x") + bytes(1024), LIMIT, "extension header"),
    "pax size": Bomb(
        "a.tar", lambda: pax(record("size", "9" * 19)) + tar_header(b"app", 512) + padded(ELF), TRUNCATED, "before this"
    ),
    "pax attributes": Bomb("a.tar.gz", attributes, HARMLESS, "not an executable"),
    "a name of dots": Bomb("a.deb", dots, HARMLESS, "the file is empty", rows=8),
    "gnu long name": Bomb(
        "a.tar",
        lambda: tar_header(b"@", 65_537, b"L") + padded(b"n" * 65_536 + b"\0") + tar_of({"x": ELF}),
        LIMIT,
        "a name of more than 4096",
    ),
    "gnu longer name": Bomb("a.tar", lambda: tar_header(b"@", 1 << 30, b"L") + bytes(512), LIMIT, "extension header"),
    "tar size, negative": Bomb("a.tar", lambda: tar_header(b"app", b"\xff" * 12) + TAR_END, MALFORMED, "negative"),
    "rpm tags": Bomb("a.rpm", lambda: rpm_tags(1 << 31, 64), LIMIT, "2147483648 tags"),
    "rpm data": Bomb("a.rpm", lambda: rpm_tags(1, (1 << 32) - 1), LIMIT, "4294967295 bytes"),
    "rpm signatures": Bomb("a.rpm", lambda: RPM_LEAD + rpm_intro(1 << 31, 1 << 31), LIMIT, "tags"),
    "rpm names": Bomb("a.rpm", rpm_names, HARMLESS, "without files"),
    "ar size, negative": Bomb("a.deb", lambda: DEB_START + ar_header("data.tar", -1), MALFORMED, "without a header"),
    "ar size, not decimal": Bomb(
        "a.deb",
        lambda: DEB_START + ar_header("data.tar", 0).replace(b"0         `", b"0x10      `"),
        MALFORMED,
        "header",
    ),
    "ar size": Bomb("a.deb", lambda: DEB_START + ar_header("data.tar", 9_999_999_999), TRUNCATED, "9999999999 bytes"),
    "cpio name": Bomb(
        "a.rpm", lambda: rpm_of(cpio_header(b"n", name_size=0xFFFFFFFF) + bytes(200)), LIMIT, "a name of 4294967295"
    ),
    "cpio size": Bomb(
        "a.rpm",
        lambda: rpm_of(cpio_header(b"n", size=0xFFFFFFFF, file=File("")) + bytes(200)),
        TRUNCATED,
        "before this member does",
    ),
    "zstd window": Bomb("a.zst", lambda: window(31), LIMIT, "memory"),
    "zstd window of terabytes": Bomb("a.zst", lambda: window(41), LIMIT, "memory"),
    "zstd dictionary": Bomb("a.zst", dictionary_frame, UNREADABLE, "needs a dictionary"),
    "xz dictionary": Bomb("a.xz", dictionary_xz, LIMIT, "memory"),
    "zip64 size": Bomb("a.zip", lambda: zip64(HUGE, 0), TRUNCATED, "reaches past the end"),
    "zip64 offset": Bomb("a.zip", lambda: zip64(64, HUGE), TRUNCATED, "reaches past the end"),
    "zip64 directory": Bomb("a.zip", lambda: zip64_end(HUGE, HUGE, 0), MALFORMED, "directory"),
    "zip64 count": Bomb("a.zip", lambda: zip64_end(HUGE, 49, 64), MALFORMED, "before its start"),
    "streams": Bomb("a.gz", lambda: gzip.compress(ELF) + gzip.compress(b"") * 200_000, LIMIT, "streams in a row"),
}
