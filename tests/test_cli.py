"""The command line as a script meets it: real processes, exit codes, streams."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import jsonschema
import pytest

from inspector.cli import exit_code
from inspector.errors import ExitCode
from inspector.model import SkipKind
from inspector.reports import RENDERERS
from inspector.reports.json_v1 import schema
from inspector.rules import all_rules
from tests.reports import made

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-m", "inspector"]
HEAVY = {
    "formats.elf",
    "formats.pe",
    "formats.macho",
    "elftools",
    "pefile",
    "macholib",
    "lief",
    "rich",
    "hashlib",
    "zipfile",
}


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GO", "CGO_"))}
    for name in ("NO_COLOR", "TERM", "COLUMNS"):
        kept.pop(name, None)
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


def run(*args, cwd=None, env=None, **settings):
    """Run the tool; standard output and error as text."""
    settings = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, **settings}
    done = subprocess.run(
        [*PROGRAM, *map(str, args)],
        cwd=cwd,
        env=environment(**(env or {})),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=False,
        **settings,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module", autouse=True)
def bytecode(tmp_path_factory):
    """Compile our modules once, not in each of a hundred processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(scope="session")
def good(samples):
    """A static linux/amd64 program without any warning."""
    return samples["hello-linux-amd64-go1.27"].path


@pytest.fixture(scope="session")
def warned(samples):
    """A windows program that asks for zones and has none."""
    return samples["uses-windows-386-go1.27"].path


@pytest.fixture(scope="module")
def place(tmp_path_factory, good, warned):
    """A directory with one file of each kind. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("cli") / "place"
    (folder / "mixed").mkdir(parents=True)
    (folder / "texts").mkdir()
    (folder / "empty").mkdir()
    (folder / "cut").mkdir()
    whole = good.read_bytes()
    for name in ("app", "mixed/app", "cut/whole"):
        (folder / name).write_bytes(whole)
        (folder / name).chmod(0o755)
    (folder / "app.exe").write_bytes(warned.read_bytes())
    (folder / "cut" / "half").write_bytes(whole[: len(whole) // 2])
    native = Path(sys.executable).resolve().read_bytes()
    for name in ("native", "mixed/native"):
        (folder / name).write_bytes(native)
    for name in ("notes.txt", "mixed/notes.txt", "texts/notes.txt"):
        (folder / name).write_text("no program\n")
    (folder / "void").write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("app", 0),
        ("inspect app", 0),
        ("./app app", 0),
        ("--goarch amd64 --cgo 0 --static app", 0),
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
        ("-f json= app", 2),
        ("--select no-such-rule app", 2),
        ("--ignore GBI8 app", 2),
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
    assert exit_code(crashed, ("app",), "error") is ExitCode.NOT_INSPECTED
    assert exit_code(crashed, ("app",), "never") is ExitCode.NOT_INSPECTED
    both = made.report(made.file("app", made.image(None, made.WRONG, made.CRASH)))
    assert exit_code(both, ("app",), "error") is ExitCode.FINDINGS


@pytest.mark.parametrize("kind", list(SkipKind))
def test_what_was_met_and_could_not_be_read_counts_and_what_is_of_no_interest_does_not(kind):
    report = made.report(made.file("d/app", made.image(None, made.PASSED)), skipped=(made.skip("d/x", kind, "why"),))
    harmless = kind in {SkipKind.NOT_GO, SkipKind.NOT_EXECUTABLE}
    assert exit_code(report, ("d",), "error") is (ExitCode.CLEAN if harmless else ExitCode.NOT_INSPECTED)


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


def test_json_of_a_real_program_is_valid_and_complete(place):
    done = run("-f", "json", "--goarch", "386", "app", "app.exe", cwd=place)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert [file["path"] for file in document["files"]] == ["app", "app.exe"]
    outcomes = document["files"][0]["images"][0]["outcomes"]
    assert [outcome["id"] for outcome in outcomes] == sorted(rule.id for rule in all_rules())
    assert document["tool"] == {"name": "gobin-inspect", "version": "0.1.0"}


def test_reports_go_to_their_files_and_the_rest_to_standard_output(place, tmp_path):
    target = tmp_path / "report.json"
    done = run("-f", f"json={target}", "-f", "text", "app", cwd=place)
    assert done.returncode == 0
    assert json.loads(target.read_bytes())["summary"]["files"] == 1
    assert done.stdout.startswith("ok       app  ELF x86-64")
    silent = run("-f", f"json={target}", "app", cwd=place)
    assert (silent.stdout, silent.stderr) == ("", "")


def test_one_report_that_cannot_be_written_does_not_cost_the_other(place):
    done = run("-f", "json=no/such/x.json", "-f", "text", "app", cwd=place)
    assert done.stdout.startswith("ok       app")
    assert done.stderr == "gobin-inspect: error: cannot write no/such/x.json: No such file or directory\n"


def test_rules_are_chosen_by_name_id_and_band(place):
    done = run("-f", "json", "--select", "GBI1,tzdata-missing", "--ignore", "gbi101", "app", cwd=place)
    ids = [outcome["id"] for outcome in json.loads(done.stdout)["files"][0]["images"][0]["outcomes"]]
    assert ids == [*sorted(r.id for r in all_rules() if r.id[:4] == "GBI1" and r.id != "GBI101"), "GBI501"]


def test_options_come_before_the_environment(place):
    done = run(
        "--from-env", "--goos", "linux", "-f", "json", "app", cwd=place, env={"GOOS": "windows", "GOARCH": "amd64"}
    )
    intended = json.loads(done.stdout)["files"][0]["images"][0]["intended"]
    assert intended["goos"] == {"value": "linux", "source": "option --goos"}
    assert intended["goarch"] == {"value": "amd64", "source": "environment GOARCH"}
    without = run("-f", "json", "app", cwd=place, env={"GOOS": "windows", "GOARCH": "amd64"})
    assert json.loads(without.stdout)["files"][0]["images"][0]["intended"] == {}


def test_no_hash_leaves_the_digests_unknown(place):
    file = json.loads(run("--no-hash", "-f", "json", "app", cwd=place).stdout)["files"][0]
    assert "--no-hash" in file["sha256"]["unknown"]
    assert "--no-hash" in file["images"][0]["observed"]["pristine"]["unknown"]


def test_a_file_named_as_a_command_is_reached_with_its_directory(tmp_path, good):
    (tmp_path / "explain").symlink_to(good)
    assert run("./explain", cwd=tmp_path).stdout.startswith("ok       ./explain")
    assert run("inspect", "explain", cwd=tmp_path).stdout.startswith("ok       explain")


def test_standard_input_is_an_artifact(place):
    with (place / "app").open("rb") as program:
        done = run("-", cwd=place, stdin=program)
    assert done.returncode == 0
    assert done.stdout.startswith("ok       -  ELF x86-64")


def test_quiet_says_nothing_of_a_good_file(place):
    done = run("-q", "app", cwd=place)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_nothing_at_all_prints_the_help():
    done = run()
    assert "Usage: gobin-inspect [OPTIONS] PATH..." in done.stdout + done.stderr


def test_help_names_every_option_of_the_contract_and_every_format():
    text = run("--help").stdout
    options = (
        "--target --goos --goarch --cgo --goamd64 --goarm --goarm64 --go386 --gomips --gomips64 --goppc64 --goriscv64 "
        "--from-env --static --no-static --tags --tzdata --go --buildmode --format --fail-on --select --ignore "
        "--no-hash --quiet --verbose --color --version --help"
    )
    assert [option for option in options.split() if option not in text] == []
    assert [renderer.name for renderer in RENDERERS if renderer.name not in text] == []
    assert max(map(len, text.splitlines())) <= 80


def test_version():
    assert run("--version").stdout == "gobin-inspect 0.1.0\n"


def test_schema_prints_the_schema():
    assert json.loads(run("schema").stdout) == schema()


def test_explain_knows_names_ids_and_kinds():
    by_name, by_id = run("explain", "tzdata-missing").stdout, run("explain", "gbi501").stdout
    assert by_name == by_id
    assert by_name.startswith("tzdata-missing (GBI501)\n")
    assert run("explain", "not-go").stdout.startswith("not-go: ")
    wrong = run("explain", "tzdata-mising").stderr
    assert "did you mean 'tzdata-missing'?" in wrong


def test_explain_alone_lists_every_rule_within_80_columns():
    lines = run("explain").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    for rule in all_rules():
        assert f"{rule.id}  {rule.name} ({rule.severity})" in lines
    assert {f"        {kind}" for kind in SkipKind} <= set(lines)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain"], ["explain", "pe-no-nx"]])
def test_what_inspects_nothing_imports_no_reader(arguments):
    script = f"import sys; from inspector.cli import main; main({arguments!r}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stderr.split())
    assert "inspector.cli" in loaded
    assert loaded & HEAVY == set()


def test_plain_output_does_not_import_rich(good):
    script = f"import sys; from inspector.cli import main; main([{str(good)!r}]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    assert {"inspector.reports.text", "formats.elf"} <= set(done.stderr.split())
    assert not {"rich", "pefile", "macholib"} & set(done.stderr.split())


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
    process = subprocess.Popen(
        [*PROGRAM, "-"],
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
    assert out.strip() == ""
    assert "Traceback" not in err


def test_a_bug_is_one_line_and_exit_3(place):
    script = (
        "import sys, inspector.pipeline as p; from inspector.cli import main\n"
        "def broken(*_): raise KeyError('x\\x1b')\n"
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
