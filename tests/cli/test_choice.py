"""--include and --exclude, from the command line to the report."""

import json

import pytest

from tests.cli.process import run


@pytest.fixture
def dist(tmp_path):
    for name in ("a.txt", "old/b.txt", ".hidden/c.txt"):
        (tmp_path / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dist" / name).write_text("no program\n")
    return tmp_path / "dist"


def looked_at(dist, *options, command="inspect"):
    done = run(command, "-f", "json", *options, "dist", cwd=dist.parent)
    assert "Traceback" not in done.stderr
    return [row["path"] for row in json.loads(done.stdout)["skipped"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["dist/.hidden/c.txt", "dist/a.txt", "dist/old/b.txt"]),
        (("--exclude", "old"), ["dist/.hidden/c.txt", "dist/a.txt"]),
        (("--include", "b.*", "--include", "/a.txt"), ["dist/a.txt", "dist/old/b.txt"]),
        (("--include", "*.txt", "--exclude", "dist/old/", "--exclude", ".*"), ["dist/a.txt"]),
    ],
)
def test_what_is_looked_at(dist, options, expected):
    assert looked_at(dist, *options) == expected


def test_nothing_left_to_look_at_is_no_success(dist):
    done = run("--exclude", "*", "dist", cwd=dist.parent)
    assert done.returncode == 3
    assert "--include and --exclude leave no file of the directory" in " ".join(done.stdout.split())


@pytest.mark.parametrize("option", ["--include", "--exclude"])
def test_a_glob_that_matches_nothing_is_wrong_usage(dist, option):
    done = run(option, "[", "dist", cwd=dist.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option}: '[' is no glob as .gitignore has them" in done.stderr
