"""Minimal WebAssembly modules, byte by byte (WebAssembly core specification, 5 Binary Format)."""

import struct
from dataclasses import dataclass, field

HEADER = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, MEMORY, EXPORT, DATA = 0, 2, 5, 7, 11
PASSIVE = b"\1"


def uleb(value: int, width: int = 0) -> bytes:
    """An unsigned number, padded to ``width`` bytes as linkers do who fill it in later."""
    out = []
    while value > 0x7F or len(out) + 1 < width:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def sleb(value: int) -> bytes:
    """A signed number."""
    out = []
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value & 0x7F])


def name(text: str | bytes) -> bytes:
    """A string."""
    raw = text.encode() if isinstance(text, str) else text
    return uleb(len(raw)) + raw


def vector(items: list[bytes]) -> bytes:
    """A list."""
    return uleb(len(items)) + b"".join(items)


def section(kind: int, body: bytes) -> bytes:
    """A section, its size in five bytes as Go's linker writes it."""
    return bytes([kind]) + uleb(len(body), 5) + body


def custom(title: str | bytes, body: bytes = b"") -> bytes:
    """A custom section."""
    return section(CUSTOM, name(title) + body)


def producers(**fields: dict[str, str]) -> bytes:
    """A producers section; underscores stand for dashes."""
    rows = [
        name(title.replace("_", "-")) + vector([name(key) + name(value) for key, value in values.items()])
        for title, values in fields.items()
    ]
    return custom("producers", vector(rows))


def function(module: str, title: str) -> bytes:
    """An import of a function."""
    return name(module) + name(title) + b"\0" + uleb(0)


def exported(title: str, kind: int = 0) -> bytes:
    """An export."""
    return name(title) + bytes([kind]) + uleb(0)


def at(address: int, data: bytes) -> bytes:
    """A data segment at an address below 2**31, as Go's linker writes it."""
    return b"\0\x41" + sleb(address) + b"\x0b" + uleb(len(data)) + data


def module(*sections: bytes) -> bytes:
    """A module of these sections."""
    return HEADER + b"".join(sections)


@dataclass
class GoWasm:
    """A module whose memory is laid out piece by piece, as a Go program's: 64-bit little-endian pointers."""

    base: int = 0x10000
    order: str = "little"
    mark: str = "<"
    word: str = "Q"
    bits: int = 64
    imports: list[bytes] = field(default_factory=lambda: [function("gojs", "runtime.wasmExit")])
    sections: list[bytes] = field(default_factory=list)
    memory: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes, align: int = 16) -> int:
        """Put bytes into memory; return where they are, counted from ``base``."""
        self.memory += bytes(-len(self.memory) % align)
        self.memory += data
        return len(self.memory) - len(data)

    def string(self, text: bytes) -> int:
        """Put a Go string into memory, the text with a NUL behind it and the header; return where the text is."""
        at = self.add(text + b"\0")
        self.add(struct.pack("<QQ", self.base + at, len(text)))
        return at

    def build(self) -> bytes:
        """Lay the file out, memory cut at every run of eight zeros, as Go's linker does."""
        return module(
            section(IMPORT, vector(self.imports)),
            section(
                DATA, vector([at(self.base + start, bytes(self.memory[start:end])) for start, end in self._runs()])
            ),
            *self.sections,
        )

    def _runs(self) -> list[tuple[int, int]]:
        runs, start = [], 0
        while start < len(self.memory):
            if not self.memory[start]:
                start += 1
                continue
            gap = self.memory.find(bytes(8), start)
            end = len(self.memory) if gap < 0 else gap
            runs.append((start, end))
            start = end
        return runs
