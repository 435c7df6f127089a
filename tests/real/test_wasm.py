"""WebAssembly programs of Go against other witnesses: Node's memory, native builds, packages since Go 1.12."""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

import formats
from formats import Image, Window
from inspector.batch import inspect_paths
from inspector.model import SkipKind, Status, Unknown
from inspector.pipeline import Options
from inspector.rules import select
from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.real.gorecord import NEWEST_GO, go_version_m
from tests.real.indexes import npm
from tests.real.inspected import build_of, outcomes_of
from tests.real.running import TIMEOUT
from tests.real.test_oracle_go import as_go_prints, record_of
from tests.real.test_truth_wasm import in_wasmtime
from tests.samples import Samples, names

OWN = ("\tbuild\tGOOS=", "\tbuild\tGOARCH=", "\tbuild\tGOAMD64=")


def portable(record: str) -> list[str]:
    """A record's lines without those that name the port."""
    return [line for line in record.splitlines() if not line.startswith(OWN)]


# --- the record, which no tool of Go's reads from wasm -----------------------------------------------------


@pytest.mark.parametrize("go", ["1.21", "1.27"])
def test_the_record_is_that_of_a_native_build(go: str, samples: Samples):
    wasm, native = samples[f"hello-js-wasm-go{go}"], samples[f"hello-linux-amd64-go{go}"]
    ours, gos = as_go_prints(record_of(wasm.path)), go_version_m(samples.go(NEWEST_GO), native.path)
    assert portable(ours) == portable(gos)
    assert ours != gos


PROFILE = """
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime/pprof"
	"time"
)

var n int

func main() {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		panic(err)
	}
	for start := time.Now(); time.Since(start) < time.Second; n++ {
	}
	pprof.StopCPUProfile()
	unzipped, err := gzip.NewReader(&profile)
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		panic(err)
	}
	fmt.Println("sampled:", bytes.Contains(text, []byte("main.main")))
}
"""
"""It profiles itself; a profile names the functions that were running when a sample was taken."""


@pytest.fixture(scope="module")
def profiled(tmp_path_factory: pytest.TempPathFactory, samples: Samples) -> dict[str, Path]:
    """The same program for three ports, with an experiment, tags, -X and a trimmed path."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "go.mod").write_text("module example.com/profile\n\ngo 1.24\n", encoding="utf-8")
    (folder / "main.go").write_text(PROFILE, encoding="utf-8")
    flags = ["-buildvcs=false", "-trimpath", "-tags=one,two", "-ldflags=-s -X 'main.unused=a b'"]
    found = {}
    for port in ("linux/amd64", "js/wasm", "wasip1/wasm"):
        goos, goarch = port.split("/")
        environment = build_environment(default_cache(), NEWEST_GO)
        environment |= {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "GOEXPERIMENT": "arenas"}
        found[port] = folder / f"{goos}.wasm"
        command = [samples.go(NEWEST_GO), "build", *flags, "-o", found[port], "."]
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return found


@pytest.mark.wide
@pytest.mark.parametrize("port", ["js/wasm", "wasip1/wasm"])
def test_the_record_of_unusual_settings_too(port: str, profiled: dict[str, Path], samples: Samples):
    ours = as_go_prints(record_of(profiled[port]))
    assert portable(ours) == portable(go_version_m(samples.go(NEWEST_GO), profiled["linux/amd64"]))
    assert ours.splitlines()[0] == f"go{NEWEST_GO}-X:arenas"
    build = build_of(profiled[port])
    assert build.observed.go_version == f"go{NEWEST_GO}-X:arenas"
    assert (build.observed.symbols, build.observed.trimpath) == (False, True)
    assert build.observed.wasm is not None
    assert build.observed.wasm.producers["language"] == {"Go": f"go{NEWEST_GO}"}


@pytest.mark.wide
def test_a_cpu_profile_has_no_samples_on_wasm(profiled: dict[str, Path]):
    native = subprocess.run([profiled["linux/amd64"]], capture_output=True, text=True, timeout=TIMEOUT, check=True)
    assert native.stdout == "sampled: true\n"
    assert in_wasmtime(profiled["wasip1/wasm"]).stdout == "sampled: false\n"
    found = {port: outcomes_of(path)["cpu-profile-on-wasm"] for port, path in profiled.items()}
    assert found["linux/amd64"].status is Status.NOT_APPLICABLE
    for port in ("js/wasm", "wasip1/wasm"):
        assert (found[port].status, found[port].severity) == (Status.FAIL, "note")
        assert found[port].evidence[0].offset is not None


# --- linear memory ---------------------------------------------------------------------------------------

MEMORY = """
const fs = require("fs"), crypto = require("crypto");
const compiled = new WebAssembly.Module(fs.readFileSync(process.argv[1]));
const imports = {};
for (const one of WebAssembly.Module.imports(compiled)) (imports[one.module] ??= {})[one.name] = () => 0;
const { exports } = new WebAssembly.Instance(compiled, imports);
const memory = new Uint8Array((exports.mem ?? exports.memory).buffer, 0, Number(process.argv[2]));
console.log(crypto.createHash("sha256").update(memory).digest("hex"));
"""
"""Load a module without starting it; print the hash of the first bytes of its memory."""


def in_node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node, "node is not installed (Debian package nodejs)"
    return subprocess.run([node, *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)


def memory_is_nodes(path: Path) -> bool:
    """Whether Node, having loaded a module, has the memory that we put together, and no more bytes than those."""
    (image,) = formats.read(Window.of_bytes(path.read_bytes()))
    assert isinstance(image, Image)
    assert image.mapped.size > 500_000
    ours = hashlib.sha256(image.mapped.read(0, image.mapped.size)).hexdigest()
    return in_node("-e", MEMORY, path, str(image.mapped.size)).stdout.strip() == ours


@pytest.mark.wide
@pytest.mark.parametrize("name", [name for name in names("wide") if "-wasm-" in name])
def test_memory_is_what_node_has_before_the_program_starts(name: str, samples: Samples):
    assert memory_is_nodes(samples[name].path)


@pytest.mark.wide
def test_what_wasm_opt_makes_of_a_program(samples: Samples, tmp_path: Path):
    """Binaryen writes code and data anew and moves the custom sections to the end."""
    sample = samples["hello-js-wasm-go1.27"]
    package = unpacked(npm("binaryen@116.0.0"), tmp_path)
    out = tmp_path / "app.wasm"
    features = ["--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext"]
    done = in_node(package / "bin" / "wasm-opt", *features, "-O1", sample.path, "-o", out)
    assert done.returncode == 0, done.stderr
    before, after = build_of(sample.path), build_of(out)
    assert after.recorded == before.recorded
    assert after.observed.build_id == before.observed.build_id
    assert (after.observed.go_version, after.observed.goos) == (before.observed.go_version, "js")
    assert (before.observed.symbols, after.observed.symbols) == (True, False)
    assert (before.observed.pristine, after.observed.pristine) == ("pristine", "modified")
    assert memory_is_nodes(out)


# --- published programs ----------------------------------------------------------------------------------

ESBUILD = {  # release of esbuild-wasm: the Go that built it, how the main package was recorded
    "0.0.1": ("go1.12.9", None),
    "0.2.4": ("go1.14.2", "esbuild/main"),
    "0.8.46": ("go1.15.7", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.12.0": ("go1.16.3", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.14.0": ("go1.17.2", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.17.0": ("go1.19.4", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.19.0": ("go1.20.7", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.25.0": ("go1.23.5", "github.com/evanw/esbuild/cmd/esbuild"),
    "0.28.2": ("go1.26.5", "github.com/evanw/esbuild/cmd/esbuild"),
}
PRISTINE = dict.fromkeys(ESBUILD, "pristine") | {"0.28.2": "unverifiable"}  # -ldflags=-buildid=


@pytest.fixture(scope="module")
def published() -> dict[str, Path]:
    """Each package as npm keeps it."""
    return {release: npm(f"esbuild-wasm@{release}") for release in ESBUILD}


def unpacked(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / "package"


@pytest.mark.wide
@pytest.mark.parametrize("release", ESBUILD)
def test_published_programs_of_every_layout(release: str, published: dict[str, Path], tmp_path: Path):
    version, main = ESBUILD[release]
    report = inspect_paths([str(published[release])], Options(rules=select()))
    (file,) = report.files
    (image,) = file.images
    observed, recorded = image.build.observed, image.build.recorded
    assert (observed.goos, observed.goarch, observed.compiler, observed.cgo) == ("js", "wasm", "gc", False)
    assert (observed.go_version, observed.pristine) == (version, PRISTINE[release])
    assert (None if isinstance(recorded, Unknown) else recorded.path) == main
    assert {o.rule for o in image.outcomes if o.status is Status.FAIL and o.severity != "note"} == set()
    script = {outcome.rule: outcome for outcome in image.outcomes}["wasm-exec-mismatch"]
    assert script.status is Status.PASS  # the one in the package
    assert memory_is_nodes(unpacked(published[release], tmp_path) / "esbuild.wasm")


START = """
const fs = require("fs"), util = require("util");
Object.assign(globalThis, { require, fs, path: require("path") });
Object.assign(globalThis, { TextEncoder: util.TextEncoder, TextDecoder: util.TextDecoder });
globalThis.performance ??= require("perf_hooks").performance;
globalThis.crypto ??= require("crypto");
const [script, program] = process.argv.splice(1, 2);
require(script);
const go = new Go();
go.argv = [program, "--version"];
WebAssembly.instantiate(fs.readFileSync(program), go.importObject)
  .then(({ instance }) => go.run(instance), (error) => console.log(error.name));
"""


@pytest.mark.wide
@pytest.mark.parametrize(
    ("release", "beside", "said"),
    [
        ("0.12.0", "0.12.0", "0.12.0"),
        ("0.14.0", "0.14.0", "0.14.0"),
        ("0.25.0", "0.28.2", "0.25.0"),
        ("0.12.0", "0.14.0", "LinkError"),  # runtime.walltime1 until Go 1.16
        ("0.14.0", "0.12.0", "LinkError"),
        ("0.25.0", "0.19.0", "TypeError"),  # module gojs since Go 1.21
        ("0.19.0", "0.25.0", "TypeError"),
    ],
)
def test_a_script_of_another_release(release: str, beside: str, said: str, published: dict[str, Path], tmp_path: Path):
    program = unpacked(published[release], tmp_path / "program") / "esbuild.wasm"
    script = unpacked(published[beside], tmp_path / "script") / "wasm_exec.js"
    shutil.copy(script, program.parent / "wasm_exec.js")
    started = in_node("-e", START, script, program)
    assert started.stdout.split() == [said]
    outcome = outcomes_of(program)["wasm-exec-mismatch"]
    assert (outcome.status is Status.FAIL) is said.endswith("Error")
    assert all(evidence.offset is not None for evidence in outcome.evidence)


# --- WebAssembly that is not Go ----------------------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize(
    ("package", "members"),
    [
        ("source-map@0.7.4", ["lib/mappings.wasm"]),  # Rust
        ("@chainsafe/as-sha256@0.4.1", ["build/optimized.wasm", "build/untouched.wasm"]),  # AssemblyScript
        ("web-tree-sitter@0.20.8", ["tree-sitter.wasm"]),  # C, by Emscripten
    ],
)
def test_other_languages_are_not_go(package: str, members: list[str]):
    archive = npm(package)
    report = inspect_paths([str(archive)], Options(rules=select()))
    assert report.files == ()
    modules = {row.members[-1]: row for row in report.skipped if row.members[-1].endswith(".wasm")}
    assert sorted(modules) == sorted(f"package/{member}" for member in members)
    assert {row.kind for row in modules.values()} == {SkipKind.NOT_GO}
