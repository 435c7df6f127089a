"""The checksum files of a directory: read once, again when they change, and within bounds."""

import os
import shutil
import time

import pytest

from inspector.release import sumsbeside
from inspector.release.listed import Held
from tests.release.lists import SHA256, WRONG, ask, put, told


def test_a_list_that_changes_is_read_again(dist):
    put(dist / "a.zip")
    put(dist / "b.zip")
    put(dist / "checksums.txt", f"{WRONG}  a.zip\n")
    long_ago = time.time() - 1000
    os.utime(dist, (long_ago, long_ago))  # or it might be changing right now
    assert told("dist/a.zip") == [("dist/checksums.txt", "sha256", False)]
    (dist / "checksums.txt").write_text(f"{SHA256}  ./a.zip\n")
    assert told("dist/a.zip") == [("dist/checksums.txt", "sha256", True)]
    assert ask("dist/b.zip").unlisted_by
    (dist / "checksums.txt").write_text(f"{SHA256}  a.zip\n{SHA256}  b.zip\n")
    assert told("dist/b.zip") == [("dist/checksums.txt", "sha256", True)]
    put(dist / "SHA256SUMS", f"{SHA256}  b.zip\n")
    assert len(told("dist/b.zip")) == 2
    (dist / "checksums.txt").unlink()
    assert len(told("dist/b.zip")) == 1


def test_another_directory_of_the_same_name_is_another_one(dist, tmp_path, monkeypatch):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{WRONG}  a.zip\n")
    assert len(told("dist/a.zip")) == 1
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    put(tmp_path / "other/dist/a.zip")
    assert told("dist/a.zip") == []


def test_a_directory_is_read_once_for_all_its_files(dist, monkeypatch):
    for number in range(50):
        put(dist / f"{number}.zip")
        put(dist / f"{number}.zip.sha256", SHA256)
    put(dist / "checksums.txt", "".join(f"{SHA256}  {number}.zip\n" for number in range(49)))
    long_ago = time.time() - 1000
    os.utime(dist, (long_ago, long_ago))
    scanned, scan = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: scanned.append(path) or scan(path))
    assert sum(len(ask(f"dist/{number}.zip", sha256=SHA256).sums) for number in range(50)) == 99
    assert len(scanned) == 2  # for the lists, and for what has none


def test_what_is_remembered_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(sumsbeside, "MAX_KEPT", 10)
    long_ago = time.time() - 1000
    for number in range(5):
        directory = tmp_path / str(number)
        for name in range(4):
            put(directory / f"{name}.zip", b"")
        put(directory / "checksums.txt", "".join(f"{SHA256}  {name}.zip\n" for name in range(4)))
        os.utime(directory, (long_ago, long_ago))
        assert len(ask(directory / "0.zip").sums) == 1
    assert [os.path.split(directory)[1] for directory in sumsbeside._kept] == ["3", "4"]


def test_what_another_thread_forgets_meanwhile_is_told_all_the_same(dist, monkeypatch):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n")
    os.utime(dist, (0, 0))
    assert len(told("dist/a.zip")) == 1
    asked = sumsbeside.SumsBeside.is_fresh

    def forgotten(known, *what):
        sumsbeside._kept.clear()
        return asked(known, *what)

    monkeypatch.setattr(sumsbeside.SumsBeside, "is_fresh", forgotten)
    assert len(told("dist/a.zip")) == 1


@pytest.mark.parametrize(
    ("bound", "value", "sums"),
    [("MAX_LINES", 2, 2), ("MAX_FILES", 1, 2), ("MAX_BYTES", 200, 2), ("MAX_FILE", 200, 2), ("MAX_CLAIMS", 1, 3)],
)
def test_what_was_not_read_whole_leaves_nothing_out(dist, monkeypatch, bound, value, sums):
    for name in "abc":
        put(dist / name, b"")
    put(dist / "left_out", b"")
    put(dist / "SHA256SUMS", f"{SHA256}  a\n{SHA256}  b\n")
    put(dist / "checksums.txt", f"{WRONG}  a\n{SHA256}  b\n{SHA256}  c\n")
    assert ask("dist/left_out").unlisted_by == ("dist/SHA256SUMS", "dist/checksums.txt")
    monkeypatch.setattr(sumsbeside, bound, value)
    put(dist / "another", b"")
    assert sum(len(ask(f"dist/{name}").sums) for name in "abc") == sums
    assert bool(ask("dist/left_out").unlisted_by) == (bound == "MAX_CLAIMS")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n" * 1000,
        bytes(10_000),
        b"\xff\xfe\xff",
        os.urandom(10_000),
        f"{SHA256}  \0\n".encode(),
        f"{SHA256}  {'a/' * 5000}a\n".encode(),
        f"{SHA256}  {'../' * 50}etc/passwd\n".encode(),
        f"{SHA256}  //server/share/b.zip\n".encode(),
        f"\\{SHA256}  \\\\\\\\server\\\\share\n".encode(),
        f"{SHA256}  {'x' * 300}\n".encode(),
    ],
    ids=range(11),
)
def test_anything_may_stand_in_a_list(dist, data):
    put(dist / "a.zip")
    put(dist / "checksums.txt", data)
    put(dist / "a.zip.sha256", data)
    assert ask("dist/a.zip") == Held()


def test_a_list_of_one_file_in_a_hundred_thousand_ways_takes_no_time(dist):
    put(dist / "a.zip")
    put(dist / "checksums.txt", "".join(f"{number:064x}  a.zip\n" for number in range(100_000)))
    begun = time.process_time()
    assert len(ask("dist/a.zip", sha256=SHA256).sums) == sumsbeside.MAX_CLAIMS
    assert time.process_time() - begun < 5


def test_many_files_with_a_checksum_file_each_take_time_as_they_are_many(tmp_path):
    def cost(count):
        directory = tmp_path / str(count)
        for number in range(count):
            put(directory / f"{number}.zip", b"")
            put(directory / f"{number}.zip.sha256", WRONG)
        os.utime(directory, (0, 0))
        begun = time.process_time()
        found = [ask(directory / f"{number}.zip", sha256=SHA256) for number in range(count)]
        assert {len(each.sums) for each in found} == {1}
        shutil.rmtree(directory)
        return time.process_time() - begun

    assert cost(2000) < 10 * cost(500) + 0.1  # sixteen times where it is quadratic
