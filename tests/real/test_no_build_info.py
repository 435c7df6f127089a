"""Programs without build info: linked by hand, or with the record taken out. The bytes still tell most of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from inspector.model import Status, Unknown
from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.real.edited import put, saved
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Sample, Samples

NEWEST = "1.27.3"
PROGRAMS = [
    "hello-linux-amd64-go1.27",
    "hello-linux-amd64-go1.21",
    "hello-linux-mips-go1.27",
    "uses-linux-amd64-go1.27-pie",
    "cgo-linux-amd64-go1.27-glibc",
    "uses-linux-amd64-go1.27-stripped",
    "hello-freebsd-amd64-go1.27",
    "hello-windows-amd64-go1.27",
    "hello-windows-386-go1.21",
    "hello-darwin-arm64-go1.27",
    "hello-darwin-amd64-go1.27",
]


def without_record(data: bytes) -> bytes:
    """Overwrite the blob of Go 1.18 and later with zeros, magic and all; the runtime has its own copy of the text."""
    at = data.index(b"\xff Go buildinf:")
    end = data.index(bytes.fromhex("f932433186182072008242104116d8f2"), at) + 16
    return put(data, at, bytes(end - at))


@pytest.mark.parametrize("sample", PROGRAMS, indirect=True)
def test_what_is_left_when_the_record_is_gone(sample: Sample, tmp_path: Path):
    whole = build_of(sample.path).observed
    name = "app.exe" if sample.goos == "windows" else "app"
    path = saved(tmp_path, name, without_record(sample.path.read_bytes()))
    build = build_of(path)
    assert build.recorded == Unknown("no build info")
    observed = build.observed
    assert (observed.goos, observed.goarch, observed.go_version) == (sample.goos, sample.goarch, f"go{sample.go}")
    assert observed.cgo is sample.cgo_enabled
    for fact in ("link_mode", "buildmode", "linkage", "resolver", "user_lookup", "tags", "trimpath", "build_id"):
        assert getattr(observed, fact) == getattr(whole, fact), fact
    assert outcomes_of(path)["no-build-info"].status is Status.FAIL
    assert build.traits.obfuscation == ()


def linked_by_hand(samples: Samples, folder: Path, goos: str, goarch: str) -> Path:
    """Compile and link with the tools themselves, as build systems other than the go command do.

    With a build cache of its own: the samples' is dropped whenever their builds are done with a release.
    """
    go = samples.go(NEWEST)
    port = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}
    env = {**os.environ, **build_environment(default_cache(), NEWEST), **port, "GOCACHE": str(folder / "gocache")}
    (folder / "main.go").write_text('package main\n\nfunc main() { println("hello") }\n', encoding="utf-8")

    def run(*command: str) -> str:
        done = subprocess.run([go, *command], cwd=folder, env=env, capture_output=True, text=True, check=True)
        return done.stdout

    layout = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    (folder / "importcfg").write_text(run("list", "-export", "-deps", "-f", layout, "runtime"), encoding="utf-8")
    run("tool", "compile", "-p", "main", "-importcfg", "importcfg", "-o", "main.a", "main.go")
    out = folder / ("app.exe" if goos == "windows" else "app")
    run("tool", "link", "-importcfg", "importcfg", "-o", str(out), "main.a")
    out.chmod(0o755)
    return out


@pytest.mark.wide
@pytest.mark.parametrize("port", ["linux/amd64", "windows/amd64", "darwin/arm64"])
def test_linked_by_hand(port: str, samples: Samples, tmp_path: Path):
    goos, goarch = port.split("/")
    path = linked_by_hand(samples, tmp_path, goos, goarch)
    build = build_of(path)
    observed = build.observed
    assert (observed.goos, observed.goarch, observed.go_version) == (goos, goarch, f"go{NEWEST}")
    assert (observed.compiler, observed.cgo, observed.link_mode) == ("gc", False, "internal")
    assert observed.pristine == "unverifiable"  # the go command gives the build ID
    outcome = outcomes_of(path)["no-build-info"]
    assert outcome.status is Status.FAIL
    loud = [o.rule for o in outcomes_of(path).values() if o.status is Status.FAIL and o.severity != "note"]
    # Without the go command, which asks for a PIE on windows.
    assert loud == (["pe-reloc-missing"] if goos == "windows" else [])
    if port == "linux/amd64":
        said = subprocess.run([samples.go(NEWEST), "version", "-m", path], capture_output=True, text=True, check=True)
        assert said.stdout.splitlines() == [f"{path}: go{NEWEST}"]
        assert not isinstance(build.recorded, Unknown)
        assert (build.recorded.path, build.recorded.settings) == (None, {})
