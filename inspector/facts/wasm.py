"""WebAssembly facts for people and reports."""

from __future__ import annotations

from formats.image import WasmNative
from inspector.model import WasmFacts


def wasm_facts(native: WasmNative) -> WasmFacts:
    """Return the facts that only wasm has: the modules it imports from, in order, each once, and who made it."""
    return WasmFacts(
        imports=tuple(dict.fromkeys(imported.module for imported in native.imports)), producers=native.producers
    )
