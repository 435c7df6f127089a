"""--include and --exclude, from the command line to the report."""

import json
import shutil

import pytest

from tests.cli.process import ROOT, run


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


def missing(*options, cwd=ROOT, path="samples/release"):
    done = run("audit", "-f", "json", "--select", "missing-target", *options, path, cwd=cwd)
    (outcome,) = json.loads(done.stdout)["release"]
    return outcome["status"], outcome["message"], [proof["label"] for proof in outcome["evidence"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ("pass", "all 7 that must be there are there", [])),
        (("--exclude", "*.zip"), ("pass", "all 5 that must be there are there", [])),
        (("--include", "*.zip"), ("pass", "all 2 that must be there are there", [])),
        (
            ("--exclude", "/*_windows_*", "--exclude", "samples/release/*_linux_*"),
            ("pass", "all 2 that must be there are there", []),
        ),
        (
            ("--include", "*.exe"),
            ("not-applicable", "the directory of samples/release/artifacts.json was not inspected as a whole", []),
        ),
    ],
)
def test_nothing_is_missing_that_was_left_out(options, expected):
    # Two .zip and five .tar.gz, each with one program: samples/README.md.
    assert missing("--no-config", *options) == expected


def test_what_is_not_there_is_missing_whatever_else_is_left_out(tmp_path):
    shutil.copytree(ROOT / "samples" / "release", tmp_path / "dist")
    (tmp_path / "dist" / "demo_1.2.3_windows_386.zip").unlink()
    status, message, missed = missing("--exclude", "*_linux_*", cwd=tmp_path, path="dist")
    assert (status, message) == ("fail", "1 of 4 that must be there is missing")
    assert missed == ["dist/demo_1.2.3_windows_386.zip"]
    below = missing("--exclude", "dist/", cwd=tmp_path.parent, path=tmp_path.name)
    assert below[0] == "not-applicable"


def test_a_target_of_the_policy_is_missing_among_what_is_left(tmp_path):
    shutil.copytree(ROOT / "samples" / "release", tmp_path / "dist")
    (tmp_path / "gobin-inspect.toml").write_text('[[targets]]\ntarget = "windows/386"\n')
    run_on = ("audit", "-f", "json", "--select", "missing-target", "--exclude", "*.zip", "dist")
    outcomes = json.loads(run(*run_on, cwd=tmp_path).stdout)["release"]
    (proof,) = outcomes[0]["evidence"]
    assert proof["value"].startswith("no Go program for it among what --include and --exclude leave (policy ")
