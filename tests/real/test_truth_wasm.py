"""WebAssembly samples really started: js/wasm in Node with Go's own wasm_exec.js, wasip1/wasm in wasmtime."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import wasmtime

from inspector.model import Declared, Intent
from tests.real.inspected import build_of, outcomes_of
from tests.real.running import TIMEOUT, capabilities
from tests.samples import Sample, Samples

pytestmark = pytest.mark.wide

GO = ("1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27")


def support(sample: Sample, samples: Samples) -> Path:
    """The folder of wasm_exec.js in the distribution that built a sample: it moved in Go 1.24."""
    root = samples.go(sample.go).parent.parent
    return root / ("lib" if sample.minor >= (1, 24) else "misc") / "wasm"


def in_node(program: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with the wasm_exec.js and its starter of a folder."""
    node = shutil.which("node")
    assert node, "node is not installed (Debian package nodejs)"
    command = [node, folder / "wasm_exec_node.js", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)


def in_wasmtime(program: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that sees no file of this machine; its output as a process's would be."""
    out = program.with_suffix(".out")
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["app"]
    wasi.stdout_file = str(out)
    store.set_wasi(wasi)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, str(program)))
    code = 0
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit_:
        code = exit_.code
    return subprocess.CompletedProcess([program], code, out.read_text(encoding="utf-8"), "")


@pytest.fixture
def copied(tmp_path: Path, samples: Samples):
    def copy(name: str) -> Path:
        return Path(shutil.copy(samples[name].path, tmp_path / "app.wasm"))

    return copy


@pytest.mark.parametrize("go", GO)
def test_a_js_program_starts_in_node_and_not_in_wasmtime(go: str, samples: Samples):
    sample = samples[f"hello-js-wasm-go{go}"]
    assert outcomes_of(sample.path, Intent(goos=Declared("js", "option --goos")))["wrong-goos"].status == "pass"
    assert in_node(sample.path, support(sample, samples)).stdout == "hello from js/wasm\n"
    assert outcomes_of(sample.path, Intent(goos=Declared("wasip1", "option --goos")))["wrong-goos"].status == "fail"
    with pytest.raises(wasmtime.WasmtimeError, match="unknown import: `gojs::"):
        in_wasmtime(sample.path)


@pytest.mark.parametrize("go", GO)
def test_a_wasip1_program_starts_in_wasmtime_and_not_in_node(go: str, samples: Samples, copied):
    path = copied(f"hello-wasip1-wasm-go{go}")
    assert outcomes_of(path, Intent(goos=Declared("wasip1", "option --goos")))["wrong-goos"].status == "pass"
    assert in_wasmtime(path).stdout == "hello from wasip1/wasm\n"
    assert outcomes_of(path, Intent(goos=Declared("js", "option --goos")))["wrong-goos"].status == "fail"
    done = in_node(path, support(samples[f"hello-js-wasm-go{go}"], samples))
    assert done.returncode != 0
    assert "wasi_snapshot_preview1" in done.stderr


@pytest.mark.parametrize("variant", ["", "-timetzdata"])
def test_zones_and_users_of_a_program_that_sees_no_file(variant: str, copied):
    path = copied(f"uses-wasip1-wasm-go1.27{variant}")
    observed = build_of(path).observed
    said = capabilities(in_wasmtime(path))
    assert (said["zone"] == "ok") is observed.tzdata.embedded
    assert (outcomes_of(path)["tzdata-missing"].status == "fail") is (said["zone"] == "error")
    assert (observed.user_lookup, said["user"]) == ("go", "error")
    assert (observed.resolver, said["net"]) == ("go", "ok")


@pytest.mark.parametrize("go", ["1.24", "1.27"])
def test_a_reactor_is_called_and_has_no_start(go: str, samples: Samples):
    path = samples[f"export-wasip1-wasm-go{go}-cshared"].path
    assert build_of(path).observed.buildmode == "c-shared"
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    store.set_wasi(wasmtime.WasiConfig())
    exports = linker.instantiate(store, wasmtime.Module.from_file(engine, str(path))).exports(store)
    assert "_start" not in exports
    exports["_initialize"](store)
    assert exports["twice"](store, 21) == 42


@pytest.mark.parametrize("go", ["1.21", "1.27"])
def test_the_script_beside_a_program_fits_exactly_if_node_starts_it(go: str, samples: Samples, tmp_path: Path):
    """Go's own script, and two that lack what the program imports."""
    sample = samples[f"hello-js-wasm-go{go}"]
    folder = support(sample, samples)
    program = Path(shutil.copy(sample.path, tmp_path))
    shutil.copy(folder / "wasm_exec_node.js", tmp_path)
    own = (folder / "wasm_exec.js").read_text(encoding="utf-8")
    old = own.replace("gojs: {", "go: {")
    assert old != own  # as it was until Go 1.20
    short = own.replace('"runtime.getRandomData"', '"runtime.getOtherData"')
    assert short != own
    for text, fits in ((own, True), (old, False), (short, False)):
        (tmp_path / "wasm_exec.js").write_text(text, encoding="utf-8")
        assert (in_node(program, tmp_path).returncode == 0) is fits
        assert (outcomes_of(program)["wasm-exec-mismatch"].status == "pass") is fits
