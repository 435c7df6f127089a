"""Commands and options do what the help says."""

import json
import subprocess
import sys

import jsonschema
import pytest

from inspector.model import Rule, SkipKind
from inspector.reports import RENDERERS
from inspector.reports.json_v1 import schema
from inspector.rules import all_rules
from tests.cli.process import environment, run

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


def test_json_of_a_real_program_is_valid_and_complete(place):
    done = run("-f", "json", "--goarch", "386", "app", "app.exe", cwd=place)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert [file["path"] for file in document["files"]] == ["app", "app.exe"]
    outcomes = document["files"][0]["images"][0]["outcomes"]
    assert [outcome["id"] for outcome in outcomes] == sorted(r.id for r in all_rules() if isinstance(r, Rule))
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
        "--from-env --profile --static --no-static --tags --tzdata --go --buildmode --format --fail-on --select "
        "--ignore --no-hash --quiet --verbose --color --version --help"
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


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("adit", "audit"),
        ("verfy", "verify"),
        ("dif", "diff"),
        ("explian", "explain"),
        ("app.exee", None),
        ("nothing", None),
        ("./audti", None),
    ],
)
def test_a_path_that_may_be_a_misspelled_command_is_called_so(place, word, hint):
    done = run(word, "app", cwd=place)
    assert done.returncode == 3
    said = f"gobin-inspect: there is no {word}; was the command {hint} meant?\n"
    assert done.stderr == (said if hint else "")


def test_a_file_is_a_file_whatever_it_is_called(tmp_path):
    (tmp_path / "adit").write_text("no program\n")
    assert "command" not in run("adit", cwd=tmp_path).stderr
