"""scripts/build_samples.py as its users meet it: what it prints, what it exits with, what it leaves alone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.sample_manifest import ManifestError, default_cache, load
from tests.samples import Samples

ROOT = Path(__file__).parents[2]
SAMPLE = "hello-linux-amd64-go1.27"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the script reads, so that a test may break it; the toolchains are the real cache's."""
    for folder in ("scripts", "samples"):
        ignored = shutil.ignore_patterns("__pycache__", "release")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "toolchains").symlink_to(default_cache() / "toolchains")
    return tmp_path


def build(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, tree / "scripts" / "build_samples.py", "--cache", tree / "cache", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_a_failure_names_sample_command_and_compiler(tree: Path):
    (tree / "samples" / "src" / "hello" / "main.go").write_text("package main\n\nfunc main() {\n", encoding="utf-8")
    done = build(tree, "--only", SAMPLE)
    assert done.returncode == 1
    assert f"build_samples: {SAMPLE}: exit 1 from" in done.stderr
    assert "GOOS=linux GOARCH=amd64 CGO_ENABLED=0" in done.stderr
    assert "main.go:3:14: syntax error" in done.stderr or "main.go:4:1: " in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads((tree / "cache" / "index-core.json").read_bytes())["samples"] == {}


def test_nothing_is_built_twice(samples: Samples):
    before = samples[SAMPLE].path.stat().st_mtime_ns
    command = [sys.executable, ROOT / "scripts" / "build_samples.py", "--only", SAMPLE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "1 of 1 samples ready" in done.stderr
    assert "[1/1]" not in done.stderr
    assert samples[SAMPLE].path.stat().st_mtime_ns == before


def test_no_match_is_an_error(tree: Path):
    done = build(tree, "--only", "no-such-*")
    assert done.returncode == 1
    assert done.stderr == "no sample of the core tier matches no-such-*\n"


def test_a_broken_manifest_is_one_line(tree: Path):
    (tree / "samples" / "manifest.toml").write_text("zig = [\n", encoding="utf-8")
    done = build(tree)
    assert done.returncode == 1
    assert done.stderr.startswith("build_samples: ")
    assert "manifest.toml" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.wide
def test_the_callers_go_settings_change_nothing(tree: Path, samples: Samples):
    done = build(tree, "--only", SAMPLE, GOFLAGS="-trimpath", GOAMD64="v3", GOOS="plan9", CGO_ENABLED="1")
    assert done.returncode == 0, done.stderr
    (built,) = json.loads((tree / "cache" / "index-core.json").read_bytes())["samples"].values()
    key = Path(built["path"]).parent.name
    assert key == samples[SAMPLE].path.parent.name
    go = samples.go("1.27.3")
    record = subprocess.run([go, "version", "-m", built["path"]], capture_output=True, text=True, check=True).stdout
    assert "\tbuild\tGOAMD64=v1\n" in record
    assert "\tbuild\tCGO_ENABLED=0\n" in record
    assert "-trimpath" not in record


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('tier = "core"\nspeed = 1', "unknown key ['speed']"),
        ('tier = "fast"', "unknown tier 'fast'"),
        ('tier = "core"\ncc = "tcc"', "unknown compiler 'tcc'"),
        ('tier = "core"\npayload = "nothing"', "no sample is called nothing"),
    ],
)
def test_what_a_manifest_cannot_say(tmp_path: Path, entry: str, message: str):
    path = tmp_path / "manifest.toml"
    head = 'zig = "0.17.1"\n[go]\n"1.27" = "1.27.3"\n[[build]]\n'
    path.write_text(f'{head}{entry}\nprograms = ["hello"]\nports = ["linux/amd64"]\ngo = ["1.27"]\n', encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        load(path)
    assert message in str(caught.value)
