"""Files that take too much time or memory of a real worker cost themselves alone."""

import lzma
import sys
from collections.abc import Mapping

import pytest

from tests.batch.audits import Run, Started, lines_of
from tests.batch.faulty import Fault, built, preloaded
from tests.sources.containers import zip_of
from tests.sources.zst import zstd

SECONDS, GRACE = 6, 0.5

ROOM = 60 << 20
"""Bytes for a worker: more than programs take, and less than it takes to unpack `xz -9`, which is 65 MiB (xz(1))."""

TIGHT = (sys.executable, "-m", "tests.batch.tight")


@pytest.fixture(scope="module", autouse=True)
def ready(bytecode):
    """Every test here runs the tool as at a user's."""


@pytest.fixture(scope="module")
def program(samples):
    return samples["hello-linux-amd64-go1.27"].path.read_bytes()


def audited(folder, files, environment) -> Mapping[int, Run]:
    """Audit the files with one worker and with two."""
    started = {}
    for jobs in (1, 2):
        store = folder / str(jobs) / "store"
        store.mkdir(parents=True)
        for name, data in files.items():
            (store / name).write_bytes(data)
            (store / name).chmod(0o755)
        for number in range(40):  # so many that two workers start
            (store / f"note{number}").write_text("no program")
        started[jobs] = Started(store.parent, "audit", "-j", str(jobs), program=TIGHT, **environment)
    return {jobs: process.ended() for jobs, process in started.items()}


def check(runs, rows, programs):
    """See that these programs were inspected, and that these rows are said in every way."""
    for run in runs.values():
        assert (run.code, run.errors) == (3, "")
        assert {(row["path"], *row["members"]): (row["kind"], row["reason"]) for row in run.unseen} == rows
        assert all(lines_of(run, row) == (1, 1) for row in run.unseen)
        assert run.files.keys() == programs
        assert all(file["images"][0]["observed"]["goos"] == "linux" for file in run.files.values())


def test_what_takes_too_long(tmp_path, program):
    faults = [
        Fault("read", "wait", 60_000, "/slow"),  # a call that a signal ends, as a server that does not answer
        Fault("read", "hang", 0, "/stuck"),  # code that never comes back
    ]
    files = {"app": program, "slow": program, "stuck": program}
    environment = {"TIGHT_SECONDS": str(SECONDS), "TIGHT_GRACE": str(GRACE)}
    runs = audited(tmp_path, files, {**environment, **preloaded(built(tmp_path), faults)})
    late = ("limit", f"took longer than {SECONDS} s")
    check(runs, {("store/slow",): late, ("store/stuck",): late}, {("store/app",)})


def test_what_takes_too_much_memory(tmp_path, program):
    packed = lzma.compress(program, preset=9)
    window = {zstd.CompressionParameter.window_log: 27}
    compressor = zstd.ZstdCompressor(options=window)  # which writes of no size, so that the whole window is needed
    files = {
        "app": program,
        "large.xz": packed,
        "large.zst": compressor.compress(program) + compressor.flush(),
        "both.zip": zip_of({"app": program, "large.xz": packed}),
    }
    runs = audited(tmp_path, files, {"TIGHT_ROOM": str(ROOM)})
    reason = "needs more memory to unpack than "
    rows = {
        ("store/large.xz",): "xz",
        ("store/large.zst",): "zstd",
        ("store/both.zip", "large.xz"): "xz",
    }
    for run in runs.values():
        assert all(row["reason"].startswith(f"{rows[row['path'], *row['members']]}: {reason}") for row in run.unseen)
    assert len(runs[1].unseen) == len(rows)
