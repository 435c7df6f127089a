"""Packages called .apk: Alpine's, which are gzip and tar, and Android's, which are zips."""

import gzip

from inspector.model import SkipKind
from tests.sources.containers import ELF, PE, met, only, tar_of, zip_of
from tests.sources.packages import apk_of


def test_its_streams_are_one_container(tmp_path):
    path = tmp_path / "app-1.0-r0.apk"
    path.write_bytes(apk_of({".SIGN.RSA.key.pub": b"signature"}, {".PKGINFO": b"arch = x86_64"}, {"usr/bin/app": ELF}))
    info, signature, app = met(path)
    assert [info.members, signature.members] == [(".PKGINFO",), (".SIGN.RSA.key.pub",)]
    assert {info.kind, signature.kind} == {SkipKind.NOT_EXECUTABLE}
    assert (app.members, app.content, app.mode) == (("usr/bin/app",), ELF, 0o755)


def test_a_stream_that_is_missing_is_truncated(tmp_path):
    path = tmp_path / "app-1.0-r0.apk"
    whole = apk_of({".PKGINFO": b"arch = x86_64"}, {"usr/bin/app": ELF})
    path.write_bytes(whole[: whole.index(b"\x1f\x8b\x08", 1)])
    info, row = met(path)
    assert info.members == (".PKGINFO",)
    assert (row.members, row.kind) == ((), SkipKind.TRUNCATED)


def test_streams_in_a_row_are_bounded(tmp_path):
    path = tmp_path / "app-1.0-r0.apk"
    path.write_bytes(apk_of({".PKGINFO": b"x"}, *[{}] * 100_000, {"usr/bin/app": ELF}))
    row = only(met(path))
    assert (row.members, row.kind) == ((), SkipKind.LIMIT)
    assert "streams" in row.reason


def test_androids_is_a_zip(tmp_path):
    path = tmp_path / "app.apk"
    path.write_bytes(zip_of({"lib/arm64-v8a/libgojni.so": ELF, "classes.dex": b"dex\n035"}))
    dex, library = met(path)
    assert dex.kind is SkipKind.NOT_EXECUTABLE
    assert (library.members, library.content) == (("lib/arm64-v8a/libgojni.so",), ELF)


def test_that_of_apk_3_says_that_it_is_not_looked_into(tmp_path):
    path = tmp_path / "app-1.0-r0.apk"
    for magic in (b"ADB.pckg", b"ADBd", b"ADBc"):
        path.write_bytes(magic + bytes(100))
        row = only(met(path))
        assert row.kind is SkipKind.NOT_EXECUTABLE
        assert "apk 3" in row.reason


def test_npms_archive_and_a_wheel_are_a_tar_and_a_zip(tmp_path):
    npm, wheel = tmp_path / "app-1.0.0.tgz", tmp_path / "app-1.0-py3-none-win_amd64.whl"
    npm.write_bytes(gzip.compress(tar_of({"package/package.json": b"{}", "package/bin/app": ELF})))
    wheel.write_bytes(zip_of({"app-1.0.data/scripts/app.exe": PE, "app-1.0.dist-info/RECORD": b""}))
    found = [thing.members for thing in met(npm, wheel) if thing.content]
    assert sorted(found) == [("app-1.0.data/scripts/app.exe",), ("package/bin/app",)]
