"""docs/pipelines.md: its files are what their programs take, its commands parse, and the gate's own lines are run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
import yaml

from inspector.cli import tool
from tests.cli.process import environment

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "samples" / "release"
PAGE = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
BLOCKS = [(found[1], found[2]) for found in re.finditer(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
COMMAND = re.compile(r"(?<![\w/-])gobin-inspect (?!\.)(?:verify|inspect|completion)[^&|'\n]*")


def named(name: str) -> list[str]:
    """The YAML files of that name, in their order."""
    return [text for kind, text in BLOCKS if kind == "yaml" and text.startswith(f"# {name}\n")]


def command_lines() -> Iterator[str]:
    for _, text in BLOCKS:
        yield from (found[0].strip() for found in COMMAND.finditer(text))
    for file in (ROOT / "docs" / "README.md", ROOT / "Dockerfile"):
        yield from re.findall(r"gobin-inspect (?:completion|verify|explain|schema)[^`)\n\\]*", file.read_text("utf-8"))


def plain(line: str) -> str:
    """A command line with what make, GoReleaser and a shell put into it."""
    for pattern, value in (
        (r"\{\{ \.Path \}\}", "dist/app"),
        (r"\$\(word 1,\$\(subst _, ,\$\*\)\)", "linux"),
        (r"\$\(word 2,\$\(subst _, ,\$\*\)\)", "arm64"),
        (r"\$@", "dist/app"),
        (r"SHELL", "bash"),
    ):
        line = re.sub(pattern, value, line)
    return line


@pytest.mark.parametrize("line", sorted(set(command_lines())))
def test_every_command_line_is_one(line: str):
    words = shlex.split(plain(line))[1:]
    with tool.make_context("gobin-inspect", words) as outer:
        name, command, rest = tool.resolve_command(outer, [*outer._protected_args, *outer.args])
        assert isinstance(command, click.Command)
        assert command.make_context(name, rest, parent=outer).params


def test_there_is_a_line_for_every_tool():
    heads = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert {"GoReleaser", "ko", "Bazel", "GitHub Actions", "GitLab CI", "Jenkins", "pre-commit"} <= set(heads)
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        assert re.search("gobin-inspect", part)


def test_every_yaml_file_is_one():
    files = [text for kind, text in BLOCKS if kind == "yaml"]
    assert len(files) == 6
    assert all(isinstance(yaml.safe_load(text), dict) for text in files)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        (".github/workflows/release.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_files_of_pipelines_are_what_their_schemas_want(tmp_path: Path, name: str, schema: str):
    for text in named(name):
        (tmp_path / "pipeline.yml").write_text(text)
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, tmp_path / "pipeline.yml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_pre_commit_takes_its_file(tmp_path: Path):
    (text,) = named(".pre-commit-config.yaml")
    (tmp_path / ".pre-commit-config.yaml").write_text(text)
    command = [sys.executable, "-m", "pre_commit", "validate-config", tmp_path / ".pre-commit-config.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_action_has_the_inputs_and_outputs_that_are_told():
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    tables = re.findall(r"^\| (input|output) \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    told = {
        kind: {word for row in rows.splitlines() for word in re.findall(r"`([\w-]+)`", row.split("|")[1])}
        for kind, rows in tables
    }
    assert told == {"input": set(action["inputs"]), "output": set(action["outputs"])}
    (workflow, _) = (yaml.safe_load(text) for text in named(".github/workflows/release.yml"))
    (step,) = (step for step in workflow["jobs"]["build"]["steps"] if step.get("id") == "gate")
    assert set(step["with"]) <= told["input"]
    assert set(re.findall(r"steps\.gate\.outputs\.(\w+)", PAGE)) <= told["output"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with dist, and with the tool on PATH as `gobin-inspect`."""
    (tmp_path / "bin").mkdir()
    tool_file = tmp_path / "bin" / "gobin-inspect"
    tool_file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inspector "$@"\n')
    tool_file.chmod(0o755)
    shutil.copytree(RELEASE, tmp_path / "dist")
    return tmp_path


def run(place: Path, line: str, folder: str = ".", **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{place / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=place / folder,
        env=environment(PATH=path, **env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_the_hook_of_a_goreleaser_build_gets_what_was_meant(place: Path, samples):
    hook = goreleaser("builds")[0]["hooks"]["post"][0]
    (place / "app").write_bytes(samples["hello-linux-arm64-go1.27"].path.read_bytes())
    (place / "app").chmod(0o755)

    def hooked(**fields: str) -> int:
        def filled(text: str) -> str:
            return re.sub(r"\{\{ \.(\w+) \}\}", lambda found: fields.get(found[1], ""), text)

        env = dict(filled(text).split("=", 1) for text in (*goreleaser("builds")[0]["env"], *hook["env"]))
        return run(place, filled(hook["cmd"]), **env).returncode

    assert hooked(Path=str(place / "app"), Os="linux", Arch="arm64", Arm64="v8.0") == 0
    assert hooked(Path=str(place / "app"), Os="linux", Arch="amd64", Amd64="v1") == 1


def test_what_goreleaser_published_is_held_against_its_lists(place: Path):
    (place / "dist" / "verify").mkdir()
    for file in RELEASE.glob("demo_*"):
        shutil.copy(file, place / "dist" / "verify")
    copy, verify = ([command["cmd"], *command["args"]] for command in goreleaser("verify")["commands"])
    assert run(place, shlex.join(copy), "dist/verify").returncode == 0
    done = run(place, shlex.join(verify), "dist/verify")
    assert done.returncode == 1
    assert "verified 7 binaries for 7 targets: 4 as meant, 3 not" in done.stdout


def goreleaser(section: str) -> Any:
    return next(
        document[section] for text in named(".goreleaser.yaml") if section in (document := yaml.safe_load(text))
    )


def test_an_image_that_ko_saved_is_verified(place: Path, samples):
    with tarfile.open(place / "layer.tar.gz", "w:gz") as layer:
        layer.add(samples["hello-linux-amd64-go1.27"].path, "ko-app/app")
    with tarfile.open(place / "image.tar", "w") as image:  # as docker save and ko --tarball lay an image out
        image.add(place / "layer.tar.gz", f"sha256:{'0' * 64}.tar.gz")
    (line,) = (line for line in command_lines() if line.endswith("image.tar"))
    assert run(place, line).returncode == 0
    assert run(place, line.replace("amd64", "arm64")).returncode == 1


def test_gitlab_gets_the_reports_that_it_is_told_of(place: Path):
    (job,) = (yaml.safe_load(text)["verify"] for text in named(".gitlab-ci.yml"))
    assert run(place, job["script"][-1]).returncode == 1
    reports = job["artifacts"]["reports"]
    assert json.loads((place / reports["codequality"]).read_bytes())[0].keys() >= {"description", "fingerprint"}
    assert ElementTree.parse(place / reports["junit"]).getroot().tag == "testsuites"


def test_make_keeps_no_program_that_is_not_as_meant(place: Path, samples):
    shutil.rmtree(place / "dist")
    (text,) = (text for kind, text in BLOCKS if kind == "make")
    (place / "Makefile").write_text(text)
    # Stands for the compiler: what it would build is there already.
    (place / "bin" / "go").write_text('#!/bin/sh\nmkdir -p dist && cp "$PROGRAMS/hello-$GOOS-$GOARCH-go1.27" "$4"\n')
    (place / "bin" / "go").chmod(0o755)
    programs = place / "programs"
    programs.mkdir()
    for port in ("linux-amd64", "linux-arm64", "darwin-arm64"):
        (programs / f"hello-{port}-go1.27").write_bytes(samples[f"hello-{port}-go1.27"].path.read_bytes())
        (programs / f"hello-{port}-go1.27").chmod(0o755)
    done = run(place, "make release", PROGRAMS=str(programs))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verified 3 binaries for 3 targets: 3 as meant" in done.stdout
    shutil.rmtree(place / "dist")
    (programs / "hello-linux-arm64-go1.27").write_bytes((programs / "hello-linux-amd64-go1.27").read_bytes())
    assert run(place, "make release", PROGRAMS=str(programs)).returncode != 0
    assert [file.name for file in (place / "dist").iterdir()] == ["app_linux_amd64"]
