"""The GitHub action: its metadata, and its scripts run as the runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.cli.process import environment

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "samples" / "release"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
BASH = str(shutil.which("bash"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
REPORTS = ("json", "sarif", "junit", "markdown")
EXPRESSION = re.compile(r"\$\{\{ (inputs|steps)\.([a-z-]+)(?:\.outputs\.([a-z]+))? \}\}")
HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "a b  *",
    "-x",
    "&& touch pwned",
)


class Runner:
    """A workspace, and what GitHub's runner sets for a composite action."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.temporary = folder / "temporary"
        self.outputs: dict[str, dict[str, str]] = {}
        for made in (self.workspace, self.temporary, folder / "bin"):
            made.mkdir()
        self.tool = folder / "bin" / "gobin-inspect"
        self.tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inspector "$@"\n')
        self.tool.chmod(0o755)

    def step(self, name: str, inputs: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
        """Run one step's script; keep its outputs."""
        step = STEPS[name]
        assert step["shell"] == "bash"
        values = {key: declared["default"] for key, declared in ACTION["inputs"].items()} | inputs
        script, output = self.temporary / f"{name}.sh", self.temporary / f"{name}.output"
        script.write_text(step["run"])
        output.touch()
        settings = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temporary),
            **{key: self.evaluated(text, values) for key, text in step["env"].items()},
        }
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", script],  # as GitHub's documentation of `shell` has it
            cwd=self.workspace,
            env=environment(**settings) | more,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr
        self.outputs[name] = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done

    def evaluated(self, text: str, inputs: dict[str, str]) -> str:
        """What an expression gives. The runner gives nothing for an output that was not set."""
        found = EXPRESSION.fullmatch(text)
        assert found, text
        if found[1] == "inputs":
            return inputs[found[2]]
        return self.outputs[found[2]].get(found[3], "")

    def verify(self, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        """Run the step that verifies; how it ended, and the action's outputs."""
        reports = self.temporary / "reports"
        reports.mkdir(exist_ok=True)
        self.outputs["install"] = {"tool": str(self.tool), "reports": str(reports)}
        done = self.step("verify", {key.replace("_", "-"): value for key, value in inputs.items()})
        return done, {key: self.evaluated(declared["value"], {}) for key, declared in ACTION["outputs"].items()}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_it_is_what_github_takes_for_an_action():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_input_is_part_of_a_script_and_nothing_else_is_used():
    for step in STEPS.values():
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_a_release_as_meant_passes_and_every_report_is_there(runner: Runner):
    done, outputs = runner.verify(paths=f"{RELEASE / 'demo_1.2.3_linux_amd64.tar.gz'}", args="--static\n--cgo=0\r\n\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert outputs["verdict"] == "pass"
    assert {Path(outputs[name]).suffix for name in REPORTS} == {".json", ".sarif", ".xml", ".md"}
    (image,) = json.loads(Path(outputs["json"]).read_bytes())["files"][0]["images"]
    assert image["intended"]["static"] == {"value": True, "source": "option --static"}
    assert image["intended"]["cgo"] == {"value": False, "source": "option --cgo"}
    assert json.loads(Path(outputs["sarif"]).read_bytes())["version"] == "2.1.0"
    assert ElementTree.parse(outputs["junit"]).getroot().tag == "testsuites"
    assert "|" in Path(outputs["markdown"]).read_text("utf-8")


def test_a_release_with_defects_fails_with_its_reports(runner: Runner):
    done, outputs = runner.verify(paths=f"{RELEASE}", args="--profile=static-scratch")
    assert done.returncode == 1
    assert outputs["verdict"] == "fail"
    failed = {
        outcome["rule"]
        for file in json.loads(Path(outputs["json"]).read_bytes())["files"]
        for outcome in file["images"][0]["outcomes"]
        if outcome["status"] == "fail"
    }
    assert {"wrong-goarch", "macho-signature-broken", "mode-not-executable"} <= failed
    assert all(Path(outputs[name]).is_file() for name in REPORTS)
    assert "::error" in done.stdout


def test_the_lowest_severity_that_fails_is_an_input(runner: Runner):
    archive = str(RELEASE / "demo_1.2.3_linux_arm64.tar.gz")
    assert runner.verify(paths=archive, args="--cgo=0")[1]["verdict"] == "fail"
    assert runner.verify(paths=archive, args="--cgo=0", fail_on="never")[1]["verdict"] == "pass"


@pytest.mark.parametrize(
    ("inputs", "code", "verdict"),
    [
        ({"paths": "nowhere", "args": "--goos=linux"}, 3, "not-inspected"),
        ({"args": "--goos=linux"}, 3, "not-inspected"),  # there is no dist
        ({"paths": "nowhere", "args": "--no-such-option"}, 2, "usage-error"),
        ({"paths": "\n", "args": "--goos=linux"}, 2, "usage-error"),
        ({"paths": "nowhere", "config": "nowhere.toml"}, 2, "usage-error"),
        ({"paths": "nowhere", "args": "--goos=linux", "fail_on": "sometimes"}, 2, "usage-error"),
    ],
)
def test_what_could_not_be_done_is_no_pass(runner: Runner, inputs: dict[str, str], code: int, verdict: str):
    done, outputs = runner.verify(**inputs)
    assert (done.returncode, outputs["verdict"]) == (code, verdict)
    assert [name for name in REPORTS if outputs[name]] == (list(REPORTS) if code == 3 else [])


def test_a_report_that_cannot_be_written_is_told(runner: Runner):
    (runner.temporary / "reports" / "gobin-inspect.md").mkdir(parents=True)
    done, outputs = runner.verify(paths=f"{RELEASE / 'demo_1.2.3_linux_amd64.tar.gz'}", args="--static")
    assert (done.returncode, outputs["verdict"]) == (4, "not-written")
    assert outputs["markdown"] == ""
    assert Path(outputs["json"]).is_file()


def test_paths_are_taken_as_they_are(runner: Runner):
    archive = (RELEASE / "demo_1.2.3_linux_amd64.tar.gz").read_bytes()
    names = sorted(name.replace("/", "") for name in HOSTILE)
    for name in names:
        (runner.workspace / name).write_bytes(archive)
    done, outputs = runner.verify(paths="\n".join(names), args="--static")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [file["path"] for file in json.loads(Path(outputs["json"]).read_bytes())["files"]] == names
    assert sorted(path.name for path in runner.workspace.iterdir()) == names


@pytest.mark.parametrize("name", ["args", "config", "fail_on"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_runs_anything(runner: Runner, name: str, text: str):
    done, outputs = runner.verify(**{"paths": "nowhere", name: text})
    assert done.returncode != 0
    assert outputs["verdict"] in {"usage-error", "not-inspected"}
    assert list(runner.workspace.iterdir()) == []


@pytest.mark.parametrize("version", [*HOSTILE, "--index-url=http://localhost", "1.0 @ file:///x", "1.0\n2.0", ".."])
def test_what_is_no_version_is_not_installed(runner: Runner, version: str):
    done = runner.step("install", {"version": version})
    assert (done.returncode, done.stdout) == (2, "::error::the input version is no version number\n")
    assert runner.outputs["install"] == {}
    assert list(runner.workspace.iterdir()) == []


def test_without_a_python_that_is_new_enough_it_says_what_to_do(runner: Runner, tmp_path: Path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "python3").write_text("#!/bin/bash\nexit 1\n")
    (folder / "python3").chmod(0o755)
    done = runner.step("install", {}, PATH=str(folder))
    assert done.returncode == 2
    assert done.stdout.startswith("::error::gobin-inspect needs Python 3.11 or newer; ")


@pytest.mark.wide
def test_it_installs_its_own_code_and_runs_nothing_of_the_repository_it_verifies(runner: Runner):
    for module in ("pip", "venv", "ensurepip", "inspector", "sitecustomize"):
        (runner.workspace / f"{module}.py").write_text("raise SystemExit('the repository under test was run')\n")
    (runner.workspace / "dist").symlink_to(RELEASE)
    done = runner.step("install", {}, PATH=os.environ["PATH"])
    assert done.returncode == 0, done.stdout + done.stderr
    tool = Path(runner.outputs["install"]["tool"])
    assert tool.is_relative_to(runner.temporary)
    runner.tool = tool
    done, outputs = runner.verify(args="--goos=linux\n--select=wrong-goos")
    assert (done.returncode, outputs["verdict"]) == (1, "fail")
    assert "darwin" in done.stdout
