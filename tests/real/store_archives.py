"""Archives and packages for a store."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tests.real.store import Content, Entry, below, noise
from tests.sources.packages import File, cpio_of, deb_of, rpm_of
from tests.sources.zst import zst

EPOCH = (2026, 1, 1, 0, 0, 0)
REGULAR = 0o100000
UNENDED = 1024  # a tar's header and one block of a file, without the mark of its end


def tar(*members: Entry) -> Content:
    """Return a tar."""
    return Content(partial(_tar, members, "w"), below(members))


def tar_gz(*members: Entry) -> Content:
    """Return a tar.gz."""
    return Content(partial(_tar, members, "w:gz", compresslevel=1), below(members))


def tar_xz(*members: Entry) -> Content:
    """Return a tar.xz."""
    return Content(partial(_tar, members, "w:xz", preset=0), below(members))


def tar_bz2(*members: Entry) -> Content:
    """Return a tar.bz2."""
    return Content(partial(_tar, members, "w:bz2", compresslevel=1), below(members))


def tar_zst(*members: Entry) -> Content:
    """Return a tar.zst, its blocks as they are."""
    return Content(lambda: zst(_tar(members, "w")), below(members))


def deb(*members: Entry) -> Content:
    """Return a Debian package, in whose tar names begin with ./ as dpkg-deb writes them."""
    stored = tuple(replace(member, name=f"./{member.name}") for member in members)
    return Content(lambda: deb_of(_tar(stored, "w:gz", compresslevel=1), "data.tar.gz"), below(members))


def rpm(*members: Entry) -> Content:
    """Return an RPM package, in whose payload names begin with ./ as rpmbuild writes them."""

    def data() -> bytes:
        files = [
            File(f"./{member.name}", member.content.data(), REGULAR | member.mode, inode)
            for inode, member in enumerate(members, 1)
        ]
        return rpm_of(lzma.compress(cpio_of(files), preset=0), "xz")

    return Content(data, below(members))


def apk(*members: Entry) -> Content:
    """Return an Alpine package: what it says of itself, and what it installs, each a tar in a stream of gzip."""
    about = Entry(".PKGINFO", noise("pkgname = hello\n"), 0o644)

    def data() -> bytes:
        streams = (_tar((about,), "w")[:UNENDED], _tar(members, "w"))
        return b"".join(gzip.compress(stream, compresslevel=1, mtime=0) for stream in streams)

    return Content(data, below((about, *members)))


def npm(*members: Entry) -> Content:
    """Return an npm package: all of it is in a directory of this name."""
    about = Entry("package.json", noise('{"name": "hello"}\n'), 0o644)
    return tar_gz(*(replace(member, name=f"package/{member.name}") for member in (about, *members)))


def wheel(*members: Entry) -> Content:
    """Return a Python wheel that installs programs."""
    about = Entry("hello-1.0.dist-info/WHEEL", noise("Wheel-Version: 1.0\n"), 0o644)
    return zipped(about, *(replace(member, name=f"hello-1.0.data/scripts/{member.name}") for member in members))


def zipped(*members: Entry) -> Content:
    """Return a zip that keeps modes, as one made on a Unix does."""
    return Content(partial(_zip, members), below(members))


def _tar(members: tuple[Entry, ...], mode: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:
        for member in members:
            data = member.content.data()
            info = tarfile.TarInfo(member.name)
            info.size, info.mode = len(data), member.mode
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _zip(members: tuple[Entry, ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (REGULAR | member.mode) << 16
            info.create_system = 3
            archive.writestr(info, member.content.data())
    return buffer.getvalue()


SINGLE: dict[str, Callable[[bytes], bytes]] = {
    ".gz": partial(gzip.compress, compresslevel=1, mtime=0),
    ".bz2": partial(bz2.compress, compresslevel=1),
    ".xz": partial(lzma.compress, preset=0),
    ".zst": zst,
}
"""By the suffix of their names, what compresses one file."""


def compressed(content: Content, suffix: str) -> Content:
    """Return one compressed file, which keeps neither a name nor a mode."""
    return Content(lambda: SINGLE[suffix](content.data()), content.said, suffix)


CONTAINERS: dict[str, Callable[..., Content]] = {
    ".zip": zipped,
    ".tar.gz": tar_gz,
    ".deb": deb,
    ".tar": tar,
    ".rpm": rpm,
    ".tar.bz2": tar_bz2,
    ".whl": wheel,
    ".tar.xz": tar_xz,
    ".apk": apk,
    ".tar.zst": tar_zst,
    ".tgz": npm,
}
"""By the suffix of their names, everything that holds files."""


def nested(at: int, depth: int, *members: Entry) -> Entry:
    """Return members in this many containers in one another, the outermost the one of that number, then the next."""
    kinds = [list(CONTAINERS)[(at + inward) % len(CONTAINERS)] for inward in range(depth)]
    for suffix in reversed(kinds):
        members = (Entry(f"in{suffix}", CONTAINERS[suffix](*members), 0o644),)
    return members[0]
