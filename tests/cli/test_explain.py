"""`explain` in colour: the same words as without, and colour where it helps."""

import re

import pytest

from inspector.explain import catalogue, coloured, explained
from inspector.kinds import KINDS
from inspector.reports.layout import plain
from inspector.rules import all_rules
from tests.cli.process import run
from tests.cli.test_streams import on_terminal

NAMES = [*(rule.name for rule in all_rules()), *KINDS]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", NAMES)
def test_colour_replaces_marks_and_changes_no_word(name):
    text = explained(name)
    shown = [plain(line) for line in coloured(text)]
    unmarked = [line.removeprefix("## ") for line in text.splitlines()]
    assert [line.replace("`", "") for line in shown] == [line.replace("`", "") for line in unmarked]
    assert max(map(len, shown)) <= 80


def test_headings_code_and_severities_stand_out():
    got = on_terminal("explain", "tzdata-missing")
    assert got.startswith("\x1b[1mtzdata-missing (GBI501)\x1b[0m\n")
    assert "\n\x1b[1mHow to fix it\x1b[0m\n" in got
    assert "\x1b[36mgo build -tags timetzdata\x1b[0m, or " in got
    assert "\nSeverity: \x1b[33mwarning\x1b[0m; \x1b[36mnote\x1b[0m on Linux" in got
    assert "`" not in got


def test_code_may_go_over_the_end_of_a_line():
    assert "\x1b[36mgo install\x1b[0m\n\x1b[36mmodule@version\x1b[0m has no commit" in on_terminal("explain", "no-vcs")


def test_a_lone_backtick_is_no_code():
    assert "\n`GLIBC_2.34' not found (required by ./app)\"." in on_terminal("explain", "glibc-too-new")


def test_a_severity_is_coloured_where_severities_are_told_and_nowhere_else():
    lines = coloured("name\n\nSeverity: error, or\nnote `note`.\nSince: an error was found.\n\nA warning.")
    styles = {(piece.text, piece.style) for line in lines for piece in line if piece.text}
    assert {("error", "error"), ("note", "note")} <= styles
    assert {("Since: an error was found.", "plain"), ("A warning.", "plain")} <= styles


def test_the_list_is_the_same_in_colour():
    got = on_terminal("explain")
    assert "\x1b[2mGBI501  \x1b[0m\x1b[1mtzdata-missing\x1b[0m (\x1b[33mwarning\x1b[0m)\n" in got
    assert COLOUR.sub("", got) == run("explain").stdout == "".join(f"{plain(line)}\n" for line in catalogue())


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colour_gets_the_text_as_a_pipe_does(environ):
    assert on_terminal("explain", "tzdata-missing", env=environ) == run("explain", "tzdata-missing").stdout
    assert "\n## How to fix it\n`go build" in run("explain", "tzdata-missing").stdout


def test_an_empty_name_is_no_wish_for_the_list():
    assert run("explain", "").returncode == 2
