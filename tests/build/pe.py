"""Minimal PE files, byte by byte (Microsoft, PE Format)."""

import struct
from dataclasses import dataclass, field

EXPORT, IMPORT, SECURITY, BASERELOC = 0, 1, 4, 5
CODE, DATA, BSS, DEBUG = 0x60000020, 0xC0000040, 0xC0000080, 0x42000040
DLL = 0x2000
HEADERS = 0x400  # bytes of all headers, rounded up


@dataclass
class Pe:
    """A PE file under construction: sections follow one another in memory and in the file.

    ``fields`` replaces fields of the optional header by name after the layout is done, ``rows`` fields of the
    section headers by (section, field).
    """

    bits: int = 64
    machine: int = 0x8664
    characteristics: int = 0x22
    image_base: int = 0x140000000
    lfanew: int = 0x80
    directories: dict[int, tuple[int, int]] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[int, str], int] = field(default_factory=dict)
    symbols: int = 0
    strings: bytes = b""
    sections: list[tuple[bytes, bytes, int, int]] = field(default_factory=list)

    @property
    def next_rva(self) -> int:
        """Where the next section will be mapped."""
        end = 0x1000
        for _, data, memory, _ in self.sections:
            end += -(-(memory or len(data)) // 0x1000) * 0x1000
        return end

    def add(self, name: str, data: bytes, flags: int = DATA, memory: int = 0) -> int:
        """Add a section; return its RVA. ``memory`` is its size in memory where that is not the data's."""
        rva = self.next_rva
        self.sections.append((name.encode(), data, memory, flags))
        return rva

    def imports(self, *names: str) -> None:
        """Add an import table of these DLLs, each with a thunk."""
        rva = self.next_rva
        table, strings = b"", b""
        at = rva + 20 * (len(names) + 1)
        for name in names:
            table += struct.pack("<5I", 0x3000, 0, 0, at + len(strings), 0x3000)
            strings += name.encode() + b"\0"
        data = table + bytes(20) + strings
        self.directories[IMPORT] = (self.add(".idata", data), len(data))

    def exports(self, *names: str) -> None:
        """Add an export table of these names: an address, a name pointer and an ordinal each."""
        count, rva = len(names), self.next_rva
        functions, pointers, ordinals = rva + 40, rva + 40 + 4 * count, rva + 40 + 8 * count
        strings, places = b"", []
        for name in names:
            places.append(ordinals + 2 * count + len(strings))
            strings += name.encode() + b"\0"
        head = struct.pack("<IIHH7I", 0, 0, 0, 0, rva, 1, count, count, functions, pointers, ordinals)
        tables = struct.pack(f"<{2 * count}I{count}H", *[0x1000] * count, *places, *range(count))
        data = head + tables + strings
        self.directories[EXPORT] = (self.add(".edata", data), len(data))

    def relocations(self, size: int = 12) -> None:
        """Add base relocations of ``size`` bytes."""
        self.directories[BASERELOC] = (self.add(".reloc", bytes(size), DEBUG), size)

    def build(self) -> bytes:
        """Lay the file out."""
        rows, body, raw, rva = b"", b"", HEADERS, 0x1000
        for i, (name, data, memory, flags) in enumerate(self.sections):
            size = -(-len(data) // 0x200) * 0x200
            row = {
                "VirtualSize": memory or len(data),
                "VirtualAddress": rva,
                "SizeOfRawData": size,
                "PointerToRawData": raw if size else 0,
            }
            row |= {key: value for (section, key), value in self.rows.items() if section == i}
            rows += name.ljust(8, b"\0") + struct.pack("<4I", *row.values()) + bytes(12) + struct.pack("<I", flags)
            body += data.ljust(size, b"\0")
            raw += size
            rva += -(-(memory or len(data)) // 0x1000) * 0x1000
        table = HEADERS + len(body) if self.symbols or self.strings else 0
        tail = bytes(18 * self.symbols) + self.strings if table else b""
        optional = self._optional(rva)
        coff = struct.pack(
            "<HHIIIHH", self.machine, len(self.sections), 0, table, self.symbols, len(optional), self.characteristics
        )
        dos = b"MZ" + bytes(22) + struct.pack("<H", 0x40) + bytes(34) + struct.pack("<I", self.lfanew)
        head = dos.ljust(self.lfanew, b"\0") + b"PE\0\0" + coff + optional + rows
        assert len(head) <= HEADERS
        return head.ljust(HEADERS, b"\0") + body + tail

    def _optional(self, image_size: int) -> bytes:
        wide = self.bits == 64
        fields = {
            "Magic": 0x20B if wide else 0x10B,
            "MajorLinkerVersion": 3,
            "MinorLinkerVersion": 0,
            "SizeOfCode": 0,
            "SizeOfInitializedData": 0,
            "SizeOfUninitializedData": 0,
            "AddressOfEntryPoint": 0x1000,
            "BaseOfCode": 0x1000,
            **({} if wide else {"BaseOfData": 0}),
            "ImageBase": self.image_base,
            "SectionAlignment": 0x1000,
            "FileAlignment": 0x200,
            "MajorOperatingSystemVersion": 10,
            "MinorOperatingSystemVersion": 0,
            "MajorImageVersion": 1,
            "MinorImageVersion": 0,
            "MajorSubsystemVersion": 6,
            "MinorSubsystemVersion": 1,
            "Win32VersionValue": 0,
            "SizeOfImage": image_size,
            "SizeOfHeaders": HEADERS,
            "CheckSum": 0,
            "Subsystem": 3,
            "DllCharacteristics": 0x8160,
            "SizeOfStackReserve": 0x200000,
            "SizeOfStackCommit": 0x1000,
            "SizeOfHeapReserve": 0x100000,
            "SizeOfHeapCommit": 0x1000,
            "LoaderFlags": 0,
            "NumberOfRvaAndSizes": 16,
        }
        fields |= self.fields
        layout = "<HBB5IQ2I6H4I2H4Q2I" if wide else "<HBB5I2I2I6H4I2H4I2I"
        directories = b"".join(struct.pack("<2I", *self.directories.get(i, (0, 0))) for i in range(16))
        return struct.pack(layout, *fields.values()) + directories


def program(**changes: object) -> Pe:
    """A healthy windows/amd64 program as Go's linker lays one out."""
    pe = Pe(**changes)
    pe.add(".text", b"\x90" * 0x123, CODE)
    pe.add(".data", b"d" * 0x80, memory=0x2345)
    pe.imports("kernel32.dll")
    pe.relocations()
    return pe
