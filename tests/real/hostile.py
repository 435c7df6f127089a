"""C programs full of Go's marks: what an inspector, a scanner or a malicious file holds, compiled by real compilers."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import lief

from scripts.sample_manifest import default_cache, load
from scripts.toolchains import Toolchains, build_environment
from tests.build.gotables import framed, inline_blob

ID = "aaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbb/cccccccccccccccccccc/dddddddddddddddddddd"
RECORD = inline_blob("go1.27.3", framed("path\texample.com/app\nbuild\tGOOS=linux\nbuild\tGOARCH=amd64\n"))
MARKS = {
    "record": RECORD,
    "record_of_1_17": b"\xff Go buildinf:\x08\x00".ljust(32, b"\0"),
    "frame": framed("path\texample.com/app\n"),
    "id": f'\xff Go build ID: "{ID}"\n \xff'.encode("latin-1"),
    "note": b"\x04\0\0\0\x54\0\0\0\x04\0\0\0Go\0\0" + ID.encode() + b"\0",
    "magic_120": bytes.fromhex("f1ffffff00000108") + bytes(64),
    "magic_118": bytes.fromhex("f0ffffff00000108") + bytes(64),
    "magic_116": bytes.fromhex("faffffff00000108") + bytes(64),
    "magic_12": bytes.fromhex("fbffffff00000108") + (5).to_bytes(8, "little") + bytes(64),
    "version": b"go1.27.3",
    "gccgo": b"go1.18 gccgo (GCC) 12.2.0",
    "upx": b"UPX!\x0d\x16\x08\x07" + bytes(28),
    "export": b"v3;\npackage main\npkgpath main\n",
}
"""Everything a reader of Go programs looks for, on its own."""

ENTRY = {
    None: (),
    "x86_64-linux-musl": ("-nostdlib", "-static", "-Wl,-e,main"),
    "x86_64-windows-gnu": ("-nostdlib", "-Wl,-e,main"),
    "wasm32-freestanding": ("-nostdlib", "-Wl,--no-entry", "-Wl,--export=main"),
    "aarch64-macos": (),
}
"""By target what makes a program of it without the C library, which zig would have to build first."""


def main(*kept: str) -> str:
    """A main function through which no linker can see what is used."""
    pointers = f"void *volatile kept[] = {{{', '.join(kept)}}};\n"
    start = "void __main(void) {}\n"  # what mingw's start-up code would bring
    return f"{pointers}{start}int main(int n) {{ return kept[n & 1] != kept[n & 3]; }}\n"


def marks() -> str:
    """A C program with every mark in read-only and in writable data, and pointers and lengths beside them."""
    lines, kept = [], []
    for name, raw in MARKS.items():
        body = ",".join(str(byte) for byte in raw)
        for kind, where in (("const ", "ro"), ("", "rw")):
            array = f"{name}_{where}"
            lines.append(f"__attribute__((used, aligned(16))) {kind}unsigned char {array}[] = {{{body}}};")
            lines.append(
                f"struct {{ const void *p; unsigned long n, cap; }} "
                f"{array}_slice = {{{array}, sizeof {array}, sizeof {array}}};"
            )
            kept.append(f"&{array}_slice")
    return "\n".join([*lines, main(*kept)])


def carrying(raw: bytes, section: str | None = None) -> str:
    """A C program that holds these bytes, points to them, and may give them a section of their own."""
    named = f', section("{section}")' if section else ""
    body = ",".join(map(str, raw))
    return (
        f"__attribute__((used, aligned(32){named})) unsigned char carried[] = {{{body}}};\n"
        "struct { void *p; unsigned long n; } slice = {carried, sizeof carried};\n" + main("carried", "&slice")
    )


def compiled(source: str, folder: Path, target: str | None = None) -> Path:
    """Build with Debian's gcc, or with zig for one of its targets."""
    code, out = folder / "main.c", folder / ("app.exe" if target and "windows" in target else "app")
    code.write_text(source, encoding="utf-8")
    cache = default_cache()
    zig = load().zig
    command = ["gcc"] if target is None else [str(Toolchains(cache).zig(zig)), "cc", "-target", target]
    env = {**os.environ, **build_environment(cache, "1.27.3")}
    subprocess.run(
        [*command, "-w", "-O1", *ENTRY[target], "-o", out, code], cwd=folder, env=env, check=True, capture_output=True
    )
    return out


def section_of(program: Path, name: str) -> bytes:
    """The bytes of a section of a real program, by lief."""
    binary = lief.parse(io.BytesIO(program.read_bytes()))
    return bytes(binary.get_section(name).content)
