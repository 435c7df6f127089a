"""Minimal ELF files, byte by byte (System V gABI chapters 4 and 5)."""

import struct
from dataclasses import dataclass, field

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_PHDR = 1, 2, 3, 4, 6
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
EXEC, DYN = 2, 3


@dataclass
class Elf:
    """An ELF file under construction; offsets of what is added are chosen by the builder."""

    bits: int = 64
    order: str = "little"
    type: int = EXEC
    machine: int = 62
    osabi: int = 0
    base: int = 0x400000
    programs: list[tuple[int, int, int, int, int, int, int]] = field(default_factory=list)
    sections: list[tuple[str, int, int, int, int, int]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    @property
    def mark(self) -> str:
        return "<" if self.order == "little" else ">"

    @property
    def word(self) -> str:
        return "Q" if self.bits == 64 else "I"

    def add(self, data: bytes, align: int = 16) -> int:
        """Append bytes to the body; return their file offset."""
        self.body += bytes(-(len(self.body) + self.head_size) % align)
        at = self.head_size + len(self.body)
        self.body += data
        return at

    head_size = 0x1000  # room for the header and both tables

    def program(self, kind: int, offset: int, size: int, flags: int = 4, align: int = 8, memory: int | None = None):
        """Add a program header over ``[offset, offset + size)``, mapped at base + offset."""
        address = self.base + offset
        self.programs.append((kind, flags, offset, address, size, size if memory is None else memory, align))

    def section(self, name: str, kind: int, offset: int, size: int, flags: int = 2):
        """Add a section header."""
        self.sections.append((name, kind, flags, self.base + offset, offset, size))

    def load_all(self, flags: int = 6):
        """Map the whole file with one PT_LOAD (read and write unless said otherwise)."""
        self.program(PT_LOAD, 0, self.head_size + len(self.body), flags, 0x1000)

    def interpreter(self, path: str):
        """Add a PT_INTERP."""
        data = path.encode() + b"\0"
        self.program(PT_INTERP, self.add(data), len(data))

    def dynamic(self, entries: list[tuple[int, int]], strings: bytes = b"\0"):
        """Add a dynamic section whose DT_STRTAB is ``strings``; return its file offset."""
        table = self.add(strings)
        entries = [*entries, (5, self.base + table), (10, len(strings)), (0, 0)]
        raw = b"".join(struct.pack(f"{self.mark}2{self.word}", *entry) for entry in entries)
        at = self.add(raw)
        self.program(PT_DYNAMIC, at, len(raw), 6)
        return at

    def note(self, owner: bytes, kind: int, desc: bytes):
        """Add a PT_NOTE with one note."""
        name = owner + b"\0"
        raw = struct.pack(f"{self.mark}3I", len(name), len(desc), kind)
        raw += name + bytes(-len(name) % 4) + desc + bytes(-len(desc) % 4)
        self.program(PT_NOTE, self.add(raw, 4), len(raw), align=4)

    def build(self, with_sections: bool = True) -> bytes:
        """Lay the file out."""
        names = b"\0" + b"".join(s[0].encode() + b"\0" for s in self.sections) + b".shstrtab\0"
        section_table = count = names_index = 0
        tail = b""
        if with_sections and self.sections:
            at = self.add(names)
            count, names_index = len(self.sections) + 2, len(self.sections) + 1
            headers = [self._section(0, 0, 0, 0, 0, 0)]
            place = 1
            for name, kind, flags, address, offset, size in self.sections:
                headers.append(self._section(place, kind, flags, address, offset, size))
                place += len(name) + 1
            headers.append(self._section(place, 3, 0, 0, at, len(names)))
            self.body += bytes(-len(self.body) % 8)
            section_table = self.head_size + len(self.body)
            tail = b"".join(headers)
        header = self._header(section_table, count, names_index)
        programs = b"".join(self._program(*p) for p in self.programs)
        head = header + programs
        assert len(head) <= self.head_size
        return bytes(head + bytes(self.head_size - len(head)) + self.body + tail)

    def _header(self, section_table: int, count: int, names_index: int) -> bytes:
        ident = b"\x7fELF" + bytes([2 if self.bits == 64 else 1, 1 if self.order == "little" else 2, 1, self.osabi])
        size, program, section = (64, 56, 64) if self.bits == 64 else (52, 32, 40)
        return struct.pack(
            f"{self.mark}16sHHI3{self.word}I6H",
            ident + bytes(8),
            self.type,
            self.machine,
            1,
            self.base,
            size,
            section_table,
            0,
            size,
            program,
            len(self.programs),
            section,
            count,
            names_index,
        )

    def _program(self, kind: int, flags: int, offset: int, address: int, size: int, memory: int, align: int) -> bytes:
        if self.bits == 64:
            return struct.pack(f"{self.mark}2I6Q", kind, flags, offset, address, address, size, memory, align)
        return struct.pack(f"{self.mark}8I", kind, offset, address, address, size, memory, flags, align)

    def _section(self, name: int, kind: int, flags: int, address: int, offset: int, size: int) -> bytes:
        word = self.word
        return struct.pack(f"{self.mark}2I4{word}2I2{word}", name, kind, flags, address, offset, size, 0, 0, 1, 0)
