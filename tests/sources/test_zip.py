"""Zip archives, healthy and hostile."""

import io
import stat
import struct
import zipfile

import pytest

from inspector.model import SkipKind, Unknown
from tests.sources.containers import ELF, PE, met, only, zip_of


@pytest.fixture
def archive(tmp_path):
    def write(data):
        path = tmp_path / "app_windows_386.zip"
        path.write_bytes(data)
        return path

    return write


def directory_entry(data: bytes, index: int = 0) -> int:
    """Offset of a member's entry in the central directory."""
    at = data.index(b"PK\1\2")
    for _ in range(index):
        at = data.index(b"PK\1\2", at + 4)
    return at


def patched(data: bytes, at: int, form: str, value: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(form, out, at, value)
    return bytes(out)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_come_sorted_with_their_bytes_and_modes(archive, method):
    path = archive(zip_of({"b/app.exe": PE, "a": ELF * 5000, "README": b"text", "empty": b""}, method))
    readme, a, app, empty = met(path)
    assert (a.members, a.content, a.mode) == (("a",), ELF * 5000, 0o755)
    assert (app.members, app.content) == (("b/app.exe",), PE)
    assert (readme.kind, empty.kind) == (SkipKind.NOT_EXECUTABLE, SkipKind.NOT_EXECUTABLE)
    assert empty.reason == "the file is empty"


def test_directories_and_links_are_no_members(archive):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr("bin/", b"")
        link = zipfile.ZipInfo("latest")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "bin/app")
        opened.writestr("bin/app", ELF)
    assert only(met(archive(out.getvalue()))).members == ("bin/app",)


@pytest.mark.parametrize(("system", "attributes"), [(0, 0o755 << 16), (3, 0x20)])
def test_a_zip_without_modes_says_so(archive, system, attributes):
    data = zip_of({"app": ELF})
    at = directory_entry(data)
    data = patched(patched(data, at + 5, "<B", system), at + 38, "<I", attributes)
    assert isinstance(only(met(archive(data))).mode, Unknown)


def test_an_encrypted_member_is_unreadable_and_the_others_go_on(archive):
    data = zip_of({"a": ELF, "b": PE})
    data = patched(data, directory_entry(data) + 8, "<H", 1)
    secret, plain = met(archive(data))
    assert (secret.kind, secret.reason) == (SkipKind.UNREADABLE, "encrypted")
    assert plain.content == PE


def test_an_unknown_compression_is_unreadable_and_named(archive):
    row = only(met(archive(zip_of({"a": ELF}, zipfile.ZIP_LZMA))))
    assert row.kind is SkipKind.UNREADABLE
    assert "14 (LZMA)" in row.reason


def test_a_wrong_crc_is_malformed(archive):
    data = zip_of({"a": ELF})
    at = directory_entry(data) + 16
    row = only(met(archive(patched(data, at, "<I", 0x12345678))))
    assert row.kind is SkipKind.MALFORMED
    assert "12345678" in row.reason


@pytest.mark.parametrize("claim", [10, 10_000])
def test_a_size_that_lies_is_malformed(archive, claim):
    data = zip_of({"a": ELF})
    row = only(met(archive(patched(data, directory_entry(data) + 24, "<I", claim))))
    assert row.kind is SkipKind.MALFORMED
    assert str(claim) in row.reason


def test_a_member_that_claims_100_gb_is_one_row_and_the_others_go_on(archive):
    huge = 100_000_000_000
    data = zip_of({"a": ELF, "b": PE}, zipfile.ZIP_STORED)
    at = directory_entry(data)
    # A zip64 extra field carries the size: the entry grows by 12 bytes, the end record says so.
    extra = struct.pack("<HHQ", 1, 8, huge)
    entry = bytearray(data[at : at + 47])
    struct.pack_into("<I", entry, 24, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(extra))
    data = data[:at] + bytes(entry) + extra + data[at + 47 :]
    end = data.index(b"PK\5\6")
    data = patched(data, end + 12, "<I", end - at)
    row, other = met(archive(data))
    assert (row.members, row.kind) == (("a",), SkipKind.MALFORMED)
    assert str(huge) in row.reason
    assert other.content == PE


def test_a_member_behind_the_end_is_truncated_and_the_others_go_on(archive):
    data = zip_of({"a": ELF, "b": PE})
    at = directory_entry(data) + 42
    row, other = met(archive(patched(data, at, "<I", 0x7FFFFFF0)))
    assert row.kind is SkipKind.TRUNCATED
    assert other.content == PE


def test_a_local_header_of_another_name_is_malformed(archive):
    data = zip_of({"app": ELF})
    row = only(met(archive(data.replace(b"app", b"ape", 1))))
    assert row.kind is SkipKind.MALFORMED
    assert "another file" in row.reason


def test_a_cut_off_zip_is_truncated(archive):
    data = zip_of({"a": ELF, "b": PE})
    for keep in range(4, len(data) - 1, 7):
        row = only(met(archive(data[:keep])))
        assert (row.members, row.kind) == ((), SkipKind.TRUNCATED), keep


def test_a_damaged_directory_is_malformed(archive):
    data = zip_of({"a": ELF})
    row = only(met(archive(patched(data, directory_entry(data), "<I", 0))))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)


def test_a_name_that_is_no_utf8_where_it_must_be_is_malformed(archive):
    data = zip_of({"né": ELF})
    assert only(met(archive(data.replace("né".encode(), b"n\xff\xfe")))).kind is SkipKind.MALFORMED


def test_an_empty_zip_has_its_one_line(archive):
    row = only(met(archive(zip_of({}))))
    assert (row.kind, row.reason) == (SkipKind.NOT_EXECUTABLE, "an archive without files")


def test_a_zip_behind_other_bytes_and_with_a_comment_is_read(archive):
    out = io.BytesIO(zip_of({"app": ELF}))
    with zipfile.ZipFile(out, "a") as opened:
        opened.comment = b"made by hand"
    inner = b"PK\3\4 looks like a header but is prose. " + out.getvalue()
    assert only(met(archive(inner))).content == ELF


def test_hostile_names_are_shown_escaped(archive):
    names = ["../../etc/cron.d/x", "/absolute", "new\nline", "\x1b[2Jescape", "nu" + "\0" + "l"]
    data = zip_of({name.replace("\0", "?"): ELF for name in names}).replace(b"nu?l", b"nu\0l")
    shown = [thing.members[0] for thing in met(archive(data)) if thing.content == ELF]
    assert sorted(shown) == sorted(["../../etc/cron.d/x", "/absolute", r"new\x0aline", r"\x1b[2Jescape", r"nu\x00l"])


def test_two_members_of_one_name_are_both_met(archive):
    data = zip_of({"app": ELF, "apq": PE}).replace(b"apq", b"app")
    assert [thing.content for thing in met(archive(data))] == [ELF, PE]


def test_a_directory_beyond_the_limit_is_one_row_and_is_not_read(archive):
    # 40,000 entries of 250 bytes: zipfile reads the directory whole, so its size is what must be bounded.
    name = b"n" * 200
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", len(name)) + bytes(16) + name
    directory = entry * 40_000
    end = b"PK\5\6" + bytes(8) + struct.pack("<II", len(directory), 4) + bytes(2)
    row = only(met(archive(b"PK\3\4" + directory + end)))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)
    assert str(len(directory)) in row.reason
