"""gccgo's programs, built by Debian's, and TinyGo's, published on npm: named as such, and nothing made up."""

import subprocess
from pathlib import Path

import lief
import pytest

from inspector.model import Status, Unknown
from tests.real.indexes import member, npm
from tests.real.inspected import build_of, image_of

pytestmark = pytest.mark.wide

SOURCE = """package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println(runtime.Version())
	}
	fmt.Println("hello", len(os.Args))
}
"""
GCCGO = Unknown("compiled by gccgo, whose runtime has no function table")
OF_NAMES = ("cgo", "resolver", "user_lookup", "tags", "trimpath")
LINKS = {
    "shared": (),
    "shared, stripped": ("-s",),
    "libgo static": ("-static-libgo",),
    "static": ("-static",),
    "static, stripped": ("-static", "-s"),
}


def built(folder: Path, *flags: str) -> Path:
    (folder / "main.go").write_text(SOURCE, encoding="utf-8")
    command = ["gccgo-12", *flags, "-o", "hello", "main.go"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "hello"


@pytest.mark.parametrize("flags", LINKS.values(), ids=LINKS)
def test_gccgos_programs(flags: tuple[str, ...], tmp_path: Path):
    path = built(tmp_path, *flags)
    observed = build_of(path).observed
    assert (observed.goos, observed.goarch, observed.compiler) == ("linux", "amd64", "gccgo")
    assert observed.link_mode == "external"
    binary = lief.parse(path)
    assert list(observed.needed) == list(binary.libraries)
    assert observed.interpreter == (binary.interpreter if binary.has_interpreter else None)
    assert observed.linkage == ("static" if "-static" in flags else "dynamic")
    assert {fact: getattr(observed, fact) for fact in OF_NAMES} == dict.fromkeys(OF_NAMES, GCCGO)
    # The runtime itself does not know.
    said = subprocess.run([path, "version"], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[0] == "unknown"
    assert observed.go_version == Unknown("unknown to gccgo")


def test_what_go_build_records_with_gccgo(tmp_path: Path):
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.18\n", encoding="utf-8")
    (tmp_path / "main.go").write_text(SOURCE, encoding="utf-8")
    home = {"GOCACHE": str(tmp_path / "cache"), "GOPATH": str(tmp_path / "gopath"), "GOFLAGS": "-mod=mod"}
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GO111MODULE": "on", "GOPROXY": "off", **home}
    subprocess.run(["go-12", "build", "-o", "app", "."], cwd=tmp_path, env=env, check=True, capture_output=True)
    path = tmp_path / "app"
    image = image_of(path)
    build = image.build
    assert not isinstance(build.recorded, Unknown)
    assert build.recorded.path == "example.com/app"
    assert build.recorded.go_version == Unknown("gccgo records no Go version")
    assert (build.setting("-compiler"), build.setting("GOOS"), build.setting("CGO_ENABLED")) == ("gccgo", "linux", "1")
    read = subprocess.run(["go-12", "tool", "buildid", path], env=env, capture_output=True, text=True, check=True)
    assert build.observed.build_id == read.stdout.strip()
    assert build.observed.pristine == "pristine"
    assert [o.rule for o in image.outcomes if o.status is Status.FAIL and o.severity != "note"] == []
    data = bytearray(path.read_bytes())
    data[data.index(b"hello\0") if b"hello\0" in data else data.index(b"hello")] ^= 1
    path.write_bytes(data)
    assert build_of(path).observed.pristine == "modified"


NO_HOST = Unknown("the module imports nothing that js or wasip1 offers")
TINYGO = {
    "@wasm-fmt/gofmt@0.7.3": ("gofmt.wasm", "TinyGo 0.40.1", NO_HOST),
    "@wasm-fmt/shfmt@0.2.7": ("shfmt.wasm", "TinyGo 0.40.1", NO_HOST),
    "sh-syntax@0.7.0": ("main.wasm", "TinyGo 0.42.0", "js"),
}


@pytest.mark.parametrize("package", TINYGO)
def test_tinygos_modules(package: str, tmp_path: Path):
    name, called, goos = TINYGO[package]
    path = tmp_path / name
    path.write_bytes(member(npm(package), f"package/{name}")[0])
    # The producers section ends with the tool's name and release, each after its length.
    assert f"\x06TinyGo\x06{called.removeprefix('TinyGo ')}".encode() in path.read_bytes()
    observed = build_of(path).observed
    assert (observed.goos, observed.goarch, observed.compiler) == (goos, "wasm", "tinygo")
    why = Unknown(f"compiled by {called}, whose runtime has no function table")
    assert {fact: getattr(observed, fact) for fact in OF_NAMES} == dict.fromkeys(OF_NAMES, why)
    assert observed.pristine == "unverifiable"
