"""What goes wrong with one file of a store, for real: all else is reported as ever, and the fault has its line."""

import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from errno import ENOSPC, ESTALE
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.batch.faulty import Fault, built, fails, preloaded, runs
from tests.cli.process import PROGRAM, environment
from tests.sources.containers import tar_of, zip_of

FORMATS = ("-f", "text", "-f", "json=report.json", "-f", "sarif=report.sarif")

MODES = {"one worker": ("audit", "-j", "1"), "two workers": ("audit", "-j", "2"), "no worker": ("inspect", "-j", "1")}

ALL = ("",)
"""As ``lost``: the file itself."""


class Case(NamedTuple):
    """A fault of one path below the store, and its row.

    ``lost`` are the members that are not reported for it; ``row`` is the member that has the row. ``deadly``: it ends
    the process that reads the file, and so needs a worker.
    """

    faults: tuple[Fault, ...]
    kind: str = ""
    reason: str = ""
    row: str = ""
    lost: tuple[str, ...] = ALL
    deadly: bool = False
    mode: int | None = None  # permissions that it gets


def read(action: str, argument: int | str = 0) -> tuple[Fault, ...]:
    return (Fault("read", action, argument, "/{name}"),)


def becomes(command: str) -> tuple[Fault, ...]:
    """Change a file after it was listed and before it is opened."""
    return (runs("open", "/{name}", command.replace("FILE", "store/{name}")),)


IO = ("unreadable", "input/output error")
DENIED = ("unreadable", "permission denied")
DIED = "the process that read it was ended by "

CASES = {
    # What the system refuses.
    "eio": Case((fails("read", "/{name}"),), *IO),
    "eio-late": Case((fails("read", "/{name}", start=1 << 20),), *IO),
    "eio-open": Case((fails("open", "/{name}"),), *IO),
    "eio-stat": Case((fails("stat", "/{name}"),), lost=()),
    "stale": Case((fails("open", "/{name}", ESTALE),), "unreadable", "stale file handle"),
    "stale-late": Case((fails("read", "/{name}", ESTALE, start=1 << 20),), "unreadable", "stale file handle"),
    "denied": Case((), *DENIED, mode=0),
    "denied.zip": Case((), *DENIED, mode=0, lost=("a", "b", "c")),
    "denied-directory": Case((), *DENIED, mode=0, lost=("/a", "/b", "/c")),
    "eio-directory": Case((fails("list", "/{name}"),), *IO, lost=("/a", "/b", "/c")),
    # What changes while it is looked at.
    "gone": Case(becomes("rm -f FILE"), "unreadable", "no such file or directory"),
    "cut": Case(becomes("truncate -s 70000 FILE"), "truncated", ".*reaches past the end.*"),
    "cut-late": Case(
        (runs("read", "/{name}", "truncate -s 1000000 store/{name}", start=1 << 20),),
        "truncated",
        "the file shrank while .* was read.*",
    ),
    "emptied": Case(becomes("truncate -s 0 FILE"), "truncated", "it had [0-9]+ bytes when it was found, and has none"),
    "folder": Case(becomes("rm -rf FILE; mkdir FILE"), "unreadable", "not a regular file: a directory"),
    "pipe": Case(becomes("rm -f FILE; mkfifo FILE"), "unreadable", "not a regular file: a named pipe"),
    "loop": Case(becomes("ln -sf {name} FILE"), "unreadable", "too many levels of symbolic links"),
    "link": Case(becomes("ln -sf /etc/passwd FILE"), "unreadable", "too many levels of symbolic links"),
    # What ends the process that reads it.
    "segv": Case(read("segv"), "unreadable", f"{DIED}SIGSEGV", deadly=True),
    "bus": Case(read("bus"), "unreadable", f"{DIED}SIGBUS, as when a file shrinks while it is read", deadly=True),
    "exit": Case(read("exit", 7), "unreadable", "the process that read it ended with exit code 7", deadly=True),
    "killed": Case(
        read("run", "kill -9 $PPID"),
        "unreadable",
        f"{DIED}SIGKILL, as the system does when memory runs out",
        deadly=True,
    ),
    "killed-once": Case(read("run", "mkdir once && kill -9 $PPID"), lost=(), deadly=True),
    # What goes wrong in the middle of an archive. What was before it is reported.
    "part.zip": Case((fails("read", "/{name}", start=3_000_000, end=3_000_001),), *IO, row="b", lost=("b",)),
    "part.tar": Case((fails("read", "/{name}", start=3_000_000, end=3_000_001),), *IO, row="b", lost=("b",)),
    "list.tar": Case((fails("read", "/{name}", start=2_355_600),), *IO, lost=("b", "c")),
    "part.tgz": Case((fails("read", "/{name}", start=2_500_000),), *IO, lost=("b", "c")),
    "large.zip": Case(
        (fails("write", "/scratch", ENOSPC, start=1 << 20),),
        "unreadable",
        "cannot be unpacked, the temporary file failed: No space left on device",
        row="app",
        lost=("app",),
    ),
}


@dataclass
class Run:
    """What the tool said."""

    code: int
    text: str
    errors: str
    report: dict[str, Any]
    sarif: dict[str, Any]

    @property
    def files(self) -> dict[tuple[str, ...], Any]:
        return {(file["path"], *file["members"]): file for file in self.report["files"]}

    @property
    def skipped(self) -> list[dict[str, Any]]:
        return self.report["skipped"]


class Started:
    """The tool at work on a copy of the store, where faults happen."""

    def __init__(self, folder: Path, mode: str, library: Path, faults: tuple[Fault, ...], **more: str) -> None:
        self._folder = folder
        (folder / "scratch").mkdir()
        settings = {"TMPDIR": str(folder / "scratch"), **(preloaded(library, faults) if faults else {}), **more}
        # Files that nobody may read can be read by root, unless it gives that right away.
        humbly = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [*humbly, *PROGRAM, *MODES[mode], "--no-config", "-v", *FORMATS, "store"],
                cwd=folder,
                env=environment(**settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def ended(self) -> Run:
        """Wait for the end, and see that nothing is left behind."""
        self._process.wait(timeout=300)
        text, errors = ((self._folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        assert "Traceback" not in errors
        assert list((self._folder / "scratch").iterdir()) == []
        report, sarif = (json.loads((self._folder / f"report.{name}").read_bytes()) for name in ("json", "sarif"))
        return Run(self._process.returncode, " ".join(text.split()), errors, report, sarif)


def filled(store: Path, program: bytes) -> None:
    """One thing for each case, and some that nothing happens to."""
    three = dict.fromkeys("abc", program)
    for name in (*CASES, "app_linux_amd64"):
        if name.endswith(".zip"):
            members = {"app": program + bytes(33 << 20)} if name == "large.zip" else three
            method = zipfile.ZIP_DEFLATED if name == "large.zip" else zipfile.ZIP_STORED
            (store / name).write_bytes(zip_of(members, method))
        elif name.endswith(".tar"):
            (store / name).write_bytes(tar_of(three))
        elif name.endswith(".tgz"):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=0) as tar:
                for member, data in three.items():
                    info = tarfile.TarInfo(member)
                    info.size, info.mode = len(data), 0o755
                    tar.addfile(info, io.BytesIO(data))
            (store / name).write_bytes(out.getvalue())
        elif name.endswith("directory"):
            (store / name).mkdir()
            for member in three:
                (store / name / member).write_bytes(program)
                (store / name / member).chmod(0o755)
        else:
            (store / name).write_bytes(program)
            (store / name).chmod(0o755)
    for number in range(10):
        (store / f"note{number}").write_text("no program")


def faults_of(name: str) -> tuple[Fault, ...]:
    """Put the file's name where a fault speaks of it."""
    return tuple(
        fault._replace(path=fault.path.format(name=name), argument=str(fault.argument).format(name=name))
        for fault in CASES[name].faults
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return built(tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="module", autouse=True)
def ready(bytecode):
    """Every test here runs the tool as at a user's."""


@pytest.fixture(scope="module")
def runs_of(samples, library, tmp_path_factory) -> Mapping[str, Run]:
    """All faults in one store, in every mode; and one run without."""
    home = tmp_path_factory.mktemp("faults")
    sound = home / "sound"
    (sound / "store").mkdir(parents=True)
    filled(sound / "store", samples["hello-linux-amd64-go1.27"].path.read_bytes())
    done = {"sound": Started(sound, "one worker", library, ()).ended()}
    started = {}
    for mode in MODES:
        shutil.copytree(sound / "store", home / mode / "store")
        here = [name for name in CASES if is_in(mode, name)]
        for name in here:
            if CASES[name].mode is not None:
                (home / mode / "store" / name).chmod(CASES[name].mode)
        started[mode] = Started(home / mode, mode, library, tuple(f for name in here for f in faults_of(name)))
    done |= {mode: process.ended() for mode, process in started.items()}
    for path in home.glob("*/store/denied*"):
        path.chmod(0o755)  # so that who is not root can remove it
    return done


def is_in(mode: str, name: str) -> bool:
    return mode != "no worker" or not CASES[name].deadly


def chain(name: str, member: str) -> tuple[str, ...]:
    """The name of what is found at a path or in an archive, as the report's keys are."""
    if member.startswith("/"):
        return (f"store/{name}{member}",)
    return (f"store/{name}", member) if member else (f"store/{name}",)


@pytest.mark.parametrize("mode", MODES)
def test_everything_else_is_reported_as_ever(runs_of, mode):
    sound, run = runs_of["sound"], runs_of[mode]
    assert sound.code == 0, sound.text
    assert len(sound.files) > len(CASES)
    lost = {chain(name, member) for name in CASES if is_in(mode, name) for member in CASES[name].lost}
    assert lost < sound.files.keys()
    assert run.files == {key: file for key, file in sound.files.items() if key not in lost}
    rows = [row for row in run.skipped if row["kind"] not in {"not-executable", "not-go"}]
    assert [row for row in run.skipped if row not in rows] == sound.skipped
    assert len(rows) == sum(bool(CASES[name].kind) for name in CASES if is_in(mode, name))


@pytest.mark.parametrize("mode", MODES)
def test_the_exit_code_says_that_something_was_not_inspected(runs_of, mode):
    assert runs_of[mode].code == 3
    assert runs_of[mode].errors == ""
    assert runs_of[mode].report["interrupted"] is False


@pytest.mark.parametrize(
    ("mode", "name"),
    [(mode, name) for mode in MODES for name in CASES if is_in(mode, name) and CASES[name].kind],
)
def test_the_fault_has_its_line(runs_of, mode, name):
    run, case = runs_of[mode], CASES[name]
    (row,) = (row for row in run.skipped if (row["path"], *row["members"]) == chain(name, case.row))
    assert row["kind"] == case.kind
    assert re.fullmatch(case.reason, row["reason"])
    line = f"{' -> '.join(chain(name, case.row))}: {case.kind}: {row['reason']}"
    assert run.text.count(line) == 1
    (notice,) = (
        notice
        for notice in run.sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        if notice["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == f"store/{name}"
    )
    assert notice["descriptor"]["id"] == case.kind
    assert row["reason"] in notice["message"]["text"]
