"""Tar archives, healthy and hostile; tarfile and GNU tar are the second opinion on healthy ones."""

import io
import os
import subprocess
import tarfile

import pytest

from inspector.model import SkipKind
from tests.sources.containers import ELF, PE, TAR_END, met, only, padded, tar_header, tar_of

LONG = "d" * 90 + "/" + "e" * 50 + "/app"


@pytest.fixture
def archive(tmp_path):
    def write(data):
        path = tmp_path / "app.tar"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_format_gives_names_bytes_and_modes_as_tarfile_does(archive, form):
    long = LONG if form == tarfile.USTAR_FORMAT else "x/" * 300 + LONG
    files = {"zz": ELF, long: PE * 100, "näme-文": ELF + b"!", "bin/a": PE, "text": b"text", "empty": b""}
    path = archive(tar_of(files, form, mode=0o640))
    with tarfile.open(path) as opened:
        known = sorted((info.name, opened.extractfile(info).read(), info.mode) for info in opened)
    things = met(path)
    assert [thing.members[0] for thing in things] == [name for name, _, _ in known]
    for thing, (_, data, mode) in zip(things, known, strict=True):
        assert (thing.content, thing.mode) == (data, mode) if data[:4] in {ELF[:4], PE[:4]} else thing.content is None


@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_what_gnu_tar_writes_is_read(tmp_path, form):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/app").write_bytes(ELF * 1000)
    (tmp_path / "dist/app").chmod(0o755)
    (tmp_path / "dist/link").symlink_to("app")
    (tmp_path / "dist/hard").hardlink_to(tmp_path / "dist/app")
    if form != "v7":  # which has no pipes
        os.mkfifo(tmp_path / "dist/pipe")
    subprocess.run(["tar", f"--format={form}", "-cf", "t.tar", "dist"], cwd=tmp_path, check=True)
    thing = only(met(tmp_path / "t.tar"))
    assert thing.members in {("dist/app",), ("dist/hard",)}
    assert (thing.content, thing.mode) == (ELF * 1000, 0o755)


@pytest.mark.parametrize(
    "options",
    [["--format=gnu"], *(["--format=posix", f"--sparse-version={version}"] for version in ("0.0", "0.1", "1.0"))],
)
@pytest.mark.parametrize("pieces", [1, 3, 60])
def test_sparse_files_get_their_holes_back(tmp_path, options, pieces):
    with (tmp_path / "app").open("wb") as file:
        file.write(ELF)
        for piece in range(pieces):
            file.seek(200_000 * (piece + 1))
            file.write(b"data %d" % piece)
        file.truncate(200_000 * (pieces + 1))
    subprocess.run(["tar", *options, "-S", "-cf", "t.tar", "app", "app"], cwd=tmp_path, check=True)
    assert (tmp_path / "t.tar").stat().st_size < (tmp_path / "app").stat().st_size * (pieces + 1) / 3
    first = met(tmp_path / "t.tar")[0]
    assert first.members == ("app",)
    assert first.content == (tmp_path / "app").read_bytes()


def test_a_name_that_is_no_utf8_is_shown_by_its_bytes(archive):
    path = archive(tar_header(b"caf\xe9\n", len(ELF)) + padded(ELF) + TAR_END)
    assert only(met(path)).members == (r"caf\xe9\x0a",)


def test_links_and_devices_need_no_row(archive):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for kind in (
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.CHRTYPE,
            tarfile.BLKTYPE,
            tarfile.FIFOTYPE,
            tarfile.DIRTYPE,
        ):
            info = tarfile.TarInfo(f"type {kind!r}")
            info.type = kind
            info.linkname = "/etc/passwd"
            tar.addfile(info)
    row = only(met(archive(out.getvalue())))
    assert (row.members, row.reason) == ((), "an archive without files")


def test_a_global_header_like_gits_is_passed_over(archive):
    comment = b"52 comment=0123456789012345678901234567890123456789\n"
    data = tar_header(b"pax_global_header", len(comment), b"g") + padded(comment) + tar_of({"app": ELF})
    assert only(met(archive(data))).content == ELF


def test_a_tar_cut_off_anywhere_says_so_and_keeps_what_is_whole(archive):
    # USTAR: one block of header, one of data, twice, then the end mark.
    data = tar_of({"a": ELF, "b": PE}, tarfile.USTAR_FORMAT)
    for keep in range(512, 2048, 64):
        things = met(archive(data[:keep]))
        assert (ELF in [thing.content for thing in things]) == (keep >= 512 + len(ELF)), keep
        assert things[-1].kind is SkipKind.TRUNCATED, keep
    assert [thing.content for thing in met(archive(data[:2560]))] == [ELF, PE]


def test_a_cut_off_member_has_its_own_row(archive):
    row = only(met(archive(tar_of({"a": ELF * 100}, tarfile.USTAR_FORMAT)[:2000])))
    assert (row.members, row.kind) == (("a",), SkipKind.TRUNCATED)
    assert "0x7d0" in row.reason


def test_a_wrong_checksum_is_malformed_with_its_offset(archive):
    data = bytearray(tar_of({"a": ELF, "b": PE}, tarfile.USTAR_FORMAT))
    data[1024] ^= 1
    first, row = met(archive(bytes(data)))
    assert first.content == ELF
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert "0x400" in row.reason


def test_a_member_that_claims_100_gb_is_one_row(archive):
    data = tar_of({"a": ELF}, tarfile.USTAR_FORMAT)[:1024]
    huge = (100_000_000_000).to_bytes(12, "big")
    row = only(met(archive(data.replace(data[:512], tar_header(b"big", b"\x80" + huge[1:])) + padded(PE) + TAR_END)))
    assert (row.members, row.kind) == (("big",), SkipKind.TRUNCATED)
    assert f"ends {100_000_000_000 - 1024 - len(TAR_END)} bytes before" in row.reason


@pytest.mark.parametrize(("start", "kind"), [(b"data", SkipKind.NOT_EXECUTABLE), (ELF, SkipKind.LIMIT)])
def test_of_members_over_the_limit_only_programs_and_archives_matter(tmp_path, start, kind):
    size = 3 << 30
    path = tmp_path / "a.tar"
    with path.open("wb") as tar:  # with a hole that takes no room on disk
        tar.write(tar_header(b"big", size) + start)
        tar.seek(512 + size)
        tar.write(tar_of({"next": ELF}))
    row, program = met(path)
    assert (row.members, row.kind) == (("big",), kind)
    assert program.content == ELF


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(tar_header(b"x", b"\xff" * 11 + b"\0"), id="a negative size, CVE-2025-8194"),
        pytest.param(tar_header(b"x", b"00000000009\0"), id="a size that is not octal"),
        pytest.param(tar_header(b"x", 512, b"x") + b"1 " * 255 + b"=\n", id="records of length 1, CVE-2024-6232"),
        pytest.param(tar_header(b"x", 20, b"x") + padded(b"9999999999 path=abc\n"), id="a record past its header"),
        pytest.param(
            tar_header(b"x", 12, b"x") + padded(b"12 size=-12\n") + tar_header(b"a", 0), id="a negative pax size"
        ),
        pytest.param(tar_header(b"a", 512, b"S", at386=b"z" * 24), id="a sparse map of letters"),
        pytest.param(
            tar_header(b"x", 60, b"x")
            + padded(b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n16 ignored=data\n")
            + tar_header(b"a", 512)
            + padded(b"3\n1\n"),
            id="a sparse map that ends early",
        ),
    ],
)
def test_a_malformed_header_is_one_row(archive, first):
    row = only(met(archive(first + padded(ELF) + TAR_END)))
    assert row.kind is SkipKind.MALFORMED


@pytest.mark.parametrize("kind", [b"x", b"L", b"K"])
def test_an_extension_header_that_claims_10_gb_is_a_limit_row(archive, kind):
    row = only(met(archive(tar_header(b"x", b"\x80" + (10**10).to_bytes(11, "big"), kind) + padded(ELF))))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)


def test_a_sparse_map_that_disagrees_with_its_data_is_malformed(archive):
    entry = b"00000000000\0" + b"00000777777\0"
    header = tar_header(b"app", 512, b"S", at386=entry, at483=b"00001000000\0")
    row = only(met(archive(header + padded(ELF) + TAR_END)))
    assert (row.members, row.kind) == (("app",), SkipKind.MALFORMED)


def test_a_sparse_file_of_nothing_but_holes_is_a_limit_row(archive):
    entry = b"00000000000\0" + b"00000001000\0"
    header = tar_header(b"app", 512, b"S", at386=entry, at483=b"07777777777\0")
    row = only(met(archive(header + padded(ELF) + TAR_END)))
    assert (row.members, row.kind) == (("app",), SkipKind.LIMIT)


def test_a_chain_of_extension_headers_is_walked_without_recursion(archive):
    chain = (tar_header(b"x", 0, b"x")) * 5000
    assert only(met(archive(chain + tar_of({"app": ELF})))).content == ELF


def test_more_members_than_the_limit_are_one_row_more(archive):
    data = tar_header(b"m", 0) * 100_001
    things = met(archive(data + TAR_END))
    assert len(things) == 100_001
    assert (things[-1].members, things[-1].kind) == ((), SkipKind.LIMIT)


def test_a_name_without_end_is_a_limit_row_and_the_others_go_on(archive):
    name = b"n" * 5000 + b"\0"
    data = tar_header(b"././@LongLink", len(name), b"L") + padded(name) + tar_header(b"n", len(ELF)) + padded(ELF)
    row, other = sorted(met(archive(data + tar_of({"app": PE}))), key=lambda thing: thing.content or b"")
    assert row.kind is SkipKind.LIMIT
    assert len(row.members[0]) == 4097
    assert other.content == PE
