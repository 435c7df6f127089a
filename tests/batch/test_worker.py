"""One found file within bounds of time and memory, and what becomes of what goes wrong."""

import os
import signal
import tarfile
import time

import pytest

from inspector.batch import inspect_paths, worker
from inspector.batch.worker import Bounds, work
from inspector.model import FileReport, SkipKind
from inspector.pipeline import Options
from inspector.rules import select
from tests.batch.orders import found
from tests.reports.made import file

OPTIONS = Options(rules=select())


def broken(error: BaseException):
    """A pipeline that finds one program and then goes wrong."""

    def inspect(*_):
        yield file("app")
        raise error

    return inspect


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (MemoryError(), SkipKind.LIMIT, "takes more memory than there is"),
        (
            KeyError("x"),
            SkipKind.UNREADABLE,
            "internal error, please report it: test_worker.py:26: KeyError: 'x'",
        ),
    ],
    ids=["memory", "bug"],
)
def test_what_goes_wrong_is_a_row_and_what_was_found_before_is_kept(monkeypatch, error, kind, reason):
    monkeypatch.setattr(worker, "inspect", broken(error))
    result = work((found("app"), found("link")), OPTIONS, Bounds(), packed=False)
    assert [one.report for one in result.reports] == [file("app")]
    assert [(row.path, row.kind, row.reason) for row in result.skipped] == [
        ("app", kind, reason),
        ("link", kind, reason),
    ]


def test_time_is_bounded(monkeypatch):
    def endless(*_):
        while True:
            try:
                time.sleep(0.01)
            except Exception:  # noqa: BLE001  # as a library may have it
                continue
        yield

    monkeypatch.setattr(worker, "inspect", endless)
    before = signal.getsignal(signal.SIGALRM)
    result = work((found("app"),), OPTIONS, Bounds(seconds=0.2), packed=False)
    assert [(row.kind, row.reason) for row in result.skipped] == [(SkipKind.LIMIT, "took longer than 0.2 s")]
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_archive_gives_no_more_reports_than_there_is_room_for(tmp_path, samples):
    program = samples["hello-linux-amd64-go1.27"].path
    with tarfile.open(tmp_path / "all.tar", "w", dereference=True) as archive:
        for name in ("a", "b", "c"):
            archive.add(program, name)
    order = (found(str(tmp_path / "all.tar")),)
    sizes = [one.size for one in work(order, OPTIONS, Bounds(), packed=True).reports]
    result = work(order, OPTIONS, Bounds(packed=sum(sizes) - 1), packed=True)
    assert [one.brief.members for one in result.reports] == [("a",), ("b",)]
    assert [(row.members, row.kind, row.reason) for row in result.skipped] == [
        (
            (),
            SkipKind.LIMIT,
            "only the first 2 Go programs in it were inspected, there is no room for more: unpack it",
        )
    ]


def test_a_file_that_is_gone_or_cut_when_its_turn_comes(tmp_path, samples):
    program = samples["hello-linux-amd64-go1.27"].path.read_bytes()
    names = [f"app{n:02}" for n in range(40)]
    for name in names:
        (tmp_path / name).write_bytes(program)

    class Saboteur:
        """Changes files after they were found, and before they are read: it is asked first when all are found."""

        done_once = False

        def found(self, files, _, *, complete):
            if not self.done_once:
                assert (files, complete) == (40, True)
                (tmp_path / "app30").unlink()
                os.truncate(tmp_path / "app31", 70_000)
                (tmp_path / "app32").unlink()
                os.mkfifo(tmp_path / "app32")
                (tmp_path / "app33").chmod(0)
                self.done_once = True

        def started(self, name): ...
        def done(self, name, files, size, findings): ...
        def tick(self): ...

    for jobs in (1, 2):
        for name in ("app30", "app31", "app32", "app33"):
            (tmp_path / name).unlink(missing_ok=True)
            (tmp_path / name).write_bytes(program)
        report = inspect_paths([str(tmp_path)], OPTIONS, jobs=jobs, watch=Saboteur())
        rows = {os.path.basename(row.path): (row.kind, row.reason) for row in report.unseen}  # noqa: PTH119
        assert rows.pop("app30") == (SkipKind.UNREADABLE, "no such file or directory")
        assert rows.pop("app31")[0] is SkipKind.TRUNCATED
        assert rows.pop("app32") == (SkipKind.UNREADABLE, "not a regular file: a named pipe")
        if os.geteuid():
            assert rows.pop("app33") == (SkipKind.UNREADABLE, "permission denied")
        assert not rows
        assert all(isinstance(one, FileReport) for one in report.files)
        assert len(report.files) == 36 + (not os.geteuid())


def test_in_workers_and_here_the_report_is_the_same(tmp_path, samples):
    for number, name in enumerate(
        ("hello-linux-amd64-go1.27", "hello-windows-386-go1.27", "hello-darwin-arm64-go1.27")
    ):
        data = samples[name].path.read_bytes()
        for copy in range(12):
            (tmp_path / f"app{number}-{copy}").write_bytes(data)
    (tmp_path / "README").write_text("no program")
    alone, shared = (inspect_paths([str(tmp_path)], OPTIONS, jobs=jobs) for jobs in (1, 2))
    assert list(alone.files) == list(shared.files)
    assert list(alone.skipped) == list(shared.skipped)
    assert (alone.briefs, alone.unseen, alone.release) == (shared.briefs, shared.unseen, shared.release)
