"""Minimal Mach-O files, universal files and code signatures, byte by byte (mach-o/loader.h, fat.h; cs_blobs.h)."""

import hashlib
import struct
from dataclasses import dataclass, field

X86_64, ARM64, PPC, I386 = 0x01000007, 0x0100000C, 18, 7
OBJECT, EXECUTE, DYLIB, BUNDLE = 1, 2, 6, 8
PIE = 0x200085
R, RW, RX, RWX = 1, 3, 5, 7
BASE = 0x100000000


@dataclass
class Macho:
    """A Mach-O file under construction: load commands in the order they are added."""

    bits: int = 64
    order: str = "little"
    cpu_type: int = ARM64
    cpu_subtype: int = 0
    file_type: int = EXECUTE
    flags: int = PIE
    commands: list[bytes] = field(default_factory=list)
    header: dict[str, int] = field(default_factory=dict)  # replaces ncmds or sizeofcmds
    size: int = 0x8000  # of the file
    contents: dict[int, bytes] = field(default_factory=dict)  # bytes by file offset

    @property
    def mark(self) -> str:
        return "<" if self.order == "little" else ">"

    def pack(self, layout: str, *values: object) -> bytes:
        return struct.pack(self.mark + layout, *values)

    def command(self, number: int, body: bytes = b"", size: int | None = None) -> None:
        """Add a load command; ``size`` replaces its real size."""
        self.commands.append(self.pack("2I", number, 8 + len(body) if size is None else size) + body)

    def segment(
        self, name: str, address: int, memory: int, offset: int, size: int, protection: int, *sections: bytes
    ) -> None:
        """Add LC_SEGMENT_64, or LC_SEGMENT in a 32-bit file; sections are made by ``section``."""
        word = "Q" if self.bits == 64 else "I"
        body = self.pack(f"16s4{word}", name.encode(), address, memory, offset, size)
        body += self.pack("4I", 7, protection, len(sections), 0) + b"".join(sections)
        self.command(0x19 if self.bits == 64 else 1, body)

    def section(self, segment: str, name: str, address: int, size: int, offset: int, flags: int = 0) -> bytes:
        """One section's header."""
        word = "Q" if self.bits == 64 else "I"
        rest = (offset, 0, 0, 0, flags, 0, 0, *((0,) if self.bits == 64 else ()))
        layout = f"16s16s2{word}{len(rest)}I"
        return self.pack(layout, name.encode(), segment.encode(), address, size, *rest)

    def text(self, number: int, text: str, *between: int) -> None:
        """Add a command that carries a string behind its numbers, padded as linkers do."""
        at = 12 + 4 * len(between)
        body = self.pack(f"{1 + len(between)}I", at, *between) + text.encode() + b"\0"
        self.command(number, body + bytes(-len(body) % (self.bits // 8)))

    def dylib(self, path: str, number: int = 0xC) -> None:
        self.text(number, path, 0, 0x10000, 0x10000)

    def uuid(self, value: bytes = bytes(range(16))) -> None:
        self.command(0x1B, value)

    def build_version(self, platform: int = 1, minimum: int = 0x000D0000, sdk: int = 0x001A0200) -> None:
        self.command(0x32, self.pack("4I", platform, minimum, sdk, 0))

    def main(self) -> None:
        self.command(0x80000028, self.pack("2Q", 0x4000, 0))

    def data(self, number: int, offset: int, size: int) -> None:
        """Add a command that points into __LINKEDIT."""
        self.command(number, self.pack("2I", offset, size))

    def chained_fixups(self, pointer_format: int, offset: int) -> None:
        """Add LC_DYLD_CHAINED_FIXUPS whose table, at this place in the file, tells of the last of three segments."""
        starts = self.pack("4I", 3, 0, 0, 16) + self.pack("I2HQIHH", 24, 0x1000, pointer_format, 0x4000, 0, 1, 0)
        table = self.pack("7I4x", 0, 32, 32 + len(starts), 32 + len(starts), 0, 1, 0) + starts
        self.contents[offset] = table
        self.data(0x80000034, offset, len(table))

    def symbols(self, offset: int, local: int, defined: int, undefined: int) -> None:
        """Add LC_SYMTAB and LC_DYSYMTAB."""
        count = local + defined + undefined
        self.command(2, self.pack("4I", offset, count, offset + count * (16 if self.bits == 64 else 12), 8))
        numbers = (0, local, local, defined, local + defined, undefined)
        self.command(0xB, self.pack("18I", *numbers, *[0] * 12))

    def build(self) -> bytes:
        """Lay the file out."""
        data = b"".join(self.commands)
        magic = 0xFEEDFACF if self.bits == 64 else 0xFEEDFACE
        count = self.header.get("ncmds", len(self.commands))
        size = self.header.get("sizeofcmds", len(data))
        numbers = (magic, self.cpu_type, self.cpu_subtype, self.file_type, count, size, self.flags)
        head = self.pack("7I", *numbers) + (bytes(4) if self.bits == 64 else b"") + data
        image = bytearray(head.ljust(self.size, b"\0"))
        for at, content in self.contents.items():
            image[at : at + len(content)] = content
        return bytes(image[: self.size])


def program(signed: bool = True, **changes: object) -> Macho:
    """A healthy darwin/arm64 program as Go's linker lays one out; ``changes`` may make it another machine's."""
    macho = Macho(**changes)
    base = BASE if macho.bits == 64 else 0x4000
    macho.segment("__PAGEZERO", 0, base, 0, 0, 0)
    macho.segment("__TEXT", base, 0x4000, 0, 0x4000, RX, macho.section("__TEXT", "__text", base + 0x1000, 0x20, 0x1000))
    macho.segment("__LINKEDIT", base + 0x4000, 0x4000, 0x4000, 0x4000, R)
    macho.symbols(0x4000, 2, 0, 1)
    macho.text(0xE, "/usr/lib/dyld")
    macho.uuid()
    macho.build_version()
    macho.main()
    macho.dylib("/usr/lib/libSystem.B.dylib")
    if signed:
        macho.data(0x1D, 0x7000, 0x1000)
        unsigned = macho.build()
        macho.contents[0x7000] = superblob((0, code_directory(unsigned, 0x7000)))
    return macho


def fat(*slices: tuple[int, int, bytes], wide: bool = False, rows: list[tuple[int, ...]] | None = None) -> bytes:
    """A universal file of (cputype, cpusubtype, bytes), each slice on 16 KiB; ``rows`` replaces the table's rows."""
    layout = ">IIQQII" if wide else ">5I"
    table, body, at = [], b"", 0x4000
    for cpu_type, subtype, data in slices:
        table.append((cpu_type, subtype, at, len(data), 14, *((0,) if wide else ())))
        body += data.ljust(-(-len(data) // 0x4000) * 0x4000, b"\0")
        at = 0x4000 + len(body)
    rows = table if rows is None else rows
    head = struct.pack(">2I", 0xCAFEBABF if wide else 0xCAFEBABE, len(rows))
    return (head + b"".join(struct.pack(layout, *row) for row in rows)).ljust(0x4000, b"\0") + body


def code_directory(image: bytes, end: int, kind: int = 2, **changes: int) -> bytes:
    """A CodeDirectory of version 0x20400 over the first ``end`` bytes, as Go's linker writes it."""
    make = {1: hashlib.sha1, 2: hashlib.sha256, 3: hashlib.sha256, 4: hashlib.sha384}[kind]
    size = {1: 20, 2: 32, 3: 20, 4: 48}[kind]
    pages = [make(image[at : min(at + 0x1000, end)]).digest()[:size] for at in range(0, end, 0x1000)]
    fields = {
        "version": 0x20400,
        "flags": 0x20002,
        "hash_offset": 88 + 6,
        "ident_offset": 88,
        "special": 0,
        "slots": len(pages),
        "limit": end,
        "hash_size": size,
        "hash_type": kind,
        "platform": 0,
        "page": 12,
        "spare2": 0,
        "scatter": 0,
        "team": 0,
        "spare3": 0,
        "limit64": 0,
    }
    fields |= changes
    rest = struct.pack(">7I4B4IQ", *fields.values()) + struct.pack(">3Q", 0, end, 1) + b"a.out\0" + b"".join(pages)
    return struct.pack(">2I", 0xFADE0C02, 8 + len(rest)) + rest


def superblob(*blobs: tuple[int, bytes]) -> bytes:
    """A SuperBlob of (slot, blob)."""
    at = 12 + 8 * len(blobs)
    index, body = b"", b""
    for slot, blob in blobs:
        index += struct.pack(">2I", slot, at + len(body))
        body += blob
    return struct.pack(">3I", 0xFADE0CC0, at + len(body), len(blobs)) + index + body


def wrapper(content: bytes = b"") -> bytes:
    """The blob that holds a CMS signature."""
    return struct.pack(">2I", 0xFADE0B01, 8 + len(content)) + content
