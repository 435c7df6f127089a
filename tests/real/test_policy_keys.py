"""Every key of the policy, with a real program that is as it says and one that is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from inspector.intent.policy_keys import TARGET
from tests.real.edited import flipped, replaced, saved, stamped, without_relocations
from tests.real.gate import gate
from tests.real.said import closing_says
from tests.samples import Samples

pytestmark = pytest.mark.usefixtures("bytecode")

HELLO, USES = "hello-linux-amd64-go1.27", "uses-linux-amd64-go1.27"
WINDOWS, APPLE = "hello-windows-386-go1.27", "hello-darwin-arm64-go1.27"
GLIBC, MUSL = "uses-linux-amd64-go1.27-glibc", "uses-linux-amd64-go1.27-musl"

Program = str | tuple[str, Callable[[bytes], bytes]]
"""A sample's name, and what is done to it."""


class Case(NamedTuple):
    """A line of the policy, a program held against it, and the rules that refuse it: none where it is as meant."""

    line: str
    program: Program
    rules: tuple[str, ...]
    wide: bool = False

    @property
    def key(self) -> str:
        """The key that the line sets."""
        return self.line.partition(" = ")[0]


def core(line: str, program: Program, *rules: str) -> Case:
    """With a sample of the core tier."""
    return Case(line, program, rules)


def wide(line: str, program: Program, *rules: str) -> Case:
    """With a sample of the wide tier."""
    return Case(line, program, rules, wide=True)


def _edited(data: bytes) -> bytes:
    """Turn one byte of read-only data over."""
    return flipped(data, data.index(b"runtime error: "))


def _with_loader(data: bytes) -> bytes:
    return replaced(data, b"/lib64/ld-linux-x86-64.so.2\0", b"/opt/x/ld-linux-x86-64.so.2\0")


def _with_dylib(data: bytes) -> bytes:
    """Name another library and leave the signature out of it: it is broken in both."""
    return replaced(data, b"/usr/lib/libSystem.B.dylib\0", b"/opt/lib/libSystem.B.dylib\0")


CASES = (
    core('target = "linux/amd64"', HELLO),
    core('target = "linux/amd64"', "hello-linux-arm64-go1.27", "wrong-goarch"),
    core('target = "linux/amd64"', "hello-freebsd-amd64-go1.27", "wrong-goos"),
    core("cgo = false", USES),
    core("cgo = false", GLIBC, "wrong-cgo"),
    core("cgo = true", GLIBC),
    core("cgo = true", USES, "wrong-cgo"),
    core('goamd64 = "v1"', HELLO),
    core('goamd64 = "v3"', HELLO, "wrong-microarch"),
    wide('goamd64 = "v1"', f"{HELLO}-goamd64-v3", "wrong-microarch"),
    core('go386 = "sse2"', WINDOWS),
    core('go386 = "softfloat"', WINDOWS, "wrong-microarch"),
    wide('goarm = "6"', "hello-linux-arm-go1.27-goarm-6"),
    wide('goarm = "6"', "hello-linux-arm-go1.27-goarm-7", "wrong-microarch"),
    core('goarm64 = "v8.0"', "hello-linux-arm64-go1.27"),
    core('goarm64 = "v8.1"', "hello-linux-arm64-go1.27", "wrong-microarch"),
    core('gomips = "hardfloat"', "hello-linux-mips-go1.27"),
    core('gomips = "softfloat"', "hello-linux-mips-go1.27", "wrong-microarch"),
    wide('gomips64 = "softfloat"', "hello-linux-mips64le-go1.27-gomips64-softfloat"),
    wide('gomips64 = "softfloat"', "hello-linux-mips64le-go1.27", "wrong-microarch"),
    wide('goppc64 = "power8"', "hello-linux-ppc64le-go1.27"),
    wide('goppc64 = "power10"', "hello-linux-ppc64le-go1.27", "wrong-microarch"),
    wide('goriscv64 = "rva20u64"', "hello-linux-riscv64-go1.27"),
    wide('goriscv64 = "rva22u64"', "hello-linux-riscv64-go1.27", "wrong-microarch"),
    core("static = true", HELLO),
    core("static = true", f"{USES}-pie", "dynamic-not-static"),
    core("static = false", f"{USES}-pie"),
    core("static = false", HELLO, "static-not-dynamic"),
    core('buildmode = "exe"', HELLO),
    core('buildmode = "exe"', f"{USES}-pie", "wrong-buildmode"),
    core('tags = ["timetzdata"]', f"{USES}-timetzdata"),
    core('tags = ["timetzdata"]', USES, "wrong-tags"),
    core('tzdata = "embedded"', "tz-linux-amd64-go1.27"),
    core('tzdata = "embedded"', USES, "tzdata-missing"),
    core('tzdata = "absent"', USES),
    core('tzdata = "absent"', "tz-linux-amd64-go1.27", "tzdata-unwanted"),
    core('go = "1.27"', HELLO),
    core('go = "1.27"', "hello-linux-amd64-go1.21", "wrong-go"),
    core('libc = "glibc"', GLIBC),
    core('libc = "glibc"', MUSL, "wrong-libc"),
    core('libc = "musl"', MUSL),
    core('libc = "musl"', GLIBC, "wrong-libc"),
    wide('glibc = "2.38"', "cgo-linux-amd64-go1.27-glibc-2.38"),
    wide('glibc = "2.28"', "cgo-linux-amd64-go1.27-glibc-2.38", "glibc-too-new"),
    core('min-os = "13.0"', APPLE),
    core('min-os = "12.0"', APPLE, "macho-min-os"),
    core('min-os = "10.0"', WINDOWS),
    core('min-os = "6.1"', WINDOWS, "pe-os-version-lies"),
    core('profile = "macos-26"', APPLE),
    core('profile = "macos-26"', f"{APPLE}-nouuid", "macho-no-uuid"),
    core('module = "example.com/hello"', HELLO),
    core('module = "example.com/hello"', USES, "wrong-module"),
    wide('version = "1.2.3"', f"{HELLO}-vcs"),
    wide('version = "1.2.4"', f"{HELLO}-vcs", "wrong-version"),
    wide('revision = "0123456789ab"', f"{HELLO}-vcs", "revision-mismatch"),
    core('revision = "0123456789ab"', HELLO, "revision-mismatch"),  # nobody knows
    wide("clean = true", f"{HELLO}-vcs"),
    wide("clean = true", f"{HELLO}-dirty", "dirty-tree"),
    core("clean = true", HELLO, "dirty-tree"),  # nobody knows
    core("trimpath = true", f"{USES}-trimpath"),
    core("trimpath = true", USES, "path-leak"),
    core("debug-info = false", f"{USES}-stripped"),
    core("debug-info = false", USES, "debug-info-shipped"),
    core("symbols = false", f"{USES}-stripped"),
    core("symbols = false", USES, "debug-info-shipped"),
    core("pristine = true", HELLO),
    core("pristine = true", (HELLO, _edited), "modified-after-link"),
    core("pristine = true", f"{HELLO}-nobuildid", "modified-after-link"),  # nobody knows
    core('fips140 = "off"', HELLO),
    core('fips140 = "v1.0.0"', HELLO, "wrong-fips140"),
    wide('fips140 = "v1.0.0"', "https-linux-amd64-go1.27-fips-v1.0.0"),
    wide('fips140 = "off"', "https-linux-amd64-go1.27-fips-v1.0.0", "wrong-fips140"),
    core('max-size = "3 MiB"', HELLO),
    core('max-size = "3 MiB"', USES, "too-large"),
    core('subsystem = "console"', WINDOWS),
    core('subsystem = "gui"', WINDOWS, "pe-wrong-subsystem"),
    wide('subsystem = "gui"', "hello-windows-amd64-go1.27-windowsgui"),
    core("pe-checksum = true", (WINDOWS, stamped)),
    core("pe-checksum = true", WINDOWS, "pe-checksum-absent"),
    core("aslr = true", WINDOWS),
    core("aslr = true", (WINDOWS, without_relocations), "pe-reloc-missing"),
    core('signature = "codesign"', APPLE, "codesign-absent"),
    core('signature = "authenticode"', WINDOWS, "authenticode-absent"),
    core('allow-dylibs = ["/opt/lib/*"]', (APPLE, _with_dylib), "macho-signature-broken"),
    core('allow-dylibs = ["/opt/*.dylib.2"]', (APPLE, _with_dylib), "macho-signature-broken", "foreign-dylib"),
    core('allow-interpreters = ["/opt/x/*"]', (GLIBC, _with_loader)),
    core('allow-interpreters = ["/opt/y/*"]', (GLIBC, _with_loader), "odd-interpreter"),
)


def test_every_need_is_met_and_missed():
    # What "files" and "optional" are for shows in a directory: test_verify.py.
    keys = {key.name for key in TARGET.keys} - {"files", "optional"}
    assert {case.key for case in CASES if case.rules} == keys
    assert keys - {case.key for case in CASES if not case.rules} == {
        "revision",  # a commit's hash stands in test_release_gate.py, which knows one
        "signature",  # test_authenticode.py signs programs
        "allow-dylibs",  # whose sample has lost its signature
    }


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case.line}-{number}", marks=[pytest.mark.wide] if case.wide else [])
        for number, case in enumerate(CASES)
    ],
)
def test_a_key_alone(case: Case, samples: Samples, tmp_path: Path):
    name, edit = case.program if isinstance(case.program, tuple) else (case.program, bytes)
    saved(tmp_path, "app", edit(samples[name].path.read_bytes()))
    (tmp_path / "gobin-inspect.toml").write_text(f'[[targets]]\nfiles = ["app"]\n{case.line}\n', encoding="utf-8")
    done = gate(tmp_path, "app")
    assert closing_says(done.closing) == {(rule, "app") for rule in case.rules}, done.text
    assert done.code == (1 if case.rules else 0)
