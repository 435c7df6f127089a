"""Debian packages, healthy and hostile; tests/real/test_packages.py holds those of dpkg-deb."""

import bz2
import gzip
import lzma
import tarfile
import time

import pytest

from inspector.model import SkipKind
from inspector.sources.limits import MAX_DEPTH
from tests.sources.containers import ELF, PE, TAR_END, met, only, padded, tar_header, tar_of, zip_of
from tests.sources.packages import AR, DEB_START, ar_header, ar_member, deb_of, nested_debs
from tests.sources.zst import zst

COMPRESS = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zst,
    ".lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}


@pytest.fixture
def package(tmp_path):
    def write(data):
        path = tmp_path / "app_1.0_amd64.deb"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("suffix", COMPRESS)
def test_every_compression_gives_names_bytes_and_modes(package, suffix):
    tar = tar_of({"./usr/bin/app": ELF * 5000, "./usr/lib/b": PE, "./etc/app.conf": b"x=1"}, mode=0o640)
    conf, app, b = met(package(deb_of(COMPRESS[suffix](tar), f"data.tar{suffix}")))
    assert (conf.members, conf.kind) == (("etc/app.conf",), SkipKind.NOT_EXECUTABLE)
    assert (app.members, app.content, app.mode) == (("usr/bin/app",), ELF * 5000, 0o640)
    assert (b.members, b.content) == (("usr/lib/b",), PE)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("./usr/bin/app", "usr/bin/app"),
        ("usr/bin/app", "usr/bin/app"),
        ("/usr/bin/app", "usr/bin/app"),
        (".//./usr/bin/app", "usr/bin/app"),
        ("../../etc/cron.d/x", "../../etc/cron.d/x"),
        ("./../x", "../x"),
        (".hidden", ".hidden"),
        ("/", "/"),
        ("new\nline", r"new\x0aline"),
        ("\x1b[2Jescape", r"\x1b[2Jescape"),
    ],
)
def test_a_file_is_named_by_its_place_below_the_root(package, stored, shown):
    tar = tar_header(stored.encode(), len(ELF)) + padded(ELF) + TAR_END
    assert only(met(package(deb_of(tar)))).members == (shown,)


def test_a_package_in_an_archive_and_an_archive_in_a_package_make_one_chain(tmp_path):
    inner = gzip.compress(tar_of({"plugin": ELF}))
    deb = deb_of(lzma.compress(tar_of({"./usr/share/plugins.tgz": inner})), "data.tar.xz")
    path = tmp_path / "release.tar.gz"
    path.write_bytes(gzip.compress(tar_of({"app.deb": deb})))
    assert only(met(path)).members == ("app.deb", "usr/share/plugins.tgz", "plugin")


def test_signatures_and_control_files_are_no_members(package):
    control = ar_member("control.tar", tar_of({"./postinst": PE}))
    start = AR + ar_member("debian-binary/", b"2.0\n") + ar_member("_gpgbuilder", b"PGP") + control
    data = start + ar_member("data.tar/", tar_of({"./app": ELF})) + ar_member("_gpgorigin", b"PGP")
    assert only(met(package(data))).content == ELF


def test_of_two_data_archives_the_first_counts_as_for_dpkg(package):
    data = deb_of(tar_of({"./a": ELF})) + ar_member("data.tar.gz", gzip.compress(tar_of({"./b": PE})))
    assert only(met(package(data))).members == ("a",)


def test_a_package_that_installs_nothing_has_its_one_line(package):
    row = only(met(package(deb_of(tar_of({})))))
    assert (row.kind, row.reason) == (SkipKind.NOT_EXECUTABLE, "an archive without files")


def test_another_version_is_unreadable(package):
    row = only(met(package(deb_of(tar_of({"./a": ELF})).replace(b"2.0\n", b"3.0\n", 1))))
    assert row.kind is SkipKind.UNREADABLE
    assert "version 3.0" in row.reason


@pytest.mark.parametrize("suffix", [suffix for suffix in COMPRESS if suffix])
def test_cut_off_anywhere_is_one_truncated_row(package, suffix):
    data = deb_of(COMPRESS[suffix](tar_of({"./a": ELF * 100})), f"data.tar{suffix}")
    for keep in range(21, len(data) - 2, 5):
        row = only(met(package(data[:keep])))
        assert (row.members, row.kind) == ((), SkipKind.TRUNCATED), keep


@pytest.mark.parametrize("suffix", [suffix for suffix in COMPRESS if suffix])
def test_data_that_end_too_early_inside_a_whole_package_say_where(package, suffix):
    whole = COMPRESS[suffix](tar_of({"./a": ELF * 100}))
    data = deb_of(whole[: len(whole) // 4 * 2], f"data.tar{suffix}")
    row = only(met(package(data)))
    assert (row.members, row.kind) == ((), SkipKind.TRUNCATED)
    assert f"{len(data):#x}" in row.reason


def test_damage_inside_the_data_says_where_and_keeps_what_came_before(package):
    tar = bytearray(tar_of({"./a": ELF, "./b": PE}, tarfile.USTAR_FORMAT))
    tar[1024] ^= 1
    first, row = met(package(deb_of(lzma.compress(bytes(tar)), "data.tar.xz")))
    assert first.content == ELF
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert row.reason == "in data.tar.xz: a tar header's checksum is wrong (at offset 0x400)"


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst", ".bz2"])
def test_a_flipped_bit_is_malformed_with_its_offset(package, suffix):
    data = bytearray(deb_of(COMPRESS[suffix](tar_of({"./a": ELF + bytes(range(256)) * 40})), f"data.tar{suffix}"))
    data[len(data) - 60] ^= 4
    row = only(met(package(bytes(data))))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert "offset" in row.reason


def test_data_of_no_known_kind_are_malformed(package):
    row = only(met(package(deb_of(b"hello " * 200, "data.tar.br"))))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert "data.tar.br" in row.reason


@pytest.mark.parametrize("start", [AR + ar_member("debian-binary", b"2.0\n"), DEB_START])
def test_a_package_without_data_is_truncated(package, start):
    row = only(met(package(start)))
    assert (row.members, row.kind) == ((), SkipKind.TRUNCATED)
    assert "data.tar" in row.reason


def test_a_bomb_in_a_package_is_one_limit_row(package):
    row = only(met(package(deb_of(lzma.compress(tar_of({"./a": ELF + bytes(80 << 20)}), preset=0), "data.tar.xz"))))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)
    assert "1000 to 1" in row.reason


def test_a_member_that_claims_9_gb_is_truncated(package):
    row = only(met(package(DEB_START + ar_header("data.tar", 9_999_999_999))))
    assert (row.members, row.kind) == ((), SkipKind.TRUNCATED)


def test_parts_without_end_are_a_limit_row(package):
    row = only(met(package(DEB_START + ar_member("_", b"") * 70_000)))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)


def test_packages_in_one_another_are_looked_into_to_the_stated_depth(package):
    assert only(met(package(nested_debs(ELF, MAX_DEPTH)))).content == ELF
    start = time.monotonic()
    row = only(met(package(nested_debs(ELF, 10_000))))
    assert time.monotonic() - start < 5
    assert (row.members, row.kind) == (("inner.deb",) * MAX_DEPTH, SkipKind.LIMIT)


def test_more_members_than_the_limit_are_one_row_more(package):
    tar = tar_of({"m": b""}, tarfile.USTAR_FORMAT)[:512] * 100_001 + bytes(1024)
    things = met(package(deb_of(gzip.compress(tar, 1), "data.tar.gz")))
    assert len(things) == 100_001
    assert (things[-1].members, things[-1].kind) == ((), SkipKind.LIMIT)


def test_a_package_in_a_zip_keeps_the_others(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"a.deb": DEB_START, "b": PE}))
    row, other = met(path)
    assert (row.members, row.kind) == (("a.deb",), SkipKind.TRUNCATED)
    assert other.content == PE
