"""Terminals, pipes, full disks and interrupts."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.process import PROGRAM, environment, run


def on_terminal(*args, env=None, columns=80):
    """Run with standard output on a terminal; what the terminal got, with plain newlines."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    done = subprocess.Popen(
        [*PROGRAM, *map(str, args)],
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    got = b""
    while piece := _read(ours):
        got += piece
    os.close(ours)
    assert done.wait(60) == 0
    return got.decode().replace("\r\n", "\n")


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux' end of file on a terminal whose other side was closed
        return b""


def test_a_terminal_gets_colour_unless_it_does_not_want_it(good):
    assert "\x1b[" in on_terminal(good)
    assert "\x1b" not in on_terminal(good, env={"NO_COLOR": "1"})
    assert "\x1b" not in on_terminal(good, env={"TERM": "dumb"})
    assert "\x1b" not in on_terminal("--color", "never", good)
    assert "\x1b[" in on_terminal("--color", "always", good, env={"NO_COLOR": "1"})
    assert on_terminal("explain", "not-go").startswith("\x1b[1mnot-go")


def test_a_pipe_gets_colour_only_when_asked(good):
    assert "\x1b" not in run(good).stdout
    assert "\x1b[" in run("--color", "always", good).stdout


def test_a_wide_terminal_is_used_within_reason(good):
    wide = on_terminal("--color", "never", good, columns=500).splitlines()
    assert 80 < max(map(len, wide)) <= 120


@pytest.mark.parametrize("arguments", [["app"], ["-f", "json", "app"], ["explain"], ["schema"]])
def test_a_reader_that_leaves_is_no_trouble(place, arguments):
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as pipe:
        done = run(*arguments, cwd=place, stdout=pipe)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_does_not_hide_findings(place):
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as pipe:
        assert run("--goarch", "386", "app", cwd=place, stdout=pipe).returncode == 1


@pytest.mark.parametrize("arguments", [["app"], ["-f", "json", "app"], ["explain"], ["schema"]])
def test_a_full_disk_is_exit_4(place, arguments):
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, cwd=place, stdout=full)
    assert done.returncode == 4
    assert done.stderr == "gobin-inspect: error: cannot write standard output: No space left on device\n"


@pytest.mark.parametrize(("arguments", "code"), [("-f json missing", 3), ("-f json=no/such/x.json app", 4), ("-x", 2)])
def test_a_standard_error_that_takes_nothing_leaves_the_exit_code_alone(place, arguments, code):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments.split()],
            cwd=place,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=full,
            check=False,
        )
    assert done.returncode == code


def test_closed_standard_output_is_exit_4(place):
    script = '"$0" -m inspector app >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert done.stderr == "gobin-inspect: error: cannot write standard output: it is closed\n"


def test_an_interrupt_ends_with_130_and_no_traceback():
    # A shell's background jobs ignore interrupts, and so would what they start.
    heed = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", heed, *PROGRAM, "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # More than a pipe holds: once it is written, the process has started and reads.
    process.stdin.write("x" * (1 << 20))
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == "interrupted before everything was inspected\n"
    assert err == "gobin-inspect: interrupted after 0 of 1 files; this is what was known by then\n"
    assert "Traceback" not in err


def test_a_bug_is_one_line_and_exit_3(place):
    script = (
        "import sys, inspector.batch as p; from inspector.cli import main\n"
        "def broken(*_, **__): raise KeyError('x\\x1b')\n"
        "p.inspect_paths = broken; sys.exit(main(['app']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.startswith("gobin-inspect: internal error, please report it: <string>:2: KeyError: ")
    assert len(done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr


def test_hostile_names_reach_no_stream_raw(tmp_path, good):
    hostile = os.fsdecode(b"a\x1b]0;t\x07\xff\n\xe2\x80\xaeexe")
    (tmp_path / hostile).write_bytes(good.read_bytes())
    (tmp_path / hostile).chmod(0o755)
    for arguments in (["."], ["-f", "json", "."], ["--goarch", "386", "-v", "."], [hostile], [f"{hostile}-missing"]):
        done = run(*arguments, cwd=tmp_path)
        text = done.stdout + done.stderr
        assert "x1b]0;t" in text or "u001b]0;t" in text
        assert [c for c in text if not c.isprintable() and c != "\n"] == []


def test_plain_output_does_not_import_rich(good):
    script = f"import sys; from inspector.cli import main; main([{str(good)!r}]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    assert {"inspector.reports.text", "formats.elf"} <= set(done.stderr.split())
    assert not {"rich", "pefile", "macholib"} & set(done.stderr.split())
