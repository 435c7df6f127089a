"""Reports reach their file whole, or leave it as it was."""

import os
import stat
import threading

import pytest

from inspector.errors import ReportWriteError
from inspector.reports import RENDERERS, Renderer, View
from inspector.reports.output import write_file
from tests.reports import made

TEXT = next(renderer for renderer in RENDERERS if renderer.name == "text")


def crash(_report, out, _view):
    out.write("half a rep")
    raise OSError(28, "No space left on device")


def test_formats_have_names_of_their_own():
    names = [renderer.name for renderer in RENDERERS]
    assert len(set(names)) == len(names)
    assert {"text", "json", "junit", "github", "markdown"} <= set(names)


def test_a_file_gets_the_report_and_keeps_its_mode(tmp_path):
    target = tmp_path / "report.txt"
    target.write_text("old")
    target.chmod(0o640)
    write_file(TEXT, made.warned(), View(), str(target))
    assert target.read_text(encoding="utf-8").startswith("warning  app.exe")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_a_new_file_has_the_mode_the_umask_gives(tmp_path):
    old = os.umask(0o027)
    try:
        write_file(TEXT, made.warned(), View(), str(tmp_path / "report.txt"))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o640


def test_a_failed_write_leaves_the_old_report_and_nothing_else(tmp_path):
    target = tmp_path / "report.txt"
    target.write_text("old")
    with pytest.raises(ReportWriteError, match="No space left"):
        write_file(Renderer("text", crash), made.warned(), View(), str(target))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


@pytest.mark.parametrize("name", ["", "missing/report.txt", "file/report.txt"])
def test_an_impossible_place_is_one_error(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportWriteError, match="cannot write"):
        write_file(TEXT, made.warned(), View(), str(tmp_path / name))


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(TEXT, made.warned(), View(), str(tmp_path / "link.txt"))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8").startswith("warning")


def test_a_pipe_known_by_its_descriptor_alone_is_written():
    ours, theirs = os.pipe()
    with os.fdopen(ours, encoding="utf-8") as read, os.fdopen(theirs, "wb"):
        write_file(TEXT, made.warned(), View(), f"/dev/fd/{theirs}")
        assert read.readline().startswith("warning  app.exe")


def test_a_pipe_is_written_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_file(TEXT, made.warned(), View(), str(pipe))
    reader.join(10)
    assert read[0].startswith("warning  app.exe")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
