"""The pre-commit hook: its manifest, the files it gets, and what it says of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pre_commit.clientlib import load_manifest
from pre_commit.commands.run import Classifier

from tests.cli.process import run

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
(HOOK,) = load_manifest(MANIFEST)


@pytest.fixture
def repository(tmp_path: Path, samples) -> Path:
    """Files as repositories have them: programs, and others that are no text."""
    for name, sample in {
        "tools/app": "hello-linux-amd64-go1.27",
        "tools/app.exe": "hello-windows-amd64-go1.27",
        "app.v2.exe": "hello-windows-386-go1.27",
        "web/app.wasm": "hello-js-wasm-go1.27",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(samples[sample].path.read_bytes())
        (tmp_path / name).chmod(0o755)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    (tmp_path / "data.tar.gz").write_bytes(b"\x1f\x8b\0")
    (tmp_path / "LICENSE").write_text("no program\n")
    return tmp_path


def chosen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files pre-commit gives the hook."""
    monkeypatch.chdir(folder)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    # Defaults of types_or and exclude_types, as in pre-commit's clientlib.
    by_types = Classifier(files).by_types(files, HOOK["types"], HOOK["types_or"], HOOK["exclude_types"])
    return [name for name in by_types if re.search(HOOK["files"], name)]


def test_pre_commit_takes_the_manifest():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", MANIFEST]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert HOOK["id"] == "gobin-inspect"
    # What a manifest says beyond what pre-commit knows would be ignored in silence.
    assert set(yaml.safe_load(MANIFEST.read_text("utf-8"))[0]) <= set(HOOK)


def test_the_hook_gets_programs_and_no_other_binary(repository: Path, monkeypatch: pytest.MonkeyPatch):
    assert chosen(repository, monkeypatch) == ["app.v2.exe", "tools/app", "tools/app.exe", "web/app.wasm"]


def test_the_hook_inspects_what_it_gets(repository: Path, monkeypatch: pytest.MonkeyPatch):
    files = chosen(repository, monkeypatch)
    assert HOOK["entry"] == "gobin-inspect"
    done = run(*HOOK["args"], *files, cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(name in done.stdout for name in files)
    (repository / "tools" / "app_linux_arm64").write_bytes((repository / "tools" / "app").read_bytes())
    (repository / "tools" / "app_linux_arm64").chmod(0o755)
    done = run(*HOOK["args"], *chosen(repository, monkeypatch), cwd=repository)
    assert done.returncode == 1
    assert "wrong-goarch" in done.stdout


@pytest.mark.wide
def test_pre_commit_installs_the_hook_and_runs_it(repository: Path):
    for words in ("init --quiet", "add ."):
        subprocess.run(["git", *words.split()], cwd=repository, check=True, capture_output=True)
    command = [sys.executable, "-m", "pre_commit", "try-repo", ROOT, "gobin-inspect", "--all-files", "--verbose"]
    environ = {**os.environ, "PRE_COMMIT_HOME": str(repository.parent / "pre-commit")}
    done = subprocess.run(command, cwd=repository, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tools/app.exe" in done.stdout
    assert "logo.png" not in done.stdout
