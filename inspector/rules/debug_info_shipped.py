"""The program carries debug information or symbols that were not meant.

## What it means
DWARF debug information or a symbol table is in the file, and the release is
meant to ship without.

## Why it matters
Together they make up about a third of a Go program, and they name every
function and variable. Programs that must be small or that keep their insides
to themselves are built without; a build that does not use the release's flags
(a developer's machine, another target) ships them again.

## How it looks in the bytes
DWARF: sections `.debug_*` or `.zdebug_*`, in a Mach-O file `__DWARF`, in an
XCOFF file those of type STYP_DWARF; Plan 9 has none. Symbols: ELF .symtab, the
COFF symbol table that a PE or XCOFF header points at, a Mach-O symbol table
with more than imported names, section `name` of WebAssembly, the symbols of a
Plan 9 file. The names in Go's function table always stay: stack traces need
them.

## How to fix it
`go build -ldflags=-w` leaves out DWARF, `-ldflags="-s -w"` both. For macOS,
Go before 1.22 keeps the symbols all the same. Strip while linking, not
afterwards: `strip` breaks the hash in the build ID and signatures.

Severity: error; only against an intent.
Since: every Go release.
"""

from typing import NamedTuple

from inspector.model import (
    Declared,
    Evidence,
    Rule,
    Severity,
    Subject,
    Unknown,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)

DWARF = "debug information (DWARF)"
SYMBOLS = "a symbol table"


class Part(NamedTuple):
    """Something that may be in the file, who meant it to be or not to be, and whether it is."""

    what: str
    meant: Declared[bool] | None
    there: bool | Unknown
    proof: tuple[Evidence, ...]


def check(subject: Subject) -> Verdict:
    """Look for what was meant to be left out."""
    observed, intent, proof = subject.build.observed, subject.intent, subject.build.proof
    parts = [
        Part(DWARF, intent.debug_info, observed.dwarf, proof("dwarf")),
        Part(SYMBOLS, intent.symbols, observed.symbols, proof("symbols")),
    ]
    unwanted = [part for part in parts if part.meant is not None and not part.meant.value]
    if not unwanted:
        return not_applicable("nothing says that debug information or symbols are to be left out")
    sources = ", ".join(dict.fromkeys(part.meant.source for part in unwanted if part.meant is not None))
    shipped = [part for part in unwanted if part.there is True]
    if shipped:
        return failed(
            f"{' and '.join(part.what for part in shipped)} in the file, but none was meant ({sources})",
            *(found for part in shipped for found in part.proof or (Evidence(part.what, "present"),)),
            fix=f"go build -ldflags={_flags(shipped)} ...",
        )
    unread = [part.there.reason for part in unwanted if isinstance(part.there, Unknown)]
    if unread:
        return undecided("; ".join(dict.fromkeys(unread)))
    return passed(f"without {' and '.join(part.what for part in unwanted)}, as intended by {sources}")


def _flags(shipped: list[Part]) -> str:
    return '"-s -w"' if any(part.what == SYMBOLS for part in shipped) else "-w"


RULE = Rule(
    id="GBI615", name="debug-info-shipped", severity=Severity.ERROR, check=check, keys=("debug_info", "symbols")
)
