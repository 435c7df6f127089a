"""Where debug information and symbols show."""

from __future__ import annotations

import re
from typing import Final

from formats.image import Image, Unknown
from inspector.model import Evidence

# ELF, PE and wasm; Mach-O; XCOFF (its section names have eight characters: .dwinfo, .dwline, ...).
_DWARF: Final = re.compile(r"\.z?debug_.*|__DWARF,__z?debug_.*|\.dw[a-z]+")
_SYMBOLS: Final = frozenset({".symtab", "name", "syms"})  # ELF, wasm, Plan 9; elsewhere a header points at them
_SHOWN: Final = 3


def debug_proofs(image: Image) -> dict[str, tuple[Evidence, ...]]:
    """Return the first few sections that hold DWARF, and the one that holds symbols."""
    if isinstance(image.sections, Unknown):
        return {}
    base = image.window.base
    there = [s for s in image.sections if s.size and s.offset < image.window.size]
    dwarf = [s for s in there if _DWARF.fullmatch(s.name)]
    symbols = [s for s in there if s.name in _SYMBOLS]
    return {
        "dwarf": tuple(Evidence("debug information", s.name, base + s.offset) for s in dwarf[:_SHOWN]),
        "symbols": tuple(Evidence("symbol table", s.name, base + s.offset) for s in symbols[:_SHOWN]),
    }
