"""Globs of the command line: what of a directory is looked at. git is asked what its patterns match."""

import os
import pickle
import random
import re
import shutil
import subprocess

import pytest

from inspector.errors import UsageError
from inspector.gitignore import objection
from inspector.model import SkipKind, Skipped
from inspector.sources.chosen import EVERYTHING, Chosen, chosen
from inspector.sources.files import find

FILES = [
    ".bin",
    ".git/hooks/app",
    "a.zip",
    "app",
    "linux/app",
    "linux/arm64/app.exe",
    "old/a.zip",
    "old/linux/app",
]


@pytest.fixture
def dist(tmp_path):
    for name in FILES:
        file = tmp_path / "dist" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return tmp_path / "dist"


def names(directory, include=(), exclude=(), *others):
    found = find([str(directory), *map(str, others)], chosen(include, exclude))
    return [os.path.relpath(one.path, directory) for one in found]


def test_everything_is_looked_at_hidden_files_and_directories_of_version_control_too(dist):
    assert names(dist) == FILES


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.zip"], [], ["a.zip", "old/a.zip"]),
        (["/*.zip"], [], ["a.zip"]),
        (["linux/"], [], ["linux/app", "linux/arm64/app.exe", "old/linux/app"]),
        (["/linux"], [], ["linux/app", "linux/arm64/app.exe"]),
        (["*.zip", "*.exe"], [], ["a.zip", "linux/arm64/app.exe", "old/a.zip"]),
        ([], ["app"], [".bin", "a.zip", "linux/arm64/app.exe", "old/a.zip"]),
        ([], ["linux", ".*"], ["a.zip", "app", "old/a.zip"]),
        ([], ["old/**", ".git"], [".bin", "a.zip", "app", "linux/app", "linux/arm64/app.exe"]),
        (["*.zip"], ["old"], ["a.zip"]),
        (["old"], ["*.zip"], ["old/linux/app"]),
        (["old/a.zip"], ["/old"], []),
    ],
)
def test_globs(dist, include, exclude, expected):
    if expected:
        assert names(dist, include, exclude) == expected
    else:
        (row,) = find([str(dist)], chosen(include, exclude))
        assert isinstance(row, Skipped)


def test_a_path_begins_at_the_given_directory_or_at_the_current_one(dist, monkeypatch):
    monkeypatch.chdir(dist.parent)
    assert names("dist", ["/linux/app"]) == ["linux/app"]
    assert names("dist", ["dist/linux/app"]) == ["linux/app"]
    assert names(dist, ["dist/linux/app"]) == ["linux/app"]
    assert names("dist/linux", ["dist/linux/app"]) == ["app"]
    assert names("./dist", [], ["dist/[!a]*"]) == ["a.zip", "app"]
    monkeypatch.chdir(dist / "linux")
    assert names("..", ["/app"]) == ["app"]
    assert names(".", ["/app"]) == ["app"]


def test_a_glob_without_a_slash_says_nothing_of_the_given_directory(dist):
    assert names(dist, [], ["dist"]) == FILES
    assert names(dist / "old", ["old"])[0] == "."


def test_two_directories_have_their_own_beginnings(dist):
    found = find([str(dist / "linux"), str(dist / "old")], chosen(["/app", "/a.zip"], []))
    assert [os.path.relpath(one.path, dist) for one in found] == ["linux/app", "old/a.zip"]


def test_a_named_file_is_looked_at_whatever_the_globs_say(dist):
    named = dist / "old/a.zip"
    assert names(dist, ["*.exe"], ["old"], named) == ["linux/arm64/app.exe", "old/a.zip"]
    assert [one.path for one in find([str(named)], chosen(["*.exe"], ["*"]))] == [str(named)]


def test_an_excluded_directory_is_not_entered(dist, monkeypatch):
    listed = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scan(path))
    assert names(dist, [], ["old", ".git/"]) == [".bin", "a.zip", "app", "linux/app", "linux/arm64/app.exe"]
    assert listed == [str(dist), str(dist / "linux"), str(dist / "linux/arm64")]


def test_links_and_special_files_are_chosen_too(tmp_path):
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert len(list(find([str(tmp_path)]))) == 2
    (row,) = find([str(tmp_path)], chosen([], ["pipe"]))
    assert row.reason == "a symbolic link to nothing"
    (row,) = find([str(tmp_path)], chosen(["p*"], []))
    assert row.reason == "a pipe, a socket or a device"


def test_a_directory_of_which_nothing_is_left_has_its_one_line(dist):
    (row,) = find([str(dist)], chosen(["*.deb"], []))
    assert (row.kind, row.named) == (SkipKind.NOT_EXECUTABLE, True)
    assert row.reason == "--include and --exclude leave no file of the directory"


def test_no_current_directory_leaves_the_given_one(dist, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert [one.path for one in find([str(dist)], chosen(["/linux/app"], []))] == [str(dist / "linux/app")]


def test_undecodable_names_are_matched_as_the_system_has_them(tmp_path):
    name = os.fsdecode(b"caf\xe9.zip")
    (tmp_path / name).write_bytes(b"")
    assert [one.path for one in find([str(tmp_path)], chosen(["*.zip"], []))] == [str(tmp_path / name)]
    assert [one.path for one in find([str(tmp_path)], chosen([name], []))] == [str(tmp_path / name)]


@pytest.mark.parametrize(
    ("include", "exclude", "said"),
    [
        (["["], [], "--include: '[' is no glob as .gitignore has them"),
        ([], [""], "--exclude: '' matches nothing, as .gitignore reads it"),
        ([], ["!app"], "--exclude: '!app' matches nothing, as .gitignore reads it"),
        (["a", "../b"], [], "--include: '../b' matches nothing: a glob begins at a given directory or at the current"),
        (["./b"], [], "--include: './b' matches nothing"),
        ([], ["\x1b[2J["], r"--exclude: '\\x1b[2J[' is no glob"),
    ],
)
def test_a_glob_that_matches_nothing_is_an_error_of_usage(include, exclude, said):
    with pytest.raises(UsageError) as caught:
        chosen(include, exclude)
    assert str(caught.value).startswith(said)


def test_a_choice_can_be_handed_to_another_process():
    choice = chosen(["*.zip"], ["old"])
    assert pickle.loads(pickle.dumps(choice)) == choice == Chosen(("*.zip",), ("old",))
    assert chosen([], []) is EVERYTHING


PIECES = ["a", "b", "*", "?", "/", "[ab]", "[!a]", "**/", "/**/", "/**", "/", "a*"]


def trees(count):
    """Paths of files that can stand beside each other, from fixed random numbers."""
    draw = random.Random(7)
    files, directories = set(), set()
    while len(files) < count:
        parts = tuple("".join(draw.choices("abc", k=draw.randint(1, 2))) for _ in range(draw.randint(1, 4)))
        above = {parts[:depth] for depth in range(1, len(parts))}
        if parts not in directories and not above & files:
            files.add(parts)
            directories |= above
    return sorted("/".join(parts) for parts in files)


def patterns(count):
    draw = random.Random(8)
    while count:
        pattern = "".join(draw.choice(PIECES) for _ in range(draw.randint(1, 5)))
        # git reads stars in a row that are no ** in its own way.
        if objection(pattern, "") is None and not re.search(r"\*{3}|[^/]\*\*|\*\*[^/]", pattern):
            count -= 1
            yield pattern


def test_what_git_ignores_is_excluded_and_nothing_else_is_included(tmp_path):
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", repository], check=True)
    shutil.rmtree(repository / ".git" / "hooks", ignore_errors=True)
    files = trees(60)
    for name in files:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_bytes(b"")
    told = 0
    for pattern in patterns(80):
        (repository / ".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
        shown = subprocess.run(
            ["git", "ls-files", "-z", "--others", "--exclude-standard"],
            cwd=repository,
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        kept = {name for name in shown.split("\0") if name} - {".gitignore"}
        told += kept != set(files)
        own = [".git", ".gitignore"]
        rows = list(find([str(repository)], chosen([], [pattern, *own])))
        assert {os.path.relpath(one.path, repository) for one in rows if not isinstance(one, Skipped)} == kept, pattern
        rows = list(find([str(repository)], chosen([pattern], own)))
        left = {os.path.relpath(one.path, repository) for one in rows if not isinstance(one, Skipped)}
        assert left == set(files) - kept, pattern
    assert told > 40
