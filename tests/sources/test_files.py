"""Paths, directories, links, special files, standard input."""

import errno
import io
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from formats import Truncated, Window
from inspector.model import SkipKind, Unknown
from inspector.sources import Artifact, Found, find, look_into, walk
from tests.sources.containers import ELF, PE, met, only, tar_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dist(tmp_path):
    """A directory whose name says nothing of intent."""
    path = tmp_path / "dist"
    path.mkdir()
    return path


def paths(*given):
    return [found.path for found in walk([str(path) for path in given])]


def test_a_named_file_is_named_and_has_its_mode(dist):
    app = dist / "app"
    app.write_bytes(ELF)
    app.chmod(0o640)
    walking = walk([str(app)])
    artifact = next(walking)
    assert isinstance(artifact, Artifact)
    assert (artifact.path, artifact.members, artifact.name) == (str(app), (), "app")
    assert (artifact.mode, artifact.named, artifact.names) == (0o640, True, (("file name", "app"),))
    assert artifact.window.read(0, 4) == b"\x7fELF"


def test_the_window_closes_when_the_walk_goes_on(dist):
    (dist / "app").write_bytes(ELF)
    walking = walk([str(dist)])
    artifact = next(walking)
    assert artifact.window.read(0, 4) == b"\x7fELF"
    assert next(walking, None) is None
    with pytest.raises((OSError, ValueError)):
        artifact.window.read(0, 4)


def test_a_directory_is_walked_in_bytewise_order_of_the_whole_path(dist):
    names = ["a-b", "a/z", "a/sub/x", "a.b", "ab", "B", "ä"]
    for name in names:
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_bytes(ELF)
    assert paths(dist) == sorted((str(dist / name) for name in names), key=os.fsencode)


def test_files_of_a_directory_are_not_named_and_know_its_name(tmp_path):
    app = tmp_path / "linux_arm64" / "bin" / "app"
    app.parent.mkdir(parents=True)
    app.write_bytes(ELF)
    (app.parent / "notes").write_text("text")
    artifact, row = walk([str(tmp_path / "linux_arm64") + "/"])
    assert (artifact.named, row.named) == (False, False)
    assert artifact.names == (("file name", "app"), ("directory name", "bin"), ("directory name", "linux_arm64"))


def test_an_archive_adds_its_name_and_its_directories(tmp_path):
    inner = tar_of({"linux/app": ELF})
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/all.tar").write_bytes(tar_of({"x/app_linux_amd64.tar": inner}))
    artifact = next(walk([str(tmp_path / "dist")]))
    assert artifact.members == ("x/app_linux_amd64.tar", "linux/app")
    assert artifact.name == "app"
    assert artifact.names == (
        ("file name", "app"),
        ("directory name", "linux"),
        ("archive name", "app_linux_amd64.tar"),
        ("directory name", "x"),
        ("archive name", "all.tar"),
    )


def test_given_paths_are_sorted_and_counted_once(dist, monkeypatch):
    for name in ("a", "b"):
        (dist / name).write_bytes(ELF)
    monkeypatch.chdir(dist.parent)
    assert paths("dist/b", "dist", "./dist/b") == ["dist/a", "dist/b"]
    assert sorted(paths("dist/", "./dist//a")) == ["./dist//a", "dist/b"]


@pytest.mark.parametrize("order", [("dist", "dist/a"), ("dist/a", "dist")])
def test_a_directory_whose_only_file_was_given_too_is_not_empty(dist, monkeypatch, order):
    (dist / "a").write_bytes(ELF)
    monkeypatch.chdir(dist.parent)
    assert [artifact.path for artifact in walk(order)] == ["dist/a"]


@pytest.mark.parametrize("name", ["", "missing", "app/below", "nul\0"])
def test_a_path_that_is_not_there_is_unreadable(dist, monkeypatch, name):
    monkeypatch.chdir(dist)
    (dist / "app").write_bytes(ELF)
    row = next(walk([name]))
    assert (row.kind, row.named) == (SkipKind.UNREADABLE, True)
    expected = {
        "": "no such file or directory",
        "missing": "no such file or directory",
        "app/below": "not a directory",
        "nul\0": "not a possible path",
    }
    assert row.reason == expected[name]


def test_a_missing_path_leaves_the_others(dist):
    (dist / "app").write_bytes(ELF)
    assert [thing.content for thing in met(dist / "nope", dist / "app")] == [ELF, None]


def test_without_permission_a_file_and_a_directory_are_unreadable(dist):
    (dist / "closed").mkdir()
    (dist / "app").write_bytes(ELF)
    # Root may read anything, so the child gives up its rights, once it has imported what it needs and stands where
    # it needs no permission on the way.
    program = """
import os, sys
from inspector.sources import walk
os.chdir(sys.argv[1])
os.chmod("app", 0)
os.chmod("closed", 0)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for row in walk(["app", "closed"]):
    print(row.path, row.kind.value, row.reason, row.named)
"""
    out = subprocess.run([sys.executable, "-c", program, dist], cwd=ROOT, check=True, capture_output=True, text=True)
    (dist / "closed").chmod(0o755)
    assert out.stdout == "app unreadable permission denied True\nclosed unreadable permission denied True\n"


def test_an_empty_directory_has_its_one_line(dist):
    (dist / "sub").mkdir()
    row = next(walk([str(dist)]))
    assert (row.kind, row.reason, row.named) == (SkipKind.NOT_EXECUTABLE, "the directory holds no files", True)


def test_a_named_link_is_followed_and_keeps_its_name(tmp_path):
    (tmp_path / "app-1.2").write_bytes(ELF)
    (tmp_path / "current").symlink_to("app-1.2")
    artifact = next(walk([str(tmp_path / "current")]))
    assert (artifact.name, artifact.named) == ("current", True)


def test_links_below_a_directory_are_not_followed(tmp_path):
    dist = tmp_path / "dist"
    (dist / "sub").mkdir(parents=True)
    (dist / "sub/app").write_bytes(ELF)
    (tmp_path / "outside").write_bytes(PE)
    for name, target in {
        "alias": "sub/app",
        "aliases": "sub",
        "away": "../outside",
        "circle": "circle",
        "dangling": "nowhere",
        "sub/up": "..",
    }.items():
        (dist / name).symlink_to(target)
    things = {Path(thing.path).name: thing for thing in walk([str(dist)])}
    assert sorted(things) == ["app", "away", "circle", "dangling"]
    assert things["away"].reason == "a symbolic link out of the directory, not followed"
    assert things["circle"].reason == things["dangling"].reason == "a symbolic link to nothing"


def test_special_files_are_never_opened(dist, monkeypatch):
    os.mkfifo(dist / "pipe")
    monkeypatch.chdir(dist)  # a socket's path has at most 108 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        walked = met(dist)
        named = met(dist / "pipe", dist / "socket", "/dev/null")
    assert [(row.kind, row.reason) for row in walked] == [
        (SkipKind.NOT_EXECUTABLE, "a pipe, a socket or a device"),
    ] * 2
    assert [row.kind for row in named] == [SkipKind.UNREADABLE] * 3
    assert [row.reason.removeprefix("not a regular file: ") for row in named] == [
        "a character device",
        "a named pipe",
        "a socket",
    ]


def test_a_file_that_became_a_pipe_a_link_or_nothing_is_unreadable(dist):
    rows = []
    for change in (os.mkfifo, lambda path: path.symlink_to("/etc/passwd"), lambda path: path.mkdir(), lambda _: None):
        app = dist / "app"
        app.write_bytes(ELF)
        found = only(list(find([str(dist)])))
        app.unlink()
        change(app)
        rows += look_into(found)
        if app.is_dir():
            app.rmdir()
        else:
            app.unlink(missing_ok=True)
    assert [row.kind for row in rows] == [SkipKind.UNREADABLE] * 4
    assert [row.reason for row in rows] == [
        "not a regular file: a named pipe",
        os.strerror(errno.ELOOP)[:1].lower() + os.strerror(errno.ELOOP)[1:],
        "not a regular file: a directory",
        "no such file or directory",
    ]


def test_a_file_cut_off_while_it_is_read_is_truncated(dist):
    app = dist / "app"
    app.write_bytes(ELF * 100)
    walking = walk([str(app)])
    artifact = next(walking)
    os.truncate(app, 10)
    with pytest.raises(Truncated):
        artifact.window.read(0, len(ELF))


def test_a_disk_that_fails_is_unreadable(dist, monkeypatch):
    (dist / "app").write_bytes(ELF)

    def fail(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", fail)
    row = next(walk([str(dist / "app")]))
    assert (row.kind, row.reason) == (SkipKind.UNREADABLE, "input/output error")


def test_paths_are_shown_escaped(tmp_path):
    name = os.fsdecode(b"caf\xe9\n\x1b[2J")
    (tmp_path / name).write_bytes(ELF)
    artifact = next(walk([str(tmp_path)]))
    assert artifact.path == str(tmp_path) + r"/caf\xe9\x0a\x1b[2J"
    assert artifact.name == r"caf\xe9\x0a\x1b[2J"


def test_a_tree_deeper_than_python_recurses_is_walked(tmp_path):
    made = [tmp_path / ("d/" * level) for level in range(1, 1100)]
    for directory in made:
        directory.mkdir()
    app = made[-1] / "app"
    app.write_bytes(ELF)
    try:
        assert only(met(tmp_path)).content == ELF
    finally:  # pytest's own cleaning recurses
        app.unlink()
        for directory in reversed(made):
            directory.rmdir()


def test_what_is_found_can_be_handed_to_another_process(dist):
    (dist / "app").write_bytes(ELF)
    found = only(list(find([str(dist)])))
    assert isinstance(found, Found)
    artifact = next(look_into(pickle.loads(pickle.dumps(found))))
    assert artifact.path == str(dist / "app")


@pytest.fixture
def stdin(monkeypatch):
    def offer(data):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return offer


def test_standard_input_is_one_artifact(stdin):
    stdin(ELF)
    walking = walk(["-"])
    artifact = next(walking)
    assert (artifact.path, artifact.members, artifact.named, artifact.names) == ("-", (), True, ())
    assert isinstance(artifact.mode, Unknown)
    assert artifact.window.read(0, artifact.window.size) == ELF


def test_standard_input_may_be_an_archive(stdin):
    stdin(tar_of({"linux/app": ELF}))
    artifact = next(walk(["-"]))
    assert (artifact.path, artifact.members) == ("-", ("linux/app",))
    assert artifact.names == (("file name", "app"), ("directory name", "linux"))


def test_no_standard_input_is_a_row(stdin, monkeypatch):
    stdin(b"")
    assert only(met("-")).reason == "the file is empty"
    monkeypatch.setattr(sys, "stdin", None)
    assert only(met("-")).reason == "standard input is closed"


def test_a_file_called_minus_is_a_file(tmp_path, stdin, monkeypatch):
    stdin(ELF)
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(PE)
    assert [thing.content for thing in met("./-", "-")] == [ELF, PE]


def test_a_plain_file_costs_no_import_of_archive_libraries(tmp_path):
    (tmp_path / "app").write_bytes(ELF)
    program = (
        "import sys; from inspector.sources import walk; assert len(list(walk(sys.argv[1:]))) == 1;"
        "print({'zipfile', 'tarfile', 'lzma', 'bz2', 'zlib', 'tempfile', 'pathlib'} & sys.modules.keys())"
    )
    arguments = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}", str(tmp_path)]
    out = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True)
    assert out.stdout == "set()\n"


def test_a_window_part_counts_from_its_own_start():
    part = Window.of_bytes(b"0123456789").sub(2, 8).part(3, 4)
    assert (part.base, part.size, part.read(0, 4), part.sub(1, 2).base) == (0, 4, b"5678", 1)
    with pytest.raises(Truncated):
        part.read(1, 4)
