"""The program can ask for a CPU profile, and WebAssembly gives none.

## What it means
runtime/pprof.StartCPUProfile is linked into a program for GOARCH=wasm.

## Why it matters
Go's CPU profiler counts on signals of the system, and WebAssembly has none:
the call succeeds and the profile that comes out holds no samples. Whoever
looks for what is slow in the browser looks at an empty file.

## How it looks in the bytes
The function table lists runtime/pprof.StartCPUProfile. Linked does not mean
called: net/http/pprof and test programs bring it along. Heap and goroutine
profiles work.

## How to fix it
Use the profiler of the host: the browser's performance panel, `node --prof`,
`wasmtime run --profile=guest`. Build with the names of functions in the file,
without -ldflags=-s, or those show numbers.

Severity: note.
Since: every release of Go with the port: js Go 1.11, wasip1 Go 1.21.
"""

from typing import Final

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

START: Final = "runtime/pprof.StartCPUProfile"


def check(subject: Subject) -> Verdict:
    """Look for the function in a wasm program."""
    build = subject.build
    if known(build.observed.goarch) != "wasm":
        return not_applicable("not a WebAssembly program")
    if START not in known(build.traits.linked):
        return passed(f"{START} is not linked")
    return failed(f"{START} is linked: its profiles hold no samples on wasm", *build.proof(f"linked.{START}"))


RULE = Rule(id="GBI509", name="cpu-profile-on-wasm", severity=Severity.NOTE, check=check)
