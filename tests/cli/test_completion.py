"""What the Tab key offers, asked as shells ask, and typed into real shells."""

import os
import pty
import re
import subprocess
import time

import pytest

from inspector.kinds import KINDS
from inspector.reports import RENDERERS
from inspector.rules import all_rules
from tests.cli.process import PROGRAM, environment, run

SHELLS = ("bash", "zsh", "fish")
COMMANDS = {"completion", "diff", "explain", "inspect", "policy", "schema", "verify"}


def offered(line, shell="bash"):
    """The completions of the last word of a line: words, and "FILES" where the shell is asked for its own."""
    words = line.split(" ")
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked = {"COMP_WORDS": line, "COMP_CWORD": words[-1]}
    done = run(env={"_GOBIN_INSPECT_COMPLETE": f"{shell}_complete", **asked})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    if shell == "zsh":  # type, word and help take a line each
        lines = [",".join(lines[at : at + 2]) for at in range(0, len(lines), 3)]
    pairs = [line.split("\t")[0].split(",", 1) for line in lines if line]
    return {"FILES" if kind == "file" else word for kind, word in pairs}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("gobin-inspect --tar", {"--target"}),
        ("gobin-inspect ver", {"verify", "FILES"}),
        ("gobin-inspect dist/", {"FILES"}),
        ("gobin-inspect app ", {"FILES"}),
        ("gobin-inspect --cgo 0 --stat", {"--static"}),
        ("gobin-inspect --cgo ", {"0", "1"}),
        ("gobin-inspect verify --profile win", {"windows-10"}),
        ("gobin-inspect --target plan9/", {"plan9/386", "plan9/amd64", "plan9/arm"}),
        ("gobin-inspect --goos dar", {"darwin"}),
        ("gobin-inspect --goarch ppc", {"ppc64", "ppc64le"}),
        ("gobin-inspect --config ", {"FILES"}),
        ("gobin-inspect verify app --fail-on ", {"error", "warning", "note", "never"}),
        ("gobin-inspect explain tzdata-c", {"tzdata-corrupt"}),
        ("gobin-inspect explain not-", set(KINDS) & {"not-go", "not-executable"}),
        ("gobin-inspect completion ", set(SHELLS)),
        ("gobin-inspect policy ", {"init", "check"}),
        ("gobin-inspect policy init ", {"FILES"}),
        ("gobin-inspect policy init dist -o ", {"FILES"}),
        ("gobin-inspect policy check ", {"FILES"}),
        ("gobin-inspect nothing-of-that-kind --no-such", set()),
    ],
)
def test_words_of_the_tool_are_offered_and_paths_left_to_the_shell(line, wanted, shell):
    assert offered(line, shell) == wanted


def test_the_first_word_may_be_a_command_or_a_path():
    assert COMMANDS | {"FILES"} <= offered("gobin-inspect ")
    assert {"--version", "--help", "--goos", "--format"} <= offered("gobin-inspect --")


def test_every_rule_and_every_format_is_offered():
    assert offered("gobin-inspect --select ") == {rule.name for rule in all_rules()}
    assert offered("gobin-inspect explain ") == {rule.name for rule in all_rules()} | set(KINDS)
    assert offered("gobin-inspect -f ") == {renderer.name for renderer in RENDERERS}


def test_a_list_of_rules_goes_on_behind_its_last_comma():
    assert offered("gobin-inspect --ignore wrong-goos,tzdata-c") == {"wrong-goos,tzdata-corrupt"}


def test_a_shell_nobody_knows_is_wrong_usage():
    assert run("completion", "tcsh").returncode == 2
    assert run("completion").returncode == 2


@pytest.fixture
def folder(tmp_path):
    """A place to type in, with the tool on PATH."""
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "gobin-inspect"
    tool.write_text("#!/bin/sh\nexec " + " ".join(f'"{word}"' for word in PROGRAM) + ' "$@"\n')
    tool.chmod(0o755)
    (tmp_path / "place").mkdir()
    return tmp_path


def typed(folder, command, setup, *lines):
    """Type lines into a shell on a terminal; all it wrote, without escape sequences."""
    ours, theirs = pty.openpty()
    env = environment(
        PATH=f"{folder / 'bin'}:{os.environ['PATH']}", HOME=str(folder), PS1="ready> ", TERM="vt100", COLUMNS="200"
    )
    # A session of its own: an interactive shell takes the terminal it was started from for itself.
    shell = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command],
        cwd=folder / "place",
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    got = b""
    os.set_blocking(ours, False)
    for line in (setup + "\n", *lines):
        os.write(ours, b" echo be''gin\n")
        got += until(ours, b"begin\r\n")
        os.write(ours, line.encode())
    os.write(ours, b" echo en''d\n")
    got += until(ours, b"end\r\n")
    os.write(ours, b"exit\n")
    shell.wait(30)
    os.close(ours)
    return re.sub(r"\x1b[\[(][0-9;?]*[a-zA-Z]", "", got.decode(errors="replace")).replace("\r", "")


def until(terminal, mark):
    got, end = b"", time.monotonic() + 30
    while mark not in got:
        assert time.monotonic() < end, got
        try:
            got += os.read(terminal, 65536)
        except BlockingIOError:
            time.sleep(0.02)
    return got


BASH = (["bash", "--norc", "-i"], 'eval "$(gobin-inspect completion bash)"')
ZSH = (["zsh", "-f", "-i"], 'autoload -U compinit && compinit -u && eval "$(gobin-inspect completion zsh)"')
FISH = (["fish", "--no-config", "-i"], "gobin-inspect completion fish | source")


@pytest.mark.parametrize(
    ("command", "setup"),
    [
        pytest.param(*BASH, id="bash"),
        pytest.param(*ZSH, id="zsh", marks=pytest.mark.wide),
        pytest.param(*FISH, id="fish", marks=pytest.mark.wide),
    ],
)
def test_a_shell_completes_rules_and_paths(folder, good, command, setup):
    program = folder / "place" / "some program"
    program.write_bytes(good.read_bytes())
    program.chmod(0o755)
    got = typed(folder, command, setup, "gobin-inspect expla\ttzdata-cor\t\n", "gobin-inspect so\t\n")
    assert "tzdata-corrupt (GBI503)\n" in got
    assert "some program  ELF x86-64" in got
