"""Run as CC: compile for macOS with zig, link with LLVM's ld64, which chains fixups and makes plugins as Apple's does.

Zig's own linker for Mach-O does neither. The libraries' stubs name no symbol, so that none needs to be looked up.
What is to be run comes in the environment: ZIG, LD64_ARCH (arm64, x86_64), LD64_FLAGS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scripts.sample_manifest import SAMPLES, default_cache, load
from scripts.toolchains import Toolchains, build_environment
from tests.real.gorecord import NEWEST_GO

LINKER = "ld64.lld-19"  # Debian's package lld-19; chains of fixups came with LLVM 16
TARGETS = {"arm64": "aarch64-macos", "amd64": "x86_64-macos"}
ARCHITECTURES = {"arm64": "arm64", "amd64": "x86_64"}
STUB = "--- !tapi-tbd\ntbd-version: 4\ntargets: [ x86_64-macos, arm64-macos ]\ninstall-name: '{}'\n...\n"
LIBRARIES = {"libSystem": "/usr/lib/libSystem.B.dylib", "libresolv": "/usr/lib/libresolv.9.dylib"}


def build(folder: Path, program: str, goarch: str, *flags: str, linker: str = "") -> Path:
    """Build one of the sample programs for darwin with cgo and this linker; ``linker`` holds flags for it."""
    cache = default_cache()
    tools = Toolchains(cache)
    out = folder / program
    settings = {
        "GOOS": "darwin",
        "GOARCH": goarch,
        "CGO_ENABLED": "1",
        "CC": f"{sys.executable} -m tests.real.ld64",
        "PYTHONPATH": str(SAMPLES.parent),
        "ZIG": f"{tools.zig(load().zig)} cc -target {TARGETS[goarch]}",
        "LD64_ARCH": ARCHITECTURES[goarch],
        "LD64_FLAGS": linker,
    }
    subprocess.run(
        [tools.go(NEWEST_GO), "build", "-buildvcs=false", *flags, "-o", out, "."],
        cwd=SAMPLES / "src" / program,
        env={**build_environment(cache, NEWEST_GO), **settings},
        check=True,
        capture_output=True,
    )
    return out


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Compile, or link what the go command's linker asks for; return the exit code."""
    zig = environment["ZIG"].split()
    sources = [word for word in arguments if word.endswith(".c")]
    if "-c" in arguments or "-o" not in arguments or sources:
        return subprocess.call([*zig, *arguments])
    given = [flag for word in arguments if word.startswith("-Wl,") for flag in word.split(",")[1:]]
    passed = [flag for flag in given if not flag.startswith("--")]  # what zig takes when asked: ELF linkers' own
    inputs = [word for word in arguments if word.endswith((".o", ".a"))]
    passed += ["-dylib"] if "-dynamiclib" in arguments else []
    with tempfile.TemporaryDirectory() as stubs:
        for name, path in LIBRARIES.items():
            (Path(stubs) / f"{name}.tbd").write_text(STUB.format(path), encoding="utf-8")
        command = [LINKER, "-arch", environment["LD64_ARCH"], "-platform_version", "macos", "13.0", "13.0"]
        command += ["-undefined", "dynamic_lookup", f"-L{stubs}", "-lSystem", "-lresolv"]
        out = arguments[arguments.index("-o") + 1]
        return subprocess.call([*command, *environment["LD64_FLAGS"].split(), *passed, "-o", out, *inputs])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
