"""Several reports in one run, and those that a CI system gets unasked."""

import json
import shutil
import subprocess
import sys
from subprocess import PIPE, STDOUT
from xml.etree import ElementTree

import pytest

from inspector.cli import main
from tests.cli.process import PROGRAM, ROOT, environment, run
from tests.reports.runner import obeyed
from tests.reports.test_junit import SCHEMA
from tests.reports.test_markdown import OURS, Page

ACTIONS = {"GITHUB_ACTIONS": "true"}
WRONG = ("--goarch", "386", "app")
"""Arguments that give one error."""


def levels(text):
    return [command.name for command in obeyed(text)]


def test_every_format_in_one_run(place, tmp_path):
    names = ("json", "sarif", "junit", "github", "gitlab", "markdown")
    done = run("-f", "text", *(f"-f{name}={tmp_path / name}" for name in names), *WRONG, cwd=place)
    assert done.returncode == 1
    assert done.stdout.startswith("error    app")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names), "and no draft is left"
    text = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    assert json.loads(text["json"])["summary"]["worst"] == "error"
    assert json.loads(text["sarif"])["runs"][0]["results"]
    assert json.loads(text["gitlab"])
    assert ElementTree.fromstring(text["junit"].encode()).get("failures") == "1"
    assert levels(text["github"])[0] == "error"
    assert text["markdown"].startswith("❌ **gobin-inspect** inspected 1 artifact: 1 failed\n")


def test_what_is_read_here_comes_when_the_files_are_written(place):
    command = [*PROGRAM, "-f", "text", "-f", "json=/dev/stderr", *WRONG]
    out = subprocess.run(command, cwd=place, env=environment(), stdout=PIPE, stderr=STDOUT, check=False).stdout
    report, end = json.JSONDecoder().raw_decode(out.decode())
    assert report["summary"]["worst"] == "error"
    assert out.decode()[end:].lstrip().startswith("error    app")


@pytest.mark.parametrize(("options", "said"), [([], "gobin-inspect: writing {}\n"), (["-q"], "")])
def test_that_large_reports_are_being_written_is_said(monkeypatch, capsys, tmp_path, good, options, said):
    monkeypatch.setattr("inspector.run._MANY", 1)
    assert main(["--no-config", *options, f"-fjson={tmp_path / 'out'}", "-ftext", str(good)]) == 0
    assert capsys.readouterr().err == said.format(tmp_path / "out")
    monkeypatch.setattr("inspector.run._MANY", 2)
    assert main(["--no-config", *options, f"-fjson={tmp_path / 'out'}", str(good)]) == 0
    assert capsys.readouterr().err == ""


def test_the_reports_on_a_real_release(tmp_path):
    names = ("junit", "github", "markdown")
    release = ROOT / "samples" / "release"
    done = run("verify", "--no-config", *(f"-f{name}={tmp_path / name}" for name in names), release, cwd=tmp_path)
    assert done.returncode == 1
    text = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    SCHEMA.validate(text["junit"])
    cases = ElementTree.fromstring(text["junit"].encode()).iter("testcase")
    failed = {case.get("classname") for case in cases if case.find("failure") is not None}
    # What is planted in it: samples/README.md.
    planted = ("darwin_arm64", "linux_386", "linux_arm64")
    programs = {f"{release}/demo_1.2.3_{target}.tar.gz -> demo" for target in planted}
    assert failed == programs | {"release"}
    errors = [command for command in obeyed(text["github"]) if command.name == "error"]
    files = {command.properties["file"] for command in errors if "file" in command.properties}
    assert files == {name.partition(" ")[0] for name in programs}
    assert len(errors) == len(programs) + 1
    page = Page(text["markdown"])
    assert set(page.tags) <= OURS
    assert programs < set(page.codes)


@pytest.mark.parametrize("name", ["json", "junit", "github", "gitlab", "markdown"])
def test_a_format_on_standard_output_is_utf8_whatever_the_terminal_is(tmp_path, good, name):
    (tmp_path / "日本").symlink_to(good)
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert "日本" in run("-f", name, "--goarch", "386", "日本", cwd=tmp_path, env=ascii_only).stdout


def test_one_format_that_cannot_be_written_does_not_cost_the_others(place, tmp_path):
    done = run("-f", f"junit={tmp_path}", "-f", f"markdown={tmp_path / 'b.md'}", "-f", "text", *WRONG, cwd=place)
    assert done.returncode == 4
    assert done.stderr == f"gobin-inspect: error: cannot write {tmp_path}: Is a directory\n"
    assert (tmp_path / "b.md").read_text(encoding="utf-8").startswith("❌")
    assert done.stdout.startswith("error    app")
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]


@pytest.mark.parametrize(
    "formats",
    ["-f text -f github", "-f github -f json", "-f junit -f markdown=-", "-f json -f text=/dev/stdout", "-f junit="],
)
@pytest.mark.parametrize("env", [{}, ACTIONS])
def test_two_formats_to_one_place_are_refused(place, formats, env):
    done = run(*formats.split(), *WRONG, cwd=place, env=env)
    assert (done.returncode, done.stdout) == (2, "")


def test_commands_precede_the_text_whose_last_line_is_the_verdict(place):
    done = run(*WRONG, cwd=place, env=ACTIONS)
    text = run(*WRONG, cwd=place)
    assert done.returncode == text.returncode == 1
    assert done.stdout.endswith(text.stdout)
    assert levels(text.stdout) == []
    added = done.stdout.removesuffix(text.stdout)
    assert len(obeyed(added)) == added.count("\n") > 0
    assert levels(added)[0] == "error"
    assert done.stderr == text.stderr == ""


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "gitlab", "markdown"])
def test_commands_stay_out_of_a_document(place, name):
    done = run("-f", name, *WRONG, cwd=place, env=ACTIONS)
    assert done.stdout == run("-f", name, *WRONG, cwd=place).stdout
    assert levels(done.stderr)[0] == "error"


@pytest.mark.parametrize("formats", ["-f json=a", "-f text=a -f junit=b", "-f markdown=a"])
def test_commands_go_to_a_standard_output_that_nothing_else_takes(place, tmp_path, formats):
    done = run(*formats.split(), "--goarch", "386", place / "app", cwd=tmp_path, env=ACTIONS)
    assert done.stdout.startswith("::error file=")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ("--no-auto-format", ACTIONS),
        ("", {"GITHUB_ACTIONS": "false"}),
        ("", {"GITHUB_ACTIONS": ""}),
        ("", {}),
        ("-f text -f github=commands", ACTIONS),
        ("-f github=commands", ACTIONS),
    ],
)
def test_commands_come_only_where_they_are_understood_and_once(place, tmp_path, options, env):
    done = run(*options.split(), "--goarch", "386", place / "app", cwd=tmp_path, env=env)
    assert done.returncode == 1
    assert levels(done.stdout + done.stderr) == []
    written = tmp_path / "commands"
    assert written.exists() == ("github" in options)
    assert not written.exists() or levels(written.read_text(encoding="utf-8"))[0] == "error"


def test_commands_that_were_asked_for_come_once(place):
    asked = run("-f", "github", *WRONG, cwd=place, env=ACTIONS)
    assert asked.stdout == run("-f", "github", *WRONG, cwd=place).stdout
    assert levels(asked.stdout).count("error") == 1


def test_a_clean_run_is_quiet_under_actions_too(place):
    done = run("-q", "app", cwd=place, env=ACTIONS)
    assert done.returncode == 0
    assert set(levels(done.stdout)) <= {"notice"}


@pytest.fixture
def summary(tmp_path):
    """A step's summary, to which a command before wrote."""
    file = tmp_path / "step_summary"
    file.write_text("# before\n", encoding="utf-8")
    return file


def under_actions(summary):
    return {**ACTIONS, "GITHUB_STEP_SUMMARY": str(summary)}


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ("", ACTIONS),
        ("-f json", ACTIONS),
        ("-f github", {}),
        ("-f github --no-auto-format", ACTIONS),
        ("-f text -f github=a", {}),
    ],
)
def test_the_summary_of_the_step_gets_the_report_behind_what_it_has(place, tmp_path, summary, options, env):
    given = ("--goarch", "386", str(place / "app"))
    markdown = run("-f", "markdown", *given, cwd=tmp_path).stdout
    done = run(*options.split(), *given, cwd=tmp_path, env={**env, "GITHUB_STEP_SUMMARY": str(summary)})
    assert done.returncode == 1
    assert summary.read_text(encoding="utf-8") == f"# before\n{markdown}"


@pytest.mark.parametrize(("options", "env"), [("--no-auto-format", ACTIONS), ("", {}), ("-f markdown", {})])
def test_the_summary_is_left_alone_without_commands(place, summary, options, env):
    run(*options.split(), *WRONG, cwd=place, env={**env, "GITHUB_STEP_SUMMARY": str(summary)})
    assert summary.read_text(encoding="utf-8") == "# before\n"


def test_a_summary_that_is_no_file_yet_is_made(place, tmp_path):
    assert run(*WRONG, cwd=place, env=under_actions(tmp_path / "new")).returncode == 1
    assert (tmp_path / "new").read_text(encoding="utf-8").startswith("❌ **gobin-inspect**")
    assert run("app", cwd=place, env={**ACTIONS, "GITHUB_STEP_SUMMARY": ""}).returncode == 0


def test_a_summary_that_was_asked_for_is_written_once(place, summary):
    assert run("-f", f"markdown={summary}", *WRONG, cwd=place, env=under_actions(summary)).returncode == 1
    assert summary.read_text(encoding="utf-8").count("**gobin-inspect**") == 1


@pytest.mark.parametrize("where", ["missing/summary", "."])
def test_a_summary_that_cannot_be_written_is_exit_4(place, tmp_path, where):
    done = run("-f", "text", *WRONG, cwd=place, env=under_actions(tmp_path / where))
    assert done.returncode == 4
    assert f"gobin-inspect: error: cannot write {tmp_path / where}: " in done.stderr
    assert "\nerror    app" in done.stdout
    assert levels(done.stdout)[0] == "error"


def test_a_full_disk_under_the_summary_is_exit_4(place):
    done = run(*WRONG, cwd=place, env=under_actions("/dev/full"))
    assert done.returncode == 4
    assert done.stderr == "gobin-inspect: error: cannot write /dev/full: No space left on device\n"


@pytest.mark.parametrize("room", [0, 20, 250])
def test_a_summary_never_gets_longer_than_github_shows(place, summary, room):
    limit = 1024 * 1024
    summary.write_bytes(b"x" * (limit - room))
    assert run(*WRONG, cwd=place, env=under_actions(summary)).returncode == 1
    assert summary.stat().st_size <= limit
    assert (b"gobin-inspect" in summary.read_bytes()) == (room == 250)


def test_a_name_is_no_command_in_a_log(tmp_path, good):
    names = ["::stop-commands::x", "x ##[add-mask]y", "a ::warning::b", "a\n::error::b"]
    (tmp_path / "dist").mkdir()
    for name in names:
        shutil.copy(good, tmp_path / "dist" / name)
    reports = ("json", "junit", "sarif", "gitlab", "markdown")
    done = run("-v", *(f"-f{name}={name}" for name in reports), "-f", "text", "--goarch", "386", "dist", cwd=tmp_path)
    logs = {name: (tmp_path / name).read_text(encoding="utf-8") for name in reports}
    for name, log in {**logs, "text": done.stdout, "messages": done.stderr}.items():
        assert levels(log) == [], name
    done = run("--goarch", "386", "dist", cwd=tmp_path, env=ACTIONS)
    assert levels(done.stdout).count("error") == len(names)
    assert set(levels(done.stdout)) <= {"error", "notice"}


@pytest.mark.parametrize("arguments", ["app", "missing", "-f json missing", "-x", "-f json --goarch 386 app"])
@pytest.mark.parametrize("env", [{}, ACTIONS])
def test_a_closed_standard_error_changes_no_exit_code(place, arguments, env):
    script = f'"$0" -m inspector {arguments} >/dev/null 2>&-'
    command = ["/bin/sh", "-c", script, sys.executable]
    done = subprocess.run(command, cwd=place, env=environment(**env), check=False)
    assert done.returncode == run(*arguments.split(), cwd=place).returncode


@pytest.mark.parametrize("spelled", ["app", "./app", "link"])
def test_a_report_never_replaces_what_is_inspected(tmp_path, spelled):
    (tmp_path / "app").write_bytes(b"a program")
    (tmp_path / "link").symlink_to("app")
    done = run("-f", f"json={spelled}", "app", cwd=tmp_path)
    assert done.returncode == 2
    assert f"{spelled} is to be inspected; a report needs a file of its own" in done.stderr
    assert (tmp_path / "app").read_bytes() == b"a program"
