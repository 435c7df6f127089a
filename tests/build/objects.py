"""The Go object of a C archive, in each format, and the ar archive around it, byte by byte."""

import struct

from tests.build.elf import Elf
from tests.build.gotables import framed, inline_blob, pclntab
from tests.build.macho import ARM64, OBJECT, Macho

REL = 1
VERSION = b"go1.27.3\0"
RECORD = inline_blob("go1.27.3", framed("path\texample.com/lib\nbuild\t-buildmode=c-archive\n"))
BUILD_ID = "/".join(letter * 20 for letter in "abcd")
TEXT_ID = f'\xff Go build ID: "{BUILD_ID}"\n \xff'.encode("latin-1")


def member(name: str, data: bytes, size: int | None = None, end: bytes = b"`\n") -> bytes:
    """A member as System V's ar writes it; ``size`` replaces its real size."""
    length = len(data) if size is None else size
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{length:<10}".encode() + end
    return header + data + b"\n" * (len(data) % 2)


def bsd_member(name: str, data: bytes) -> bytes:
    """A member as Berkeley's and Apple's ar write long names: before the data, padded with NULs."""
    raw = name.encode()
    raw += bytes(-len(raw) % 8)
    return member(f"#1/{len(raw)}", raw + data)


def archive(*members: bytes) -> bytes:
    """An ar archive."""
    return b"!<arch>\n" + b"".join(members)


def table(goos: str, goarch: str, bits: int, order: str = "little") -> bytes:
    """A function table of this port."""
    files = ["/go/src/runtime/proc.go", f"/go/src/runtime/rt0_{goos}_{goarch}.s", "/go/src/runtime/cgo/cgo.go"]
    return pclntab("1.20", ["runtime.main"], files, Elf(bits=bits, order=order))


def names_of(*names: str) -> tuple[bytes, list[int]]:
    """NUL-terminated names after a NUL, and where each begins."""
    data, places = b"\0", []
    for name in names:
        places.append(len(data))
        data += name.encode() + b"\0"
    return data, places


def elf_object(bits: int = 64, order: str = "little", *, symbols: bool = True, named: bool = True) -> bytes:
    """go.o of linux. Its table is not in a section of its own name unless ``named``."""
    elf = Elf(type=REL, bits=bits, order=order, base=0)
    rodata = VERSION.ljust(16, b"\0")
    tables = table("linux", "amd64", bits, order)
    elf.section(".text", 1, elf.add(b"\x90" * 64), 64, 6)
    elf.section(".rodata", 1, elf.add(rodata), len(rodata))
    elf.section(".gopclntab" if named else ".rodata.more", 1, elf.add(tables), len(tables))
    elf.section(".go.buildinfo", 1, elf.add(RECORD), len(RECORD), 3)
    note = struct.pack(f"{elf.mark}3I", 4, len(BUILD_ID), 4) + b"Go\0\0" + BUILD_ID.encode() + b"\0"
    elf.section(".note.go.buildid", 7, elf.add(note, 4), len(note))
    if symbols:
        names, (pclntab_name, version_name) = names_of("runtime.pclntab", "runtime.buildVersion.str")
        rows = [(0, 0, 0), (version_name, 2, 0), (pclntab_name, 3, 0)]
        if bits == 64:
            raw = b"".join(struct.pack(f"{elf.mark}IBBHQQ", name, 0, 0, n, value, 0) for name, n, value in rows)
        else:
            raw = b"".join(struct.pack(f"{elf.mark}IIIBBH", name, value, 0, 0, 0, n) for name, n, value in rows)
        elf.section(".symtab", 2, elf.add(raw), len(raw), 0)
        elf.section(".strtab", 3, elf.add(names), len(names), 0)
    return elf.build()


def macho_object(platform: int = 1, **changes: object) -> bytes:
    """go.o of darwin/arm64: one segment without a name, whose sections have addresses from 0 on."""
    macho = Macho(**{"file_type": OBJECT, "flags": 0, "cpu_type": ARM64, **changes})
    tables = table("darwin", "arm64", 64)
    rodata = 0x10 * b"r" + VERSION.ljust(16, b"\0")
    parts = (("__TEXT", "__text", TEXT_ID), ("__TEXT", "__rodata", rodata), ("__TEXT", "__gopclntab", tables),
             ("__DATA", "__go_buildinfo", RECORD))  # fmt: skip
    sections, address, base = [], 0, 0x1000
    for segment, name, data in parts:
        sections.append(macho.section(segment, name, address, len(data), base + address))
        macho.contents[base + address] = data
        address += -(-len(data) // 16) * 16
    macho.segment("", 0, address, base, address, 7, *sections)
    names, places = names_of("_runtime.buildVersion.str", "_runtime.pclntab")
    values = [(places[0], 2, len(TEXT_ID) + -len(TEXT_ID) % 16 + 0x10), (places[1], 3, 0)]
    values[1] = (places[1], 3, values[0][2] + 0x10)
    rows = b"".join(struct.pack("<IBBHQ", name, 0xE, number, 0, value) for name, number, value in values)
    macho.command(2, struct.pack("<4I", 0x6000, len(values), 0x6000 + len(rows), len(names)))
    macho.build_version(platform)
    macho.contents[0x6000] = rows + names
    return macho.build()


def coff_object(
    machine: int = 0x8664, bits: int = 64, optional: int = 0xF0, flags: int = 0x20, *, go: bool = True
) -> bytes:
    """go.o of windows, with the optional header that Go's linker writes into objects too; C's if not ``go``."""
    text, data, tables = (TEXT_ID, RECORD, table("windows", "amd64", bits)) if go else (b"code", b"data", bytes(64))
    rdata = 0x10 * b"r" + VERSION.ljust(16, b"\0") + tables
    parts = ((b".text", text, 0x60500020), (b".rdata", rdata, 0x40600040), (b".data", data, 0xC0600040),
             (b".bss", b"", 0xC0600080), (b"/4", b"debug", 0x42100040))  # fmt: skip
    strings = bytes(4) + b".debug_info\0runtime.buildVersion.str\0runtime.pclntab\0"
    strings = struct.pack("<I", len(strings)) + strings[4:]
    at = 20 + optional + 40 * len(parts)
    rows = body = b""
    for name, data, kind in parts:
        rows += struct.pack("<8s6I2HI", name, 0, 0, len(data) or 0x100, at + len(body) if data else 0, 0, 0, 0, 0, kind)
        body += data
    symbols = struct.pack("<8sIhHBB", b".text", 0, 1, 0, 3, 0)
    for text, value in ((b"runtime.buildVersion.str", 0x10), (b"runtime.pclntab", 0x20)):
        symbols += struct.pack("<IIIhHBB", 0, strings.index(text), value, 2, 0, 2, 0)
    count = len(symbols) // 18
    head = struct.pack("<HHIIIHH", machine, len(parts), 0, at + len(body), count, optional, flags)
    return head + bytes(optional) + rows + body + symbols + strings
