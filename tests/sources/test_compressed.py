"""gzip, bzip2, xz and zstd: of a tar, of one file, cut off, damaged, and bombs."""

import bz2
import gzip
import lzma
import random
import zlib

import pytest

from inspector.model import SkipKind, Unknown
from tests.sources.containers import ELF, PE, met, only, tar_of, zip_of
from tests.sources.zst import zipfile, zst, zstd

COMPRESS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}

NOISE = random.Random(7).randbytes(300_000)


@pytest.fixture(params=COMPRESS)
def suffix(request):
    return request.param


def test_a_compressed_tar_is_one_container_whatever_its_name(tmp_path, suffix):
    path = tmp_path / "release"
    path.write_bytes(COMPRESS[suffix](tar_of({"b": PE + NOISE, "a": ELF, "c": b"text"})))
    a, b, c = met(path)
    assert (a.members, a.content, a.mode) == (("a",), ELF, 0o755)
    assert (b.members, b.content) == (("b",), PE + NOISE)
    assert c.kind is SkipKind.NOT_EXECUTABLE


def test_one_compressed_file_is_named_without_its_suffix(tmp_path, suffix):
    path = tmp_path / f"app-linux-arm64.{suffix}"
    path.write_bytes(COMPRESS[suffix](ELF + NOISE))
    thing = only(met(path))
    assert (thing.members, thing.content) == (("app-linux-arm64",), ELF + NOISE)
    assert isinstance(thing.mode, Unknown)


def test_one_compressed_text_is_a_row(tmp_path, suffix):
    path = tmp_path / f"notes.txt.{suffix}"
    path.write_bytes(COMPRESS[suffix](b"text" * 100))
    row = only(met(path))
    assert (row.members, row.kind) == (("notes.txt",), SkipKind.NOT_EXECUTABLE)


def test_nothing_compressed_is_an_empty_file(tmp_path, suffix):
    path = tmp_path / f"nothing.{suffix}"
    path.write_bytes(COMPRESS[suffix](b""))
    assert only(met(path)).reason == "the file is empty"


def test_cut_off_anywhere_is_truncated_with_the_offset(tmp_path, suffix):
    data = COMPRESS[suffix](tar_of({"a": ELF + NOISE[:20_000]}))
    path = tmp_path / "a.tar"
    for step in range(1, 64):
        keep = len(data) * step // 64
        path.write_bytes(data[:keep])
        row = only(met(path))
        assert row.kind is SkipKind.TRUNCATED, keep
        assert f"{keep:#x}" in row.reason


def test_a_flipped_bit_is_malformed(tmp_path, suffix):
    data = bytearray(COMPRESS[suffix](ELF + NOISE))
    data[len(data) // 2] ^= 4
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    row = only(met(path))
    assert row.kind is SkipKind.MALFORMED
    assert "offset" in row.reason


def test_streams_in_a_row_and_padding_are_one_file(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(COMPRESS[suffix](ELF) + COMPRESS[suffix](NOISE) + bytes(1000))
    assert only(met(path)).content == ELF + NOISE


def test_what_follows_the_last_stream_is_ignored_as_gzip_does(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(COMPRESS[suffix](ELF) + b"trailing garbage")
    assert only(met(path)).content == ELF


def test_a_gzip_header_with_every_field_is_read(tmp_path):
    body = gzip.compress(ELF, mtime=0)
    header = body[:3] + b"\x1e" + body[4:10] + b"\x03\0abc" + b"name\0" + b"comment\0"
    path = tmp_path / "a.gz"
    path.write_bytes(header + (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little") + body[10:])
    assert only(met(path)).content == ELF


def bomb(suffix: str, megabytes: int) -> bytes:
    """That many megabytes of zeros behind an executable's magic, made piece by piece."""
    makers = {
        "gz": lambda: zlib.compressobj(9, zlib.DEFLATED, 31),
        "bz2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
        "zst": zstd.ZstdCompressor,
    }
    maker = makers[suffix]()
    return b"".join([maker.compress(ELF), *(maker.compress(bytes(1 << 20)) for _ in range(megabytes)), maker.flush()])


def test_a_bomb_is_a_limit_row(tmp_path, suffix):
    path = tmp_path / f"bomb.{suffix}"
    path.write_bytes(bomb(suffix, 80))
    row = only(met(path))
    assert (row.members, row.kind) == (("bomb",), SkipKind.LIMIT)
    assert "1000 to 1" in row.reason


def test_zeros_below_the_guard_are_an_honest_file(tmp_path, suffix):
    path = tmp_path / f"app.{suffix}"
    path.write_bytes(bomb(suffix, 20))
    assert only(met(path)).content == ELF + bytes(20 << 20)


def test_a_bomb_that_is_no_executable_is_not_unpacked(tmp_path):
    path = tmp_path / "zeros.bz2"
    path.write_bytes(bz2.compress(bytes(100 << 20)))
    assert only(met(path)).kind is SkipKind.NOT_EXECUTABLE


def test_a_bomb_in_a_zip_leaves_the_others(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"a": ELF + bytes(80 << 20), "b": PE}))
    row, other = met(path)
    assert (row.members, row.kind) == (("a",), SkipKind.LIMIT)
    assert other.content == PE


def test_an_xz_that_asks_for_too_much_memory_is_a_limit_row(tmp_path):
    data = bytearray(lzma.compress(ELF, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}]))
    # Block header: 12 bytes in; the LZMA2 dictionary size is one byte, 40 is 4 GiB - 1 (xz-file-format 5.3.1).
    at = data.index(b"\x21\x01", 12) + 2
    data[at] = 40
    size = (data[12] + 1) * 4
    data[12 + size - 4 : 12 + size] = zlib.crc32(data[12 : 12 + size - 4]).to_bytes(4, "little")
    path = tmp_path / "a.xz"
    path.write_bytes(data)
    row = only(met(path))
    assert row.kind is SkipKind.LIMIT
    assert "memory" in row.reason


def test_a_zstd_frame_that_asks_for_too_much_memory_is_a_limit_row(tmp_path):
    path = tmp_path / "a.zst"
    # RFC 8878, 3.1.1.1: a descriptor that says nothing but a window, of 2**(10 + exponent) bytes; then raw blocks.
    block = (len(ELF) << 3 | 1).to_bytes(3, "little") + ELF
    for log, content in ((27, ELF), (28, None), (41, None)):
        path.write_bytes(b"\x28\xb5\x2f\xfd\0" + bytes([log - 10 << 3]) + block)
        thing = only(met(path))
        assert thing.content == content
        assert content or (thing.kind is SkipKind.LIMIT and "memory" in thing.reason), thing


def test_zstd_frames_to_be_skipped_are_skipped_before_and_between_others(tmp_path):
    note = b"\x50\x2a\x4d\x18\x04\0\0\0note"
    path = tmp_path / "a.tar.zst"
    whole = tar_of({"a": ELF + NOISE})
    path.write_bytes(note * 3 + zst(whole[:1000]) + note + zst(whole[1000:]) + note)
    assert only(met(path)).content == ELF + NOISE


def test_zstd_frames_to_be_skipped_have_no_end_but_the_limit(tmp_path):
    path = tmp_path / "a.zst"
    path.write_bytes(zst(ELF) + b"\x5f\x2a\x4d\x18\0\0\0\0" * 100_001)
    row = only(met(path))
    assert row.kind is SkipKind.LIMIT
    assert "streams" in row.reason


def test_a_zstd_frame_to_be_skipped_that_is_longer_than_the_file_is_truncated(tmp_path):
    path = tmp_path / "a.zst"
    path.write_bytes(b"\x50\x2a\x4d\x18\xff\xff\xff\xff" + NOISE)
    assert only(met(path)).kind is SkipKind.TRUNCATED


def test_zips_members_of_method_93_are_zstd(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_ZSTANDARD) as archive:
        archive.writestr("app", ELF + NOISE)
        archive.writestr("bomb", ELF + bytes(80 << 20))
    app, row = met(path)
    assert app.content == ELF + NOISE
    assert (row.members, row.kind) == (("bomb",), SkipKind.LIMIT)
