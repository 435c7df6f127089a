"""Workflow commands say what was found, and no name in them is a command of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from inspector.model import Evidence, Status
from inspector.reports import RENDERERS
from inspector.reports.github import LONGEST, render
from inspector.reports.safe import neutral
from tests.reports import made
from tests.reports.gates import GATES, WAIVED, many, one
from tests.reports.runner import Command, obeyed
from tests.reports.test_hostile import poisoned

HOSTILE = [
    "a\n::set-output name=x::y",
    "a\r::error::fake",
    "a\r\n##[add-mask]x",
    "::stop-commands::x",
    "  ::add-mask::x",
    "a ::warning::x",
    "a,::debug::x",
    "x ##[stop-commands]y",
    "a\u2028::error::x\u0085::error::x",
    "\x1b[0m::error::x",
    "100%",
    "%0A::error::x",
    "%250A%3A%2C",
    "a,title=fake,file=b",
    "a::b::",
    "a=b",
    "é日本\udcff",
]


def written(report, renderer=None):
    return made.written(renderer.render if renderer else render, report)


def commands(report):
    """Every line of the report is a command."""
    text = written(report)
    found = obeyed(text)
    assert len(found) == text.count("\n")
    return found


def named(name):
    """A report that has a name in every place."""
    finding = made.outcome(
        "wrong-goarch", "GBI102", Status.FAIL, message=name, evidence=[Evidence(name, name)], fix=name
    )
    return made.report(made.file(name, made.image(None, finding), members=(name,)))


def test_a_command_is_written_as_the_toolkit_writes_it():
    report = made.report(made.file("dist/a:b,c%.exe", made.image(None, made.ZONES, made.NOTE)))
    assert written(report).splitlines() == [
        "::warning file=dist/a%3Ab%2Cc%25.exe,title=tzdata-missing (GBI501)%3A dist/a%3Ab%2Cc%25.exe::"
        "Windows has no zone database for Go to read%0Afunction: time.LoadLocation at 0x1234%0A"
        'file table: no time/tzdata%0Afix: go build -tags timetzdata, or import _ "time/tzdata"',
        "::notice file=dist/a%3Ab%2Cc%25.exe,title=worth knowing%3A dist/a%3Ab%2Cc%25.exe::"
        "dirty-tree (GBI602): built from a tree with uncommitted changes",
    ]


def test_a_member_is_annotated_at_the_file_on_disk_and_has_no_line():
    (command,) = commands(made.report(made.file("r.zip", made.image(None, made.WRONG), members=("i.tar", "app"))))
    assert command.properties == {"file": "r.zip", "title": "wrong-goarch (GBI102): r.zip -> i.tar -> app"}


def test_what_is_about_no_file_names_none():
    release = GATES["error"].report.release
    assert [set(c.properties) for c in commands(replace(made.report(), release=release))] == [{"title"}]
    (command,) = commands(made.report(made.file("-", made.image(None, made.WRONG))))
    assert command.properties == {"title": "wrong-goarch (GBI102): -"}


def test_what_was_not_inspected_is_an_error():
    report = made.report(skipped=GATES["error"].report.skipped)
    assert commands(report) == [
        Command(
            "error",
            {"file": "dist/cut.tar.gz", "title": "not inspected: dist/cut.tar.gz"},
            "truncated: the archive ends inside a member",
        )
    ]


@pytest.mark.parametrize(
    ("gate", "levels"),
    [
        ("error", "error error error warning notice"),
        ("warning", "error error error error notice"),
        ("note", "error error error error error"),
        ("never", "error warning warning warning notice"),
        ("verify", "error error error error warning notice"),
        ("crash", "error"),
        ("waived", ""),
        ("verify, unbound", ""),
        ("nothing", ""),
    ],
)
def test_errors_come_first_and_are_what_makes_the_run_fail(gate, levels):
    assert [command.name for command in commands(GATES[gate].report)] == levels.split()


def test_the_notes_of_an_artifact_are_one_notice():
    other = replace(made.NOTE, rule="path-leak", id="GBI601", message="paths of the build machine")
    (command,) = commands(one(made.NOTE, other, WAIVED, made.UNREAD))
    assert command.data.splitlines() == [
        "dirty-tree (GBI602): built from a tree with uncommitted changes",
        "path-leak (GBI601): paths of the build machine",
    ]


def test_a_message_is_no_longer_than_the_runner_takes():
    long = replace(made.WRONG, evidence=tuple(Evidence("page", "x" * 300, n) for n in range(1000)))
    (command,) = commands(one(long))
    assert len(command.data) == LONGEST
    assert command.data.endswith(" …")
    (command,) = commands(one(replace(made.WRONG, evidence=tuple(Evidence("page", "x", n) for n in range(1000)))))
    assert "and 980 more" in command.data.splitlines()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_and_obeyed_nowhere(name):
    shown = neutral(name)
    (command,) = commands(named(name))
    assert command == Command(
        "error",
        {"file": shown, "title": f"wrong-goarch (GBI102): {neutral(f'{name} -> {name}')}"},
        "\n".join((shown, neutral(f"{name}: {name}"), neutral(f"fix: {name}"))),
    )


@given(st.text(st.characters()))
def test_any_name_is_one_command(name):
    (command,) = commands(named(f"x{name}"))
    assert command.properties["file"] == neutral(f"x{name}")


@pytest.mark.parametrize("renderer", [r for r in RENDERERS if r.name != "github"], ids=lambda renderer: renderer.name)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_other_format_has_a_command(renderer, name):
    assert obeyed(written(named(name), renderer)) == []


@pytest.mark.parametrize("gate", GATES)
def test_nothing_hostile_changes_the_number_or_kind_of_commands(gate):
    report = GATES[gate].report
    assert [c.name for c in commands(poisoned(report))] == [c.name for c in commands(report)]


def test_a_large_release_has_its_errors_first():
    names = [command.name for command in commands(many())]
    assert names == sorted(names)  # error, notice
    assert names.count("error") == 43
