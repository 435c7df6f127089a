"""RPM packages, healthy and hostile; tests/real/test_packages.py holds those of rpmbuild."""

import bz2
import gzip
import lzma
import stat

import pytest

from inspector.model import SkipKind
from tests.sources.containers import ELF, PE, met, only, tar_of
from tests.sources.packages import (
    CPIO_END,
    RPM_LEAD,
    RPM_START,
    File,
    cpio_header,
    cpio_of,
    file_tags,
    files_of,
    integers,
    rpm_header,
    rpm_intro,
    rpm_of,
    string,
    stripped_cpio_of,
)
from tests.sources.zst import zst

COMPRESS = {
    None: bytes,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zst,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}

FILES = files_of({"/usr/bin/app": ELF * 5000, "/usr/lib/b": PE, "/etc/app.conf": b"x=1"})

LINKS = [
    File("/usr/bin/a", b"", inode=7, links=3),
    File("/usr/bin/b", b"", inode=7, links=3),
    File("/usr/bin/c", ELF, inode=7, links=3),
    File("/usr/bin/d", b"c", stat.S_IFLNK | 0o777, inode=8),
    File("/usr/bin", b"", stat.S_IFDIR | 0o755, inode=9),
    File("/usr/pipe", b"", stat.S_IFIFO | 0o644, inode=10),
]


@pytest.fixture
def package(tmp_path):
    def write(data):
        path = tmp_path / "app-1.0-1.x86_64.rpm"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("compressor", COMPRESS)
@pytest.mark.parametrize("form", ["new", "with checksums", "stripped", "stripped, long sizes"])
def test_every_compression_and_format_gives_names_bytes_and_modes(package, compressor, form):
    stripped = form.startswith("stripped")
    payload = stripped_cpio_of(FILES) if stripped else cpio_of(FILES)
    if form == "with checksums":
        payload = payload.replace(b"070701", b"070702")
    tags = file_tags(FILES, long_sizes=form == "stripped, long sizes") if stripped else ()
    conf, app, b = met(package(rpm_of(COMPRESS[compressor](payload), compressor, tags)))
    assert (conf.members, conf.kind) == (("etc/app.conf",), SkipKind.NOT_EXECUTABLE)
    assert (app.members, app.content, app.mode) == (("usr/bin/app",), ELF * 5000, 0o755)
    assert (b.members, b.content) == (("usr/lib/b",), PE)


def test_the_bytes_tell_the_compression_when_the_header_lies(package):
    assert len(met(package(rpm_of(lzma.compress(cpio_of(FILES)), "gzip")))) == 3


@pytest.mark.parametrize("stripped", [False, True])
def test_of_the_names_of_one_file_the_last_brings_its_bytes(package, stripped):
    payload, tags = (stripped_cpio_of(LINKS), file_tags(LINKS)) if stripped else (cpio_of(LINKS), ())
    # The header says of every name what the file has; the payload has it once.
    tags = [integers(1028, 4, [len(ELF)] * 3 + [1, 4096, 0]) if tag[0] == 1028 else tag for tag in tags]
    thing = only(met(package(rpm_of(payload, None, tags))))
    assert (thing.members, thing.content) == (("usr/bin/c",), ELF)


def test_files_that_the_package_does_not_bring_are_no_links(package):
    files = [File("/a", ELF, inode=3), File("/b", b"", inode=3)]
    tags = [integers(1037, 4, [0, 64]) if tag[0] == 1037 else tag for tag in file_tags(files)]
    assert only(met(package(rpm_of(stripped_cpio_of(files[:1]), None, tags)))).members == ("a",)


def test_a_source_package_holds_its_archives(package):
    source = gzip.compress(tar_of({"app-1.0/testdata/app": ELF}))
    things = met(package(rpm_of(cpio_of([File("app.spec", b"Name: app"), File("app-1.0.tar.gz", source)]))))
    assert things[0].members == ("app-1.0.tar.gz", "app-1.0/testdata/app")
    assert things[1].kind is SkipKind.NOT_EXECUTABLE


def test_a_delta_is_unreadable(package):
    data = RPM_START + rpm_header([string(1124, "drpm"), string(1125, "gzip")]) + gzip.compress(b"DLT3")
    row = only(met(package(data)))
    assert (row.members, row.kind) == ((), SkipKind.UNREADABLE)
    assert "delta" in row.reason


@pytest.mark.parametrize("compressor", [compressor for compressor in COMPRESS if compressor])
def test_cut_off_anywhere_is_one_truncated_row(package, compressor):
    data = rpm_of(COMPRESS[compressor](cpio_of(FILES[1:])), compressor)
    for keep in range(4, len(data) - 1, 3):
        row = only(met(package(data[:keep])))
        assert (row.members, row.kind) == ((), SkipKind.TRUNCATED), keep


def test_a_payload_cut_off_keeps_what_is_whole(package):
    payload = cpio_of(files_of({"a": ELF, "b": PE}))
    for keep in range(len(ELF) + 116, len(payload) - len(CPIO_END), 9):
        things = met(package(rpm_of(gzip.compress(payload[:keep]), "gzip")))
        assert things[0].content == ELF, keep
        assert things[-1].kind is SkipKind.TRUNCATED, keep


def test_a_payload_without_its_trailer_is_truncated(package):
    first, row = met(package(rpm_of(cpio_of(files_of({"a": ELF}))[: -len(CPIO_END)])))
    assert first.content == ELF
    assert (row.members, row.kind) == ((), SkipKind.TRUNCATED)
    assert "in the payload: the archive ends without its trailer" in row.reason


@pytest.mark.parametrize("compressor", ["gzip", "xz", "zstd", "bzip2"])
def test_a_flipped_bit_is_malformed_with_its_offset(package, compressor):
    data = bytearray(rpm_of(COMPRESS[compressor](cpio_of([File("a", ELF + bytes(range(256)) * 40)])), compressor))
    data[len(data) - 60] ^= 4
    row = only(met(package(bytes(data))))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert "offset" in row.reason


HOSTILE_HEADERS = {
    "signatures of 2^32 tags": (RPM_LEAD + rpm_intro(0xFFFFFFFF, 16), SkipKind.LIMIT),
    "signatures of 2^32 bytes": (RPM_LEAD + rpm_intro(1, 0xFFFFFFFF), SkipKind.LIMIT),
    "a header of 2^32 tags": (RPM_START + rpm_intro(0xFFFFFFFF, 16), SkipKind.LIMIT),
    "a header of 2^32 bytes": (RPM_START + rpm_intro(1, 0xFFFFFFFF), SkipKind.LIMIT),
    "as many tags as rpm takes": (RPM_START + rpm_intro(0xFFFF, 0xFFFFFFF), SkipKind.TRUNCATED),
    "another magic": (RPM_START + bytes(16), SkipKind.MALFORMED),
    "no payload": (RPM_START + rpm_header([string(1124, "cpio")]), SkipKind.TRUNCATED),
    "a string behind the data": (
        RPM_START + rpm_header([(1125, 6, 1, b"")]) + cpio_of(FILES),
        SkipKind.TRUNCATED,
    ),
}


@pytest.mark.parametrize(("start", "kind"), HOSTILE_HEADERS.values(), ids=HOSTILE_HEADERS)
def test_a_hostile_header_is_one_row(package, start, kind):
    row = only(met(package(start + bytes(100) if kind is SkipKind.LIMIT else start)))
    assert (row.members, row.kind) == ((), kind)


def lying(tag, kind, count, data=b"\0\0\0\1"):
    """The tags of one file, one of them replaced."""
    return [item for item in file_tags(FILES[:1]) if item[0] != tag] + [(tag, kind, count, data)]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        pytest.param((), SkipKind.MALFORMED, id="no files at all"),
        pytest.param(lying(1116, 4, 1), SkipKind.MALFORMED, id="a directory that is none"),
        pytest.param(lying(1030, 6, 1), SkipKind.MALFORMED, id="modes that are no integers"),
        pytest.param(lying(1028, 4, 0xFFFFFFFF), SkipKind.LIMIT, id="2^32 sizes"),
        pytest.param(lying(1028, 4, 200_000), SkipKind.TRUNCATED, id="more sizes than there are"),
        pytest.param(lying(1117, 8, 0xFFFFFFFF), SkipKind.LIMIT, id="2^32 names"),
        pytest.param(lying(1117, 8, 200_000), SkipKind.TRUNCATED, id="more names than there are"),
        pytest.param(lying(1117, 8, 1, b"n" * (17 << 20)), SkipKind.LIMIT, id="a name of 17 MiB"),
    ],
)
def test_files_that_the_header_describes_badly_are_one_row(package, tags, kind):
    row = only(met(package(rpm_of(stripped_cpio_of(FILES[:1]), None, tags))))
    assert (row.members, row.kind) == ((), kind)


def test_a_size_that_reaches_past_the_payload_is_the_members_row(package):
    files = [File("/a", ELF), File("/big", PE)]
    tags = [integers(5008, 5, [len(ELF), 1 << 62]) if tag[0] == 1028 else tag for tag in file_tags(files)]
    first, row = met(package(rpm_of(stripped_cpio_of(files), None, tags)))
    assert first.content == ELF
    assert (row.members, row.kind) == (("big",), SkipKind.TRUNCATED)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        pytest.param(cpio_header(b"a", name_size=0xFFFFFFFF), SkipKind.LIMIT, id="a name of 2^32 bytes"),
        pytest.param(cpio_header(b"a", name_size=0), SkipKind.MALFORMED, id="a name of no bytes"),
        pytest.param(cpio_header(b"a", name_size=90_000), SkipKind.TRUNCATED, id="a name past the end"),
        pytest.param(cpio_header(b"a").replace(b"00000000", b"0000 00x", 1), SkipKind.MALFORMED, id="no digits"),
        pytest.param(b"070707" + bytes(104), SkipKind.MALFORMED, id="the portable format"),
        pytest.param(
            cpio_header(b"l", size=0xFFFFFFF0, file=File("", mode=stat.S_IFLNK)), SkipKind.TRUNCATED, id="a long link"
        ),
        pytest.param(b"07070Xzzzzzzzz\0\0", SkipKind.MALFORMED, id="an index that is no number"),
        pytest.param(b"07070X7fffffff\0\0", SkipKind.MALFORMED, id="an index of no file"),
    ],
)
def test_a_hostile_cpio_header_is_one_row_and_what_came_before_is_kept(package, header, kind):
    before = cpio_of(files_of({"a": ELF}))[: -len(CPIO_END)]
    first, row = met(package(rpm_of(gzip.compress(before + header + CPIO_END), "gzip")))
    assert first.content == ELF
    assert (row.members, row.kind) == ((), kind)
    assert "in the payload" in row.reason
    assert "offset" in row.reason


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (b"./usr/bin/app", "usr/bin/app"),
        (b"/usr/bin/app", "usr/bin/app"),
        (b"../../etc/cron.d/x", "../../etc/cron.d/x"),
        (b"nu\0l", "nu"),
        (b"new\nline", r"new\x0aline"),
        (b"\x1b[2Jescape", r"\x1b[2Jescape"),
        (b"caf\xe9", r"caf\xe9"),
    ],
)
def test_hostile_names_are_shown_escaped(package, stored, shown):
    payload = cpio_header(stored, size=len(ELF), file=File("")) + ELF + bytes(-len(ELF) % 4) + CPIO_END
    assert only(met(package(rpm_of(payload)))).members == (shown,)


def test_a_name_of_64_kib_is_a_limit_row_and_the_others_go_on(package):
    row, other = sorted(
        met(package(rpm_of(cpio_of([File("n" * 65536, ELF), File("app", PE)])))), key=lambda thing: thing.content or b""
    )
    assert row.kind is SkipKind.LIMIT
    assert len(row.members[0]) == 4097
    assert other.content == PE


def test_names_of_more_bytes_than_the_limit_are_one_row_more(package):
    header = cpio_header(b"n" * 1_000_000)
    things = met(package(rpm_of(header * 40 + CPIO_END)))
    assert len(things) == 17
    assert (things[-1].members, things[-1].kind) == ((), SkipKind.LIMIT)


def test_a_million_members_are_100_000_rows_and_one(package):
    things = met(package(rpm_of(gzip.compress(cpio_header(b"m") * 1_000_000 + CPIO_END, 1), "gzip")))
    assert len(things) == 100_001
    assert (things[-1].members, things[-1].kind) == ((), SkipKind.LIMIT)


def test_a_million_directories_are_one_row(package):
    header = cpio_header(b"d", file=File("", mode=stat.S_IFDIR))
    row = only(met(package(rpm_of(gzip.compress(header * 1_000_000 + CPIO_END, 1), "gzip"))))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)


def test_a_bomb_in_a_package_is_one_limit_row(package):
    row = only(met(package(rpm_of(zst(cpio_of([File("a", ELF + bytes(80 << 20))])), "zstd"))))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)
    assert "1000 to 1" in row.reason
