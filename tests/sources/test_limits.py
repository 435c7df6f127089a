"""Bounds on memory, temporary files, depth and totals."""

import gzip
import io
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest

from inspector.model import SkipKind
from inspector.sources import limits
from inspector.sources.limits import MAX_MEMORY, Budget
from inspector.sources.spool import spooled
from inspector.sources.trouble import Unreadable
from tests.sources.containers import ELF, PE, met, only, tar_of, zip_of

ROOT = Path(__file__).parents[2]

BLOCK = random.Random(3).randbytes(1 << 20)
"""Beyond deflate's reach back of 32 KiB, so that repeating it packs nothing."""

PEAK = """
import resource, sys
from inspector.sources import Artifact, walk
met = 0
for thing in walk(sys.argv[1:]):
    assert isinstance(thing, Artifact), thing
    met += sum(len(chunk) for _, chunk in thing.window.chunks())
print(met, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of(path):
    """Bytes met and peak memory in MiB of a process that walks ``path``."""
    out = subprocess.run([sys.executable, "-c", PEAK, path], cwd=ROOT, check=True, capture_output=True, text=True)
    size, peak = map(int, out.stdout.split())
    return size, peak // 1024


def big_zip(path, megabytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as archive, archive.open("app", "w") as app:
        app.write(ELF)
        for _ in range(megabytes):
            app.write(BLOCK)


def big_tgz(path, megabytes):
    info = tarfile.TarInfo("app")
    info.size = len(ELF) + (megabytes << 20)
    with gzip.open(path, "wb", compresslevel=0) as out:
        out.write(info.tobuf())
        out.write(ELF)
        for _ in range(megabytes):
            out.write(BLOCK)
        out.write(bytes(-info.size % 512 + 1024))


@pytest.mark.parametrize("make", [big_zip, big_tgz])
def test_memory_stays_flat_whatever_a_member_holds(tmp_path, make):
    make(tmp_path / "small", 1)
    make(tmp_path / "large", 90)
    small, base = peak_of(tmp_path / "small")
    large, peak = peak_of(tmp_path / "large")
    assert (small, large) == (len(ELF) + (1 << 20), len(ELF) + (90 << 20))
    # What may be held in memory, once, and a rest for steps and the allocator.
    assert peak - base < (MAX_MEMORY >> 20) + 20


def test_up_to_the_limit_no_temporary_file_is_made(monkeypatch):
    def refuse(**_):
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with spooled([BLOCK] * 32, Budget()) as window:
        assert window.size == MAX_MEMORY
    with pytest.raises(AssertionError), spooled([BLOCK] * 33, Budget()):
        pass


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_temporary_file_has_no_name_and_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = open_files()
    with spooled([BLOCK] * 33, Budget()) as window:
        assert list(tmp_path.iterdir()) == []
        assert open_files() == before + 1
        assert window.read(32 << 20, 16) == BLOCK[:16]
    assert open_files() == before


def test_memory_is_shared_by_everything_open_at_once():
    budget = Budget()
    with spooled([BLOCK] * 20, budget):
        assert budget.memory == MAX_MEMORY - (20 << 20)
        with spooled([BLOCK] * 20, budget) as second:
            assert second.read(19 << 20, 1 << 20) == BLOCK
            assert budget.memory == MAX_MEMORY - (20 << 20)
    assert budget.memory == MAX_MEMORY


def test_no_room_for_the_temporary_file_is_unreadable(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    with pytest.raises(Unreadable, match="temporary file"), spooled([BLOCK] * 33, Budget()):
        pass


def test_a_full_disk_is_unreadable(tmp_path):
    big_zip(tmp_path / "a.zip", 33)
    # A process that may write no file beyond 1 MiB meets what a full disk gives: a write that fails half way.
    program = """
import resource, sys
from inspector.sources import walk
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
for row in walk(sys.argv[1:]):
    print(row.members, row.kind.value, row.reason)
"""
    arguments = [sys.executable, "-c", program, tmp_path / "a.zip"]
    out = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True)
    assert out.stdout.startswith("('app',) unreadable ")
    assert "file too large" in out.stdout.lower()


def nested(depth):
    """An executable in ``depth`` archives, tar and zip in turn."""
    data = ELF
    for level in range(depth):
        data = (zip_of if level % 2 else tar_of)({f"level{level}": data})
    return data


def test_archives_nest_to_the_stated_depth(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(nested(5))
    assert only(met(path)).members == ("level4", "level3", "level2", "level1", "level0")
    path.write_bytes(nested(6))
    row = only(met(path))
    assert (row.members, row.kind) == (("level5", "level4", "level3", "level2", "level1"), SkipKind.LIMIT)
    assert "5 deep" in row.reason


def test_compressed_files_count_as_depth_unless_they_hold_a_tar(tmp_path):
    path = tmp_path / "app.gz"
    path.write_bytes(gzip.compress(gzip.compress(gzip.compress(ELF))))
    assert only(met(path)).content == ELF
    data = ELF
    for _ in range(20):
        data = gzip.compress(data)
    path.write_bytes(data)
    assert only(met(path)).kind is SkipKind.LIMIT
    path.write_bytes(gzip.compress(nested(5)))
    assert only(met(path)).content == ELF


def test_the_total_of_one_path_is_bounded_and_each_member_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL", 3 << 20)
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of(dict.fromkeys("abcd", ELF + BLOCK)))
    things = met(path, tmp_path / "a.zip")
    assert [thing.kind for thing in things] == [None, None, SkipKind.LIMIT, SkipKind.LIMIT]
    other = tmp_path / "b.zip"
    other.write_bytes(zip_of({"app": PE}))
    assert met(path, other)[-1].content == PE


def test_overlapping_members_of_a_zip_are_one_row(tmp_path):
    # One packed body, many directory entries that point at it.
    data = zip_of({"app": ELF + BLOCK})
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entries = data[at:end] * 50
    tail = data[end : end + 8] + (50).to_bytes(2, "little") * 2 + len(entries).to_bytes(4, "little") + data[end + 16 :]
    path = tmp_path / "a.zip"
    path.write_bytes(data[:at] + entries + tail)
    row = only(met(path))
    assert (row.members, row.kind) == ((), SkipKind.MALFORMED)
    assert "overlap" in row.reason


def test_streams_in_a_row_are_bounded(tmp_path):
    nothing = gzip.compress(b"", mtime=0)
    out = io.BytesIO()
    out.write(gzip.compress(ELF))
    out.write(nothing * 100_001)
    path = tmp_path / "a.gz"
    path.write_bytes(out.getvalue())
    row = only(met(path))
    assert row.kind is SkipKind.LIMIT
    assert "streams" in row.reason


def test_an_honest_ratio_passes(tmp_path):
    # 100 MiB at 250 to 1: what deflate makes of a repeated text, four times worse than the guard allows.
    maker = zlib.compressobj(9, zlib.DEFLATED, 31)
    text = BLOCK[:1000] * 1000
    packed = b"".join([maker.compress(ELF), *(maker.compress(text) for _ in range(100)), maker.flush()])
    assert len(packed) * 100 < 100 * len(text)
    path = tmp_path / "app.gz"
    path.write_bytes(packed)
    assert len(only(met(path)).content) == len(ELF) + 100 * len(text)
