"""Minimal Plan 9 programs, byte by byte (Plan 9 manual, a.out(6))."""

import struct
from dataclasses import dataclass

I386, AMD64, ARM = 0x1EB, 0x8A97, 0x647
BASES = {I386: 0x1020, AMD64: 0x200028, ARM: 0x1020}
"""Where the text is mapped: UTZERO and the size of the header."""


@dataclass
class Plan9:
    """A Plan 9 program: its text, its data and its symbols follow the header. ``entry`` counts from the text."""

    magic: int = I386
    text: bytes = b"t" * 0x123
    data: bytes = b"d" * 0x80
    bss: int = 0x2345
    symbols: bytes = b"s" * 9
    entry: int = 0x10
    stack: int = 0
    lines: int = 0

    def build(self) -> bytes:
        """Lay the file out."""
        entry = BASES.get(self.magic, 0x1020) + self.entry
        sizes = (len(self.text), len(self.data), self.bss, len(self.symbols))
        head = struct.pack(">8I", self.magic, *sizes, entry & 0x7FFFFFFF, self.stack, self.lines)
        wide = struct.pack(">Q", entry) if self.magic & 0x8000 else b""
        return head + wide + self.text + self.data + self.symbols
