"""Damaged containers yield rows and artifacts, and never raise."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import Unknown, Window
from inspector.model import Skipped
from inspector.sources.archives import Artifact, artifacts
from inspector.sources.limits import Budget
from inspector.sources.place import Place
from tests.sources.containers import ELF, PE, tar_of, zip_of
from tests.sources.packages import apk_of, cpio_of, deb_of, file_tags, files_of, rpm_of, stripped_cpio_of
from tests.sources.zst import zst

FILES = {
    "bin/app": ELF + random.Random(1).randbytes(2000),
    "a" * 120 + "/" + "b" * 60: PE,
    "näme": b"text" * 50,
    "inner.zip": zip_of({"app": ELF, "b": PE}),
    "inner.tgz": gzip.compress(tar_of({"app": ELF})),
}

CONTAINERS = (
    zip_of(FILES),
    zip_of(FILES, zipfile.ZIP_STORED),
    zip_of(FILES, zipfile.ZIP_BZIP2),
    tar_of(FILES, tarfile.USTAR_FORMAT | 0),
    tar_of(FILES, tarfile.GNU_FORMAT),
    tar_of(FILES, tarfile.PAX_FORMAT),
    gzip.compress(tar_of(FILES)),
    bz2.compress(tar_of(FILES)),
    lzma.compress(tar_of(FILES)),
    zst(tar_of(FILES)),
    deb_of(tar_of(FILES)),
    deb_of(lzma.compress(tar_of(FILES)), "data.tar.xz"),
    rpm_of(cpio_of(files_of(FILES))),
    rpm_of(stripped_cpio_of(files_of(FILES)), None, file_tags(files_of(FILES))),
    rpm_of(zst(cpio_of(files_of(FILES))), "zstd"),
    apk_of({".PKGINFO": b"pkgname = app"}, FILES),
    gzip.compress(ELF * 100),
)


def walked(data: bytes) -> list[Artifact | Skipped]:
    """Everything met, each artifact read to its end."""
    place = Place("x", named=True, name="x", names=(("file name", "x"),))
    things = []
    for thing in artifacts(place, Window.of_bytes(data), Unknown("bytes"), Budget()):
        if isinstance(thing, Artifact):
            assert sum(len(chunk) for _, chunk in thing.window.chunks()) == thing.window.size
        else:
            assert thing.reason.isprintable()
        things.append(thing)
    return things


def test_the_undamaged_ones_are_whole():
    for data in CONTAINERS[:-1]:
        assert sum(isinstance(thing, Artifact) for thing in walked(data)) == 5
    assert len(walked(CONTAINERS[-1])) == 1


@settings(max_examples=600, deadline=2000, suppress_health_check=[HealthCheck.data_too_large])
@given(
    data=st.sampled_from(CONTAINERS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=12)), max_size=6),
    keep=st.just(1.0) | st.floats(0, 1),
)
def test_damage_anywhere_yields_rows_only(data, changes, keep):
    damaged = bytearray(data)
    for where, new in changes:
        at = int(where * len(damaged))
        damaged[at : at + len(new)] = new
    assert walked(bytes(damaged[: int(keep * len(damaged))]))


def _with_checksum(block: bytearray) -> bytes:
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


@settings(max_examples=400, deadline=2000)
@given(
    kind=st.sampled_from([b"0", b"S", b"x", b"X", b"g", b"L", b"K", b"7", b"1", b"V", b"M", b"\0"]),
    size=st.binary(min_size=12, max_size=12) | st.integers(0, 3000).map(lambda size: b"%011o\0" % size),
    tail=st.binary(min_size=255, max_size=255),
    body=st.binary(max_size=600)
    | st.lists(
        st.tuples(
            st.sampled_from(
                ["path", "size", "GNU.sparse.map", "GNU.sparse.size", "GNU.sparse.major", "GNU.sparse.offset"]
            ),
            st.text(max_size=20) | st.integers(0, 10**25).map(str),
        )
    ).map(lambda records: b"".join(_record(*record) for record in records)),
)
def test_any_tar_header_with_a_right_checksum_yields_rows_only(kind, size, tail, body):
    block = bytearray(512)
    block[:3] = b"app"
    block[100:108] = b"0000644\0"
    block[124:136] = size
    block[257:512] = tail
    block[156:157] = kind
    out = io.BytesIO()
    out.write(_with_checksum(block))
    out.write(body + bytes(-len(body) % 512))
    out.write(tar_of({"next": ELF}, tarfile.USTAR_FORMAT))
    assert walked(out.getvalue())


def _record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n".encode()
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest
