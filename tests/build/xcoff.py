"""Minimal XCOFF64 files, byte by byte (IBM, XCOFF Object File Format)."""

import struct
from dataclasses import dataclass, field

TEXT, DATA, BSS, LOADER, DWARF, DWARF_INFO = 0x20, 0x40, 0x80, 0x1000, 0x10, 0x10010
EXEC, SHARED = 0x0002, 0x2000
SECTION_HEADER, LOADER_HEADER = 72, 56


@dataclass
class Xcoff:
    """An XCOFF file under construction: headers, then the sections' bytes one after another, then symbols.

    ``header`` replaces fields of the file header after the layout is done, ``rows`` fields of the section headers
    by (section, field).
    """

    flags: int = EXEC
    auxiliary: int = 120
    symbols: int = 0
    header: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[int, str], int] = field(default_factory=dict)
    sections: list[tuple[bytes, int, bytes, int, int]] = field(default_factory=list)

    def add(self, name: str, kind: int, data: bytes = b"", address: int = 0, memory: int = 0) -> None:
        """Add a section; ``memory`` is its size where it has no bytes in the file."""
        self.sections.append((name.encode(), address, data, memory or len(data), kind))

    def loader(self, *imports: tuple[str, str, str], **fields: int) -> None:
        """Add a loader section of these import files (path, base, member), LIBPATH's the first."""
        names = "".join("\0".join(entry) + "\0" for entry in imports).encode()
        values = {
            "version": 2,
            "symbols": 0,
            "relocations": 0,
            "size": len(names),
            "count": len(imports),
            "strings_size": 0,
            "offset": LOADER_HEADER,
            "strings": LOADER_HEADER + len(names),
            "symbol_table": LOADER_HEADER,
            "relocation_table": LOADER_HEADER,
        } | fields
        self.add(".loader", LOADER, struct.pack(">6I4Q", *values.values()) + names)

    def build(self) -> bytes:
        """Lay the file out."""
        at = 24 + self.auxiliary + SECTION_HEADER * len(self.sections)
        rows = body = b""
        for i, (name, address, data, size, kind) in enumerate(self.sections):
            row = {
                "physical": address,
                "address": address,
                "size": size,
                "offset": at + len(body) if data else 0,
                "relocations": 0,
                "lines": 0,
                "relocation_count": 0,
                "line_count": 0,
                "flags": kind,
            }
            row |= {key: value for (section, key), value in self.rows.items() if section == i}
            rows += name.ljust(8, b"\0") + struct.pack(">6Q3I4x", *row.values())
            body += data
        header = {
            "magic": 0x1F7,
            "sections": len(self.sections),
            "time": 0,
            "symbol_table": at + len(body) if self.symbols else 0,
            "auxiliary": self.auxiliary,
            "flags": self.flags,
            "symbols": self.symbols,
        } | self.header
        tail = bytes(18 * self.symbols) + struct.pack(">I", 4) if self.symbols else b""
        return struct.pack(">HHIQHHI", *header.values()) + bytes(self.auxiliary) + rows + body + tail


LIBRARIES = (("/usr/lib:/lib", "", ""), ("", "libc.a", "shr_64.o"), ("", "libpthread.a", "shr_xpg5_64.o"))


def program(**changes: object) -> Xcoff:
    """A program as Go's linker lays one out (asmbXcoff in cmd/link/internal/ld/xcoff.go)."""
    xcoff = Xcoff(**changes)
    xcoff.add(".text", TEXT, b"t" * 0x123, 0x100000740)
    xcoff.add(".data", DATA, b"d" * 0x80, 0x200001000)
    xcoff.add(".bss", BSS, address=0x200001080, memory=0x2345)
    xcoff.add(".dwinfo", DWARF_INFO, b"w" * 0x10)
    xcoff.loader(*LIBRARIES)
    return xcoff
