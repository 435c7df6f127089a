"""What goes wrong with one file of a store, for real: all else is reported as ever, and the fault has its line."""

import io
import re
import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from errno import ENOSPC, ESTALE
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.batch.audits import Run, Started, lines_of
from tests.batch.faulty import Fault, built, fails, preloaded, runs
from tests.sources.containers import tar_of, zip_of

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
    done = {"sound": Started(sound, *MODES["one worker"]).ended()}
    started = {}
    for mode, arguments in MODES.items():
        shutil.copytree(sound / "store", home / mode / "store")
        here = [name for name in CASES if is_in(mode, name)]
        for name in here:
            if CASES[name].mode is not None:
                (home / mode / "store" / name).chmod(CASES[name].mode)
        faults = preloaded(library, [fault for name in here for fault in faults_of(name)])
        started[mode] = Started(home / mode, *arguments, **faults)
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
    assert [row for row in run.report["skipped"] if row not in run.unseen] == sound.report["skipped"]
    assert len(run.unseen) == sum(bool(CASES[name].kind) for name in CASES if is_in(mode, name))


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
    (row,) = (row for row in run.report["skipped"] if (row["path"], *row["members"]) == chain(name, case.row))
    assert row["kind"] == case.kind
    assert re.fullmatch(case.reason, row["reason"])
    assert lines_of(run, row) == (1, 1)
