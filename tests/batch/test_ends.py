"""Runs that end before their time, and reports for which there is no room."""

import json
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

import pytest

from inspector.reports import RENDERERS
from tests.batch.audits import without_progress
from tests.batch.faulty import Fault, built, fails, preloaded, runs
from tests.cli.process import PROGRAM, environment
from tests.sources.containers import zip_of

HEED = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""A shell's background jobs ignore interrupts, and so would what they start."""

PATIENCE = 120
"""Seconds, on a machine that has other things to do."""

IN_WORKER = "grep -q spawn_main /proc/$PPID/cmdline"
CTRL_C = "kill -INT 0"
"""As a terminal does: to all processes."""
TERMINATE = "kill -TERM $(sed -n 's/^PPid:[^0-9]*//p' /proc/$PPID/status)"
"""As CI does: to the process that it started, which started the one that reads."""

FORMATS = tuple(renderer.name for renderer in RENDERERS)


@pytest.fixture(scope="module", autouse=True)
def ready(bytecode):
    """Every test here runs the tool as at a user's."""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return built(tmp_path_factory.mktemp("faulty"))


@pytest.fixture
def folder(tmp_path, samples):
    """Three programs to audit, and places to write to."""
    for name in ("store", "out", "scratch"):
        (tmp_path / name).mkdir()
    program = samples["hello-linux-amd64-go1.27"].path.read_bytes()
    for size, name in enumerate(("last", "between", "app")):  # the largest comes first
        (tmp_path / "store" / name).write_bytes(program + bytes(size))
        (tmp_path / "store" / name).chmod(0o755)
    return tmp_path


@dataclass
class Ended:
    """A process that has ended: its exit code, output and errors."""

    code: int
    out: str
    err: str


def audit(folder: Path, *arguments: str, program=tuple(PROGRAM), stdout=None, **more: str) -> Ended:
    """Audit the folder's store in a session of its own; no process of it and no temporary file may be left."""
    with (folder / "stdout").open("w+b") as out, (folder / "stderr").open("w+b") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", HEED, *program, "audit", "--no-config", *arguments, "store"],
            cwd=folder,
            env=environment(TMPDIR=str(folder / "scratch"), **more),
            stdin=subprocess.DEVNULL,
            stdout=stdout or out,
            stderr=err,
            start_new_session=True,
        )
        code = process.wait(timeout=PATIENCE)
    end = time.monotonic() + PATIENCE
    while left := session(process.pid):
        assert time.monotonic() < end, left
        time.sleep(0.02)
    assert list((folder / "scratch").iterdir()) == []
    said, errors = ((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    assert "Traceback" not in errors
    return Ended(code, said, without_progress(errors))


def session(leader: int) -> list[str]:
    """The processes of a session that run, without those that only wait to be asked for their exit code."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, number = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(number) == leader and state not in "ZX":
                found.append(entry.name)
    return found


@pytest.mark.parametrize(
    "fault",
    [runs("stat", "/site-packages/click", CTRL_C), runs("stat", "store/artifacts.json", CTRL_C)],
    ids=["the command line is imported", "the plan is made"],
)
def test_ctrl_c_before_anything_is_known(folder, library, fault):
    ended = audit(folder, **preloaded(library, [fault]))
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")


# With what may be known by then: with one worker, a third file is handed out when the first result is there.
PHASES = {
    "files are listed": ([runs("list", "/store", CTRL_C, start=7)], [[]]),  # six calls list it for GoReleaser's list
    "a worker starts": ([runs("stat", "/site-packages/msgspec", f"{IN_WORKER} && {CTRL_C}")], [[]]),
    "a worker reads": (
        [runs("read", "/store/last", CTRL_C), Fault("read", "hang", 0, "/store/last")],
        [["store/app"], ["store/app", "store/between"]],
    ),
    "a worker reads, by SIGTERM": (
        [runs("read", "/store/last", TERMINATE), Fault("read", "hang", 0, "/store/last")],
        [["store/app"], ["store/app", "store/between"]],
    ),
    "the release is judged": (
        [runs("stat", "/inspector/release", f"{IN_WORKER} || {CTRL_C}")],
        [["store/app", "store/between", "store/last"]],
    ),
}


@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c_ends_with_what_is_known(folder, library, phase):
    faults, known = PHASES[phase]
    ended = audit(folder, "-j", "1", "-f", "text", "-f", "json=report.json", **preloaded(library, faults))
    assert ended.code == 130
    assert re.fullmatch("gobin-inspect: interrupted.*; this is what was known by then", ended.err.strip())
    assert "interrupted before everything was inspected" in ended.out
    report = json.loads((folder / "report.json").read_bytes())
    assert report["interrupted"] is True
    assert [file["path"] for file in report["files"]] in known


def test_ctrl_c_while_a_report_is_written_leaves_the_old_one(folder, library):
    (folder / "out" / "report.json").write_text("old")
    ended = audit(folder, "-f", "json=out/report.json", **preloaded(library, [runs("write", "/out", CTRL_C)]))
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")
    assert [path.name for path in (folder / "out").iterdir()] == ["report.json"]
    assert (folder / "out" / "report.json").read_text() == "old"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_workers_end_with_who_started_them(folder, library, jobs):
    for number in range(40):
        (folder / "store" / f"note{number}").write_text("no program")
    kill = f"{IN_WORKER} && read -r _ _ _ parent _ < /proc/$PPID/stat && kill -9 $parent"
    faults = [runs("read", "/store/app", kill), Fault("read", "hang", 0, "/store/app")]
    assert audit(folder, "-j", jobs, **preloaded(library, faults)).code == -9


def test_no_room_for_reports_in_files(folder, library):
    formats = [name for name in FORMATS if name != "text"]
    for name in formats:
        (folder / "out" / name).write_text("old")
    wanted = [f"-f{name}=out/{name}" for name in formats]
    sound = audit(folder)
    ended = audit(folder, "-ftext", *wanted, **preloaded(library, [fails("write", "/out", ENOSPC)]))
    assert ended.code == 4
    assert ended.out == sound.out
    assert ended.err.splitlines() == [
        f"gobin-inspect: error: cannot write out/{name}: No space left on device" for name in formats
    ]
    assert {path.name: path.read_text() for path in (folder / "out").iterdir()} == dict.fromkeys(formats, "old")


@pytest.mark.parametrize("name", FORMATS)
def test_no_room_on_standard_output(folder, name):
    with Path("/dev/full").open("wb") as full:
        ended = audit(folder, "-f", name, "-f", f"{'json' if name == 'text' else 'text'}=out/other", stdout=full)
    assert ended.code == 4
    assert ended.err == "gobin-inspect: error: cannot write standard output: No space left on device\n"
    assert "linux/amd64" in (folder / "out" / "other").read_text().replace("\\", "")


@pytest.mark.parametrize("name", FORMATS)
def test_who_reads_one_line_and_leaves_is_no_trouble(folder, name):
    ours, theirs = os.pipe()
    head = subprocess.Popen(["head", "-n", "1"], stdin=ours, stdout=subprocess.DEVNULL)
    os.close(ours)
    try:
        ended = audit(folder, "-v", "-f", name, stdout=theirs)
    finally:
        os.close(theirs)
    assert head.wait(PATIENCE) == 0
    assert (ended.code, ended.err) == (0, "")


def test_no_room_for_what_is_found(folder, library):
    names = [random.Random(number).randbytes(1500).hex() for number in range(1500)]
    (folder / "store" / "many.zip").write_bytes(zip_of(dict.fromkeys(names, b"no program")))
    faults = preloaded(library, [fails("write", "/scratch", ENOSPC)])
    ended = audit(folder, "-f", "json", program=(sys.executable, "-m", "tests.batch.tight"), TIGHT_ROWS="0", **faults)
    assert (ended.code, ended.out) == (4, "")
    said = "gobin-inspect: error: what was found so far does not fit into a temporary file: database or disk is full\n"
    assert ended.err == said
