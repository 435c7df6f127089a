"""What is seen of a run while it goes on. The clock is the test's; the terminal is a real one, read by an emulator."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys

import pyte
import pytest

from inspector.progress import FRAME, PATIENCE, PAUSE, Progress
from tests.cli.process import ROOT, environment

GIGA = 10**9


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


class Terminal:
    """A terminal of 80 columns, what is written to it, and what then is seen."""

    def __init__(self):
        self._ours, theirs = pty.openpty()
        self.stream = open(theirs, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # a descriptor; closed by the fixture
        self._screen = pyte.Screen(80, 10)
        self._emulator = pyte.Stream(self._screen)
        self.raw = ""

    def hang_up(self):
        os.close(self._ours)

    def lines(self):
        while select.select([self._ours], [], [], 0)[0]:
            text = os.read(self._ours, 65536).decode()
            self.raw += text
            self._emulator.feed(text)
        return [line.rstrip() for line in self._screen.display if line.strip()]

    @property
    def cursor(self):
        self.lines()
        return self._screen.cursor


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "10")
    made = Terminal()
    yield made
    with contextlib.suppress(OSError):  # the other side is gone
        made.stream.close()


@pytest.fixture
def log(tmp_path):
    with (tmp_path / "log").open("w+", encoding="utf-8") as stream:
        yield stream


def logged(log):
    log.seek(0)
    return log.read().splitlines()


def test_a_terminal_shows_counts_rate_time_left_and_what_runs(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(2, 2 * GIGA, complete=True)
        progress.started("store/one")
        progress.started("store/two")
        clock.now += 4
        progress.done("store/one", 1, GIGA, 3)
        # Half of the work took 4 s, in which 1 GB was read.
        counts, below = terminal.lines()
        assert counts == "1 of 2 files, 1.0 GB of 2.0 GB, 250 MB/s, 4 s left, 3 findings"
        assert below.endswith("  store/two")
        assert terminal.cursor.hidden
    assert terminal.lines() == []
    assert not terminal.cursor.hidden
    assert (terminal.cursor.x, terminal.cursor.y) == (0, 0)


def test_no_time_left_is_told_before_everything_is_found(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1200, 3 * GIGA, complete=False)
        clock.now += 2
        progress.done("one", 1, GIGA // 2, 1)
        progress.tick()
        assert terminal.lines()[0] == "1 of 1,200+ files, 500 MB of 3.0 GB+, 250 MB/s, 1 finding"


def test_many_small_files_at_the_end_take_time_too(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1001, GIGA, complete=True)
        clock.now += 10
        progress.done("large", 1, GIGA, 0)
        progress.tick()
        left = terminal.lines()[0].split(", ")[-2]
        assert left == "40 s left"  # 1,000 files at about 20 ms are 20 s where 200 MB/s are read, and 40 s at 100 MB/s


def test_every_name_of_a_file_is_a_file_that_is_done(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1000, GIGA, complete=True)
        progress.started("app")
        clock.now += 30
        progress.done("app", 250, GIGA // 4, 0)
        progress.started("other")
        assert terminal.lines()[0] == "250 of 1,000 files, 250 MB of 1.0 GB, 8 MB/s, 2 min left, 0 findings"


def test_what_is_named_is_what_runs(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(3, GIGA, complete=True)
        for before, name in (("", "one"), ("one", "two"), ("two", "three")):
            clock.now += 2
            if before:
                progress.done(before, 1, GIGA // 3, 0)
            progress.started(name)
            assert terminal.lines()[-1].endswith(f"  {name}")


def test_a_narrow_terminal_shows_everything_on_more_lines(terminal, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1200, 3 * GIGA, complete=True)
        clock.now += 2
        progress.done("one", 1, GIGA // 2, 1)
        progress.started("store/two")
        *counts, below = terminal.lines()
        assert " ".join(counts) == "1 of 1,200 files, 500 MB of 3.0 GB, 250 MB/s, 29 s left, 1 finding"
        assert max(map(len, counts)) <= 40
        assert below.endswith("store/two")
    assert terminal.lines() == []


def test_a_short_run_shows_nothing(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1, 1, complete=True)
        progress.started("one")
        clock.now += PATIENCE * 0.9
        progress.done("one", 1, 1, 0)
        progress.tick()
    terminal.lines()
    assert terminal.raw == ""


def test_time_goes_on_while_one_file_takes_long(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(1, GIGA, complete=True)
        progress.started("large")
        for _ in range(3):
            clock.now += 1
            progress.tick()
        assert terminal.lines()[0].startswith("0 of 1 files, 0 MB of 1.0 GB, 0 MB/s, 0 findings")


def test_the_display_does_not_change_more_often_than_a_person_sees(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(9, GIGA, complete=True)
        clock.now += 2
        for name in ("one", "two", "three"):
            progress.started(name)
        progress.done("one", 1, 1, 0)
        clock.now += FRAME / 2
        progress.done("two", 1, 1, 0)
        assert terminal.lines()[0].startswith("0 of 9 files")
        clock.now += FRAME
        progress.tick()
        assert terminal.lines()[0].startswith("2 of 9 files")


def test_what_was_there_before_stays(terminal, clock):
    terminal.stream.write("$ gobin-inspect audit store\n")
    terminal.stream.flush()
    with Progress(terminal.stream, clock=clock) as progress:
        clock.now += 2
        progress.started("one")
        assert len(terminal.lines()) == 3
    assert terminal.lines() == ["$ gobin-inspect audit store"]
    assert (terminal.cursor.x, terminal.cursor.y) == (0, 1)


@pytest.mark.parametrize("name", ["two\x1b]0;t\x07\n::error::x", "store/" + "long" * 40 + "/the-end", "界" * 90])
def test_a_name_takes_one_line_and_commands_nothing(terminal, clock, name):
    with Progress(terminal.stream, clock=clock) as progress:
        clock.now += 2
        progress.started(name)
        counts, below = terminal.lines()
        assert counts.startswith("0 of 0")
        assert "]0;t\x07" not in terminal.raw
        if "the-end" in name:
            assert below.endswith("longlong/the-end")
            assert "..." in below


def test_a_terminal_that_cannot_change_what_it_shows_gets_lines(terminal, clock, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with Progress(terminal.stream, clock=clock) as progress:
        clock.now += PATIENCE + 1
        progress.tick()
        assert terminal.lines() == []
        clock.now += PAUSE
        progress.tick()
    assert len(terminal.lines()) == 1
    assert "\x1b" not in terminal.raw


def test_no_colour_where_none_is_wanted(terminal, clock, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(2, 2, complete=True)
        clock.now += 2
        progress.done("one", 1, 1, 0)
        progress.tick()
        assert len(terminal.lines()) == 2
    assert re.findall(r"\x1b\[[0-9;]*m", terminal.raw) == []


def test_an_old_encoding_gets_a_bar_of_its_own_characters(terminal, clock, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")  # with colours, what is left of the bar is grey
    terminal.stream.reconfigure(encoding="ascii", errors="backslashreplace")
    with Progress(terminal.stream, clock=clock) as progress:
        progress.found(2, 2 * GIGA, complete=True)
        progress.done("one", 1, GIGA, 0)
        clock.now += 2
        progress.started("界")
        assert terminal.lines()[1].split() == ["-" * 10, r"\u754c"]


def test_a_log_gets_a_line_every_half_minute(log, clock):
    with Progress(log, clock=clock) as progress:
        progress.found(4, 4 * GIGA, complete=True)
        for name in ("one", "two", "three"):
            progress.started(name)
            for _ in range(20):
                clock.now += 1
                progress.tick()
            progress.done(name, 1, GIGA, 1)
    assert logged(log) == [
        "gobin-inspect: 1 of 4 files, 1.0 GB of 4.0 GB, 33 MB/s, 2 min left, 1 finding",
        "gobin-inspect: 2 of 4 files, 2.0 GB of 4.0 GB, 33 MB/s, 1 min left, 2 findings",
    ]


def test_a_log_of_a_short_run_gets_nothing(log, clock):
    with Progress(log, clock=clock) as progress:
        clock.now += PAUSE * 0.9
        progress.done("one", 1, GIGA, 1)
    assert logged(log) == []


def test_hours_are_told_as_such(log, clock):
    with Progress(log, clock=clock) as progress:
        progress.found(2, 2 * GIGA, complete=True)
        clock.now += 3 * 3600
        progress.done("one", 1, GIGA, 0)
        progress.tick()
    assert ", 3 h 0 min left, " in logged(log)[0]


def test_quiet_is_quiet(terminal, log, clock):
    for stream in (terminal.stream, log):
        with Progress(stream, quiet=True, clock=clock) as progress:
            clock.now += 100
            progress.done("one", 1, 1, 1)
    terminal.lines()
    assert (terminal.raw, logged(log)) == ("", [])


def test_no_standard_error_is_no_trouble(clock):
    with Progress(None, clock=clock) as progress:
        clock.now += 100
        progress.done("one", 1, 1, 1)


def test_a_closed_stream_is_no_trouble(log, clock):
    log.close()
    with Progress(log, clock=clock) as progress:
        for _ in range(3):
            clock.now += 100
            progress.tick()


def test_a_terminal_that_goes_away_is_no_trouble(terminal, clock):
    with Progress(terminal.stream, clock=clock) as progress:
        clock.now += 2
        progress.tick()
        terminal.lines()
        terminal.hang_up()
        for _ in range(3):
            clock.now += 2
            progress.tick()


SHOWS = """
import signal, sys
from inspector.progress import Progress
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs ignore
now = [0.0]
with Progress(sys.stderr, clock=lambda: now[0]) as progress:
    now[0] = 60.0
    progress.started("one")
    print("shown", flush=True)
    {then}
"""


def start(then, stderr):
    return subprocess.Popen(
        [sys.executable, "-c", SHOWS.format(then=then)],
        env=environment(COLUMNS="80", LINES="10"),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


def test_a_reader_that_left_changes_no_exit_code():
    ours, theirs = os.pipe()
    os.close(ours)
    process = start("now[0] = 120.0; progress.tick()", theirs)
    os.close(theirs)
    assert (process.communicate(timeout=60)[0], process.returncode) == ("shown\n", 0)


def test_an_interrupt_leaves_the_terminal_clean(terminal):
    process = start("signal.pause()", terminal.stream)
    process.stdout.readline()
    assert len(terminal.lines()) == 2
    assert terminal.cursor.hidden
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert not terminal.cursor.hidden
    assert terminal.lines()[0].startswith("Traceback")  # of the test's own program, from the first line on
