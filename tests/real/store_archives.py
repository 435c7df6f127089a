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

from tests.real.store import Content, Entry, below
from tests.sources.packages import deb_of
from tests.sources.zst import zst

EPOCH = (2026, 1, 1, 0, 0, 0)


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
            info.external_attr = (0o100000 | member.mode) << 16
            info.create_system = 3
            archive.writestr(info, member.content.data())
    return buffer.getvalue()


SINGLE: dict[str, Callable[[bytes], bytes]] = {
    ".gz": partial(gzip.compress, compresslevel=1, mtime=0),
    ".bz2": partial(bz2.compress, compresslevel=1),
    ".xz": partial(lzma.compress, preset=0),
}
"""By the suffix of their names, what compresses one file."""


def compressed(content: Content, suffix: str) -> Content:
    """Return one compressed file, which keeps neither a name nor a mode."""
    return Content(lambda: SINGLE[suffix](content.data()), content.said, suffix)
