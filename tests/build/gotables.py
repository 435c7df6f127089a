"""Function tables and build info as Go's linker lays them out, byte by byte.

Layouts: golang/go, src/debug/gosym/pclntab.go and src/debug/buildinfo/buildinfo.go of the releases named.
"""

import struct

from inspector.facts.functab import FunctionTable
from tests.build.elf import Elf

MAGICS = {"1.2": 0xFFFFFFFB, "1.16": 0xFFFFFFFA, "1.18": 0xFFFFFFF0, "1.20": 0xFFFFFFF1}
START, END = bytes.fromhex("3077af0c9274080241e1c107e6d618e6"), bytes.fromhex("f932433186182072008242104116d8f2")


def table_of(*files: str, goroot: str = "/go/src/") -> FunctionTable:
    """A table with these files of the standard library, and what every program links."""
    paths = tuple(goroot + file for file in ("runtime/proc.go", *files))
    return FunctionTable(0, "1.20", b"", paths, (0, b"\0".join(path.encode() for path in paths) + b"\0"))


def strings(values: list[str]) -> tuple[bytes, list[int]]:
    """NUL-terminated strings and the offset of each."""
    data, offsets = b"", []
    for value in values:
        offsets.append(len(data))
        data += value.encode() + b"\0"
    return data, offsets


def pclntab(layout: str, functions: list[str], files: list[str], elf: Elf) -> bytes:
    """A function table of this layout with these names and source files."""
    mark, word, size = elf.mark, elf.word, elf.bits // 8
    head = struct.pack(f"{mark}I4B", MAGICS[layout], 0, 0, 1, size)
    return (_before_116 if layout == "1.2" else _since_116)(head, layout, functions, files, mark, word, size)


def moduledata(layout: str, at: int, elf: Elf) -> bytes:
    """How runtime.moduledata begins in a program whose table is at offset ``at`` (src/runtime/symtab.go)."""
    size = elf.bits // 8
    names = at + 8 + size * (7 if layout == "1.16" else 8)
    words = (at,) if layout == "1.2" else (at, names)
    return struct.pack(f"{elf.mark}{len(words)}{elf.word}", *(elf.base + word for word in words))


def _since_116(head, layout, functions, files, mark, word, size):
    names, _ = strings(functions)
    paths, _ = strings(files)
    cu, pc = bytes(8), bytes(8)
    count = 7 if layout == "1.16" else 8
    offsets = [len(head) + count * size]
    for part in (names, cu, paths, pc):
        offsets.append(offsets[-1] + len(part))
    words = [len(functions), len(files), *([] if layout == "1.16" else [0x7F1000]), *offsets]
    return head + struct.pack(f"{mark}{count}{word}", *words) + names + cu + paths + pc + bytes(64)


def _before_116(head, _layout, functions, files, mark, word, size):
    pairs_at = len(head) + size
    after = pairs_at + (2 * len(functions) + 1) * size + 4
    entries = []
    name_data, name_offsets = strings(functions)
    functions_at = after + len(name_data)
    structs = b""
    for index in range(len(functions)):
        entries += [0x7F1000 + index, functions_at + len(structs)]
        structs += struct.pack(f"{mark}{word}I", 0x7F1000 + index, after + name_offsets[index])
    path_data, path_offsets = strings(files)
    paths_at = functions_at + len(structs)
    table_at = paths_at + len(path_data)
    return b"".join(
        [
            head,
            struct.pack(f"{mark}{word}", len(functions)),
            struct.pack(f"{mark}{2 * len(functions) + 1}{word}", *entries, 0x7F2000),
            struct.pack(f"{mark}I", table_at),
            name_data,
            structs,
            path_data,
            struct.pack(f"{mark}I{len(files)}I", len(files) + 1, *(paths_at + at for at in path_offsets)),
        ]
    )


def framed(text: str) -> bytes:
    """Module text between the sentinels of runtime/debug."""
    return START + text.encode() + END


def varint(value: int) -> bytes:
    """Go's unsigned varint."""
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def inline_blob(version: str, text: bytes, pointer_size: int = 8) -> bytes:
    """Build info as written since Go 1.18."""
    head = b"\xff Go buildinf:" + bytes([pointer_size, 2]) + bytes(16)
    return head + varint(len(version)) + version.encode() + varint(len(text)) + text


def pointer_blob(elf: Elf, version: str, text: bytes) -> int:
    """Add build info as written by Go 1.13 to 1.17, and what it points at; return its file offset."""
    size = elf.bits // 8
    headers = []
    for value in (version.encode(), text):
        at = elf.add(value)
        headers.append(elf.base + elf.add(struct.pack(f"{elf.mark}2{elf.word}", elf.base + at, len(value))))
    blob = b"\xff Go buildinf:" + bytes([size, elf.order == "big"]) + struct.pack(f"{elf.mark}2{elf.word}", *headers)
    return elf.add(blob.ljust(32, b"\0"))
