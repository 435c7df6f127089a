"""Bombs and hostile names through the command: bounded memory, nothing written, one line each.

Time has no assertion of its own, for a busy machine is no defect: what is not bounded does not end here.
"""

import bz2
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.model import SkipKind
from inspector.sources import limits
from tests.cli.process import PROGRAM, environment
from tests.sources.bombs import BOMBS, directory_entry, end_record, local_header, pax, record
from tests.sources.containers import ELF, TAR_END, met, only, padded, tar_header, tar_of
from tests.sources.packages import CPIO_END, File, cpio_header, rpm_of

FORMATS = ("text", "json", "markdown", "sarif", "junit", "gitlab", "github")

PEAK = 300
"""MiB that a run may take at most: 27 of them are Python, 32 unpacked bytes, 128 the largest window of zstd."""

MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
sys.stderr.buffer.write(done.stderr)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process between: where a large one starts another, its own memory is counted as the other's."""

WIDE = {"a million links", *(f"a million members, {kind}" for kind in ("tar", "rpm", "deb"))}
"""100,000 rows in seven formats take a while."""


@pytest.fixture(autouse=True)
def _ready(bytecode):
    """Every test here runs the tool as at a user's."""


class Place:
    """Where the tool runs: everything it might write to is below ``root``, but for the reports."""

    def __init__(self, folder: Path) -> None:
        self.root, self.out = folder / "root", folder / "out"
        self.work, self.home, self.temporary = (self.root / name for name in ("work", "home", "tmp"))
        for made in (self.work, self.home, self.temporary, self.out):
            made.mkdir(parents=True)

    def audit(self, *paths: str) -> tuple[int, dict[str, str]]:
        """The exit code and each format's report; asserts what holds for whatever is audited."""
        before = list(self._everything())
        environ = environment(HOME=str(self.home), TMPDIR=str(self.temporary), XDG_CACHE_HOME="", XDG_CONFIG_HOME="")
        formats = [f"--format={name}={self.out / name}" for name in FORMATS]
        command = [sys.executable, "-c", MEASURED, *PROGRAM, "audit", "--no-config", "--no-hash", *formats, *paths]
        done = subprocess.run(command, cwd=self.work, env=environ, capture_output=True, text=True, check=True)
        code, peak = map(int, done.stdout.split())
        assert list(self._everything()) == before
        assert peak // 1024 < PEAK
        reports = {name: (self.out / name).read_text(encoding="utf-8") for name in FORMATS}
        for text in (done.stderr, *reports.values()):
            assert "Traceback" not in text
            assert [character for character in text if not character.isprintable() and character != "\n"] == []
        return code, reports

    def _everything(self) -> Iterator[tuple[Path, int, int, int]]:
        for path in sorted(self.root.rglob("*")):
            status = path.lstat()
            # Where the system makes no file without a name, the directory's time tells of one that was there.
            yield path, status.st_mode, status.st_size, 0 if path.is_dir() else status.st_mtime_ns


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.wide if name in WIDE else ()) for name in BOMBS])
def test_a_bomb_is_one_line(place, name):
    bomb = BOMBS[name]
    (place.work / bomb.name).write_bytes(bomb.make())
    code, reports = place.audit(bomb.name)
    rows = json.loads(reports["json"])["skipped"]
    told = [row for row in rows if row["kind"] not in {"not-executable", "not-go"}] or rows
    assert code == 3
    assert len(told) == bomb.rows
    assert {row["path"] for row in rows} == {bomb.name}
    assert {row["kind"] for row in told} == {bomb.kind}
    assert bomb.reason in told[0]["reason"]
    assert len(rows) - len(told) == bomb.harmless
    if bomb.kind is not SkipKind.NOT_EXECUTABLE:
        assert len([line for line in reports["text"].splitlines() if line.startswith("skipped")]) == bomb.rows


NAMES = {
    "above": (b"../../../escaped", "../../../escaped"),
    "above on windows": (rb"..\..\escaped", r"..\..\escaped"),
    "absolute": (b"/escaped/by/name", "/escaped/by/name"),
    "a drive": (rb"C:\escaped", r"C:\escaped"),
    "a share": (rb"\\host\share\escaped", r"\\host\share\escaped"),
    "a device": (b"CON", "CON"),
    "a newline": (b"a\nwarning: fake", r"a\x0awarning: fake"),
    "a carriage return": (b"a\rfake", r"a\x0dfake"),
    "an escape": (b"\x1b[2J\x1b]0;title\x07x", r"\x1b[2J\x1b]0;title\x07x"),
    "a command to GitHub": (b"::error::x", "::error::x"),
    "reversed": ("a\u202efdp.exe".encode(), r"a\u202efdp.exe"),
    "invisible": ("a\u200bb\ufeff\u2028".encode(), r"a\u200bb\ufeff\u2028"),
    "a control of C1": ("a\u009bb".encode(), r"a\u009bb"),
    "markup": (b"<script>`x`|[a](b)</script>&amp;", "<script>`x`|[a](b)</script>&amp;"),
    "a template": (b"{{7*7}}${x}%s%n", "{{7*7}}${x}%s%n"),
    "blank": (b"  ", "  "),
    "empty": (b"", ""),
    "64 KiB": (b"n" * 65_535, "n" * 4096 + "…"),
    "nothing but slashes": (b"x" + b"/" * 60_000 + b"y", "x" + "/" * 4095 + "…"),
}
"""Names as they are stored, and as reports have them."""


def zipped(name: bytes) -> bytes:
    """A zip whose member has this name, UTF-8 unless it is ASCII."""
    told = (zlib.crc32(ELF), len(ELF), len(ELF))
    local = bytearray(local_header(name, *told, 0))
    entry = bytearray(directory_entry(name, *told, 0, 0))
    if not name.isascii():
        local[7], entry[9] = 8, 8
    return bytes(local) + ELF + bytes(entry) + end_record(1, len(entry), len(local) + len(ELF))


def tarred(name: bytes) -> bytes:
    """A tar whose member has this name."""
    return pax(record("path", name)) + tar_header(b"", len(ELF)) + padded(ELF) + TAR_END


def packaged(name: bytes) -> bytes:
    """An RPM package whose member has this name."""
    return rpm_of(cpio_header(name, size=len(ELF), file=File("")) + ELF + bytes(-len(ELF) % 4) + CPIO_END)


@pytest.mark.parametrize("make", [zipped, tarred, packaged])
def test_a_name_is_shown_in_one_line_and_nothing_is_written_under_it(place, make):
    given = {f"{index}.{make.__name__}": stored for index, (stored, _) in enumerate(NAMES.values())}
    for path, stored in given.items():
        (place.work / path).write_bytes(make(stored))
    code, reports = place.audit(".")
    rows = json.loads(reports["json"])["skipped"]
    assert code == 3
    wanted = {f"./{index}.{make.__name__}": [shown] for index, (_, shown) in enumerate(NAMES.values())}
    if make is packaged:  # whose files belong below the root
        wanted["./2.packaged"] = ["escaped/by/name"]
    assert {row["path"]: row["members"] for row in rows} == wanted
    assert len(rows) == len(NAMES)
    for name in ("github", "text"):
        assert not any(line.startswith(("warning: fake", "::error::x")) for line in reports[name].splitlines())
    assert "<script>" not in reports["markdown"]


@pytest.mark.parametrize(
    ("make", "stored", "shown"),
    [
        (tarred, b"caf\xe9", r"caf\xe9"),
        (packaged, b"caf\xe9", r"caf\xe9"),
        (zipped, b"nu\0l", r"nu\x00l"),
        (tarred, b"nu\0l", r"nu\x00l"),
        (packaged, b"nu\0l", "nu"),
    ],
)
def test_a_name_that_is_no_text_is_shown(tmp_path, make, stored, shown):
    (tmp_path / "a").write_bytes(make(stored))
    assert only(met(tmp_path / "a")).members == (shown,)


def test_a_name_that_is_no_utf8_and_claims_to_be_spoils_its_zip(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(b"caf\xe9"))
    row = only(met(tmp_path / "a.zip"))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)


def test_links_out_of_an_archive_are_not_followed(place):
    away = str(place.root / "away").encode()
    data = b"".join(
        (
            tar_header(b"out", 0, b"2", at157=away),
            tar_header(b"out/app", len(ELF)) + padded(ELF),
            tar_header(b"hard", 0, b"1", at157=b"/etc/passwd"),
            tar_header(b"hard", len(ELF)) + padded(ELF),
            tar_header(b"hard", len(ELF)) + padded(ELF),
            TAR_END,
        )
    )
    (place.work / "a.tar").write_bytes(data)
    code, reports = place.audit("a.tar")
    assert code == 3
    assert [row["members"] for row in json.loads(reports["json"])["skipped"]] == [["hard"], ["hard"], ["out/app"]]


def test_directories_10000_deep_are_one_line(place, tmp_path, monkeypatch):
    deep = tmp_path / "deep"
    deep.mkdir()
    monkeypatch.chdir(deep)
    below = Path("d")
    for _ in range(10_000):
        below.mkdir()
        os.chdir(below)
    code, reports = place.audit(str(deep))
    for _ in range(10_000):  # pytest would recurse
        os.chdir("..")
        below.rmdir()
    (row,) = json.loads(reports["json"])["skipped"]
    assert (code, row["kind"]) == (3, "unreadable")
    assert "too long" in row["reason"]


def test_heads_of_members_count(tmp_path, monkeypatch):
    # bzip2 gives nothing before the end of a block, which may be 900 KB from 40 bytes.
    monkeypatch.setattr(limits, "MAX_TOTAL", 8 << 20)
    packed = bz2.compress(bytes(900_000))
    told = (zlib.crc32(bytes(900_000)), len(packed), 900_000)
    each = 30 + 2 + len(packed)
    members = b"".join(local_header(b"%02d" % at, *told, 12) + packed for at in range(40))
    directory = b"".join(directory_entry(b"%02d" % at, *told, at * each, 12) for at in range(40))
    (tmp_path / "a.zip").write_bytes(members + directory + end_record(40, len(directory), len(members)))
    kinds = [row.kind for row in met(tmp_path / "a.zip")]
    assert kinds == [SkipKind.NOT_EXECUTABLE] * 9 + [SkipKind.LIMIT] * 18


def test_archives_in_archives_end_where_there_is_no_more_room_to_tell_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOLD", 300_000)
    data = TAR_END
    for _ in range(4):
        data = (tar_header(b"t", len(data)) + padded(data)) * 20 + TAR_END
    (tmp_path / "a.tar").write_bytes(data)
    *rows, last = met(tmp_path / "a.tar")
    assert {row.kind for row in rows} == {SkipKind.NOT_EXECUTABLE}
    assert 1000 < len(rows) < 1600
    assert last.kind is SkipKind.LIMIT
    assert "can tell of" in last.reason


def test_the_same_of_members_with_long_names(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOLD", 1_000_000)
    (tmp_path / "a.tar").write_bytes(tar_of({f"{at:04}{'é' * 2000}": b"" for at in range(500)}))
    assert [thing.kind for thing in met(tmp_path / "a.tar")] == [SkipKind.NOT_EXECUTABLE] * 121 + [SkipKind.LIMIT]
