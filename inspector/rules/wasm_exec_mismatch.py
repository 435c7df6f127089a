"""The wasm_exec.js beside the program is of another Go release.

## What it means
A program for js/wasm imports functions that wasm_exec.js has to offer, and
the file of that name in the same directory does not offer all of them.

## Why it matters
The program does not start: "LinkError: WebAssembly.instantiate(): Import #5
module="go" function="runtime.walltime" error: function import requires a
callable", or "TypeError: WebAssembly.instantiate(): Import #0 module="gojs"
error: module is not an object or function". wasm_exec.js comes with each
release of Go for the programs of that release alone; one that was copied into
a project years ago is found out by the first new toolchain.

## How it looks in the bytes
The import section of the program names the module ("gojs", before Go 1.21
"go") and the functions. In wasm_exec.js the same names stand in quotes, and
the module's is a key of importObject. Functions of the program's own
(//go:wasmimport) are left alone: other scripts may offer them.

## How to fix it
`cp "$(go env GOROOT)/lib/wasm/wasm_exec.js" .` with the Go that built the
program; before Go 1.24 the directory is misc/wasm.

Severity: error.
Since: Go 1.11. The set changed last in Go 1.17, the module's name in Go 1.21.
"""

import re
from typing import Final

from inspector.model import (
    Evidence,
    Format,
    Rule,
    Severity,
    Subject,
    Unknown,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)

MODULES: Final = ("gojs", "go")  # cmd/internal/obj/wasm, GojsModule
GO_OWN: Final = ("runtime.", "syscall/js.")
SHOWN: Final = 3  # missing functions that the message names

QUOTED: Final = r"""["'`]([A-Za-z][\w./]*)["'`]"""
OFFERED: Final = "|".join(
    (
        # A key, but not the "data.go:wasmMinDataAddr" of a comment in Go's own script.
        r"""(?<![\w$.])(["']?){0}\1\s*:""",
        r"""[{{,]\s*{0}\s*[,}}]""",  # { gojs }
        r"""importObject(?:\.{0}|\[["']{0}["']\])\s*=""",
    )
)


def check(subject: Subject) -> Verdict:
    """Hold what the program imports against what the script beside it offers."""
    build = subject.build
    if build.format is not Format.WASM:
        return not_applicable("not a WebAssembly program")
    goos = known(build.observed.goos)
    if goos != "js":
        return not_applicable(f"{goos} needs no wasm_exec.js")
    if subject.wasm_exec is None:
        return not_applicable("no wasm_exec.js stands beside the file")
    script = known(subject.wasm_exec)
    needed = [e for e in build.traits.wasm_imports if e.label in MODULES and e.value.startswith(GO_OWN)]
    offered = set(re.findall(QUOTED, script))
    if not any(name.startswith(GO_OWN) for name in offered):
        return undecided("the wasm_exec.js beside the file offers no function of Go's by name")
    missing = [e for e in needed if e.value not in offered]
    if missing:
        names = ", ".join(e.value for e in missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
        message = f"the wasm_exec.js beside the file lacks {len(missing)} of {len(needed)} functions: {names}"
        return failed(message, *_shown(missing), fix=_fix(build.observed.go_version))
    modules = sorted({e.label for e in needed if not _offers(script, e.label)})
    others = [name for name in MODULES if name not in modules and _offers(script, name)]
    if modules and others:
        message = f"the wasm_exec.js beside the file offers module {others[0]}, but {modules[0]} is imported"
        return failed(message, *_shown(needed[:1]), fix=_fix(build.observed.go_version))
    return passed(f"the wasm_exec.js beside the file offers all {len(needed)} functions")


def _offers(script: str, module: str) -> bool:
    return re.search(OFFERED.format(module), script) is not None


def _shown(imports: list[Evidence]) -> list[Evidence]:
    return [Evidence("import", f"{e.label} {e.value}", e.offset) for e in imports]


def _fix(version: str | Unknown) -> str:
    release = "the Go that built it" if isinstance(version, Unknown) else version
    return f"copy wasm_exec.js from lib/wasm (misc/wasm before Go 1.24) of {release}"


RULE = Rule(id="GBI510", name="wasm-exec-mismatch", severity=Severity.ERROR, check=check)
