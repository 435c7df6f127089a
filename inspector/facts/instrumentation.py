"""Build modes that are for testing: race detector, sanitizers, coverage."""

from __future__ import annotations

from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.facts.target import file_proof
from inspector.model import Evidence, Recorded

# Files that only the instrumented runtime compiles (golang/go, src/runtime, build tags race, msan, asan), and what
# `go build -cover` makes main call at start (cmd/cover: runtime/coverage until 1.23, then internal/coverage/cfile).
_FILES: Final = {"race": "runtime/race.go", "msan": "runtime/msan.go", "asan": "runtime/asan.go"}
_COVERAGE_HOOKS: Final = ("runtime/coverage.initHook", "internal/coverage/cfile.InitHook")


def instrumentation(table: FunctionTable | Unknown, recorded: Recorded | Unknown) -> tuple[str, ...] | Unknown:
    """Return which of race, msan, asan and cover the program was built with, by table or by record."""
    settings = {} if isinstance(recorded, Unknown) else recorded.settings
    by_record = {kind for kind in (*_FILES, "cover") if settings.get(f"-{kind}") == "true"}
    if isinstance(table, Unknown):
        return tuple(sorted(by_record)) or table
    by_table = {kind for kind, file in _FILES.items() if file in table.std}
    if any(map(table.links, _COVERAGE_HOOKS)):
        by_table.add("cover")
    return tuple(sorted(by_record | by_table))


def instrumentation_proof(image: Image, table: FunctionTable | Unknown) -> tuple[Evidence, ...]:
    """Return what the table shows of it; what the record says is evidence of its own."""
    if isinstance(table, Unknown):
        return ()
    files = tuple(file_proof(image, table, file) for file in _FILES.values() if file in table.std)
    return files + tuple(Evidence("function", hook) for hook in _COVERAGE_HOOKS if table.links(hook))
