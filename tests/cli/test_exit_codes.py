"""The exit code tells a script what happened."""

import json

import msgspec
import pytest

from inspector.errors import ExitCode
from inspector.model import SkipKind, Threshold
from inspector.run import exit_code
from tests.cli.process import run
from tests.reports import made


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("app", 0),
        ("inspect app", 0),
        ("./app app", 0),
        ("--goarch amd64 --cgo 0 --static app", 0),
        ("--profile static-scratch app", 0),
        ("--profile static-scratch app.exe", 1),
        ("--profile windows-10 app", 1),
        ("--profile windows-10 --goos linux app", 2),
        ("--profile static-scrach app", 2),
        ("--goarch 386 app", 1),
        ("--goarch 386 --fail-on never app", 0),
        ("--goarch 386 --ignore GBI102 app", 0),
        ("--goarch 386 --select wrong-cgo,GBI2 app", 0),
        ("--goarch 386 --select wrong-cgo --select GBI1 app", 1),
        ("app.exe", 0),
        ("--fail-on warning app.exe", 1),
        ("--fail-on warning app", 0),
        ("--fail-on note app", 1),
        ("mixed", 0),
        ("missing", 3),
        ("missing app", 3),
        ("--fail-on never missing app", 3),
        ("--goarch 386 missing app", 1),
        ("notes.txt", 3),
        ("void", 3),
        ("native", 3),
        ("app native", 3),
        ("texts", 3),
        ("texts app", 3),
        ("empty", 3),
        ("cut/half", 3),
        ("cut", 3),
        ("--goarch 386 cut", 1),
        ("-f json=no/such/place.json app", 4),
        ("-f json=no/such/place.json --goarch 386 app", 4),
        ("-f text=texts app", 4),
        ("--no-such-option app", 2),
        ("-f yaml app", 2),
        ("-f json -f text app", 2),
        ("-f json -f json=- app", 2),
        ("-f json=x -f text=x app", 2),
        ("-f json=x -f text=./x app", 2),
        ("-f json= app", 2),
        ("--select no-such-rule app", 2),
        ("--ignore GBI0 app", 2),
        ("--select , app", 2),
        ("--ignore , app", 0),
        ("--select GBI101 --ignore GBI1 app", 0),
        ("verify --goarch amd64 --select GBI101 --ignore GBI1 app", 2),
        ("verify --goarch amd64 --select GBI101 app", 0),
        ("--target nacl/amd64 app", 2),
        ("--target linux app", 2),
        ("--cgo yes app", 2),
        ("-q -v app", 2),
        ("--goos linux", 2),
        ("", 2),
        ("explain no-such-rule", 2),
        ("explain wrong-goos", 0),
        ("explain", 0),
        ("schema", 0),
        ("--help", 0),
        ("inspect -h", 0),
        ("--version", 0),
    ],
)
def test_exit_codes(place, arguments, code):
    done = run(*arguments.split(), cwd=place)
    assert done.returncode == code, done.stdout + done.stderr


def test_a_crashed_rule_could_not_inspect():
    crashed = made.report(made.file("app", made.image(None, made.PASSED, made.CRASH)))
    assert exit_code(crashed, ("app",)) is ExitCode.NOT_INSPECTED
    never = msgspec.structs.replace(crashed, threshold=Threshold(fail_on=None))
    assert exit_code(never, ("app",)) is ExitCode.NOT_INSPECTED
    both = made.report(made.file("app", made.image(None, made.WRONG, made.CRASH)))
    assert exit_code(both, ("app",)) is ExitCode.FINDINGS


@pytest.mark.parametrize("kind", list(SkipKind))
def test_what_was_met_and_could_not_be_read_counts_and_what_is_of_no_interest_does_not(kind):
    report = made.report(made.file("d/app", made.image(None, made.PASSED)), skipped=(made.skip("d/x", kind, "why"),))
    harmless = kind in {SkipKind.NOT_GO, SkipKind.NOT_EXECUTABLE}
    assert exit_code(report, ("d",)) is (ExitCode.CLEAN if harmless else ExitCode.NOT_INSPECTED)


@pytest.mark.parametrize("argument", ["missing", "notes.txt", "void", "native", "cut/half", "texts", "empty"])
def test_each_bad_input_has_its_one_clear_line(place, argument):
    done = run(argument, "app", cwd=place)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if argument in line]
    assert len(lines) == 1, done.stdout + done.stderr
    assert done.stdout.startswith("ok       app"), "the other file is still inspected"


def test_without_a_text_report_the_trouble_is_told_on_standard_error(place):
    done = run("-f", "json", "missing", "app", "texts", cwd=place)
    assert done.returncode == 3
    assert [row["path"] for row in json.loads(done.stdout)["skipped"]] == ["missing", "texts/notes.txt"]
    assert "gobin-inspect: missing: unreadable: no such file or directory\n" in done.stderr
    assert "gobin-inspect: nothing to inspect in texts\n" in done.stderr
