"""Real programs changed in one point, as tools after the linker change them; offsets are the formats' own."""

from __future__ import annotations

import re
import struct
from pathlib import Path

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_GNU_STACK = 1, 2, 3, 0x6474E551
RW, RWX = 6, 7
DT_NEEDED, DT_RUNPATH = 1, 29
LC_CODE_SIGNATURE = 0x1D
MH_PIE = 0x200000
DYNAMIC_BASE, HIGH_ENTROPY_VA, NX_COMPAT = 0x40, 0x20, 0x100
RELOCS_STRIPPED = 0x1
SECTION_WRITABLE = 0x80000000
GO_ID = re.compile(rb"(?:[\w-]{20}/){3}[\w-]{20}")
TABLE_MAGICS = (b"\xf1\xff\xff\xff\0\0", b"\xff\xff\xff\xf1\0\0")  # since Go 1.20, in either byte order


def saved(folder: Path, name: str, data: bytes, mode: int = 0o755) -> Path:
    """Write a program to a new file."""
    path = folder / name
    path.write_bytes(data)
    path.chmod(mode)
    return path


def flipped(data: bytes, at: int) -> bytes:
    """Turn every bit of one byte over."""
    return put(data, at, bytes([data[at] ^ 0xFF]))


def put(data: bytes, at: int, new: bytes) -> bytes:
    """Overwrite bytes."""
    return data[:at] + new + data[at + len(new) :]


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace every one of some bytes by others of the same length; they must be there."""
    assert old in data
    assert len(old) == len(new)
    return data.replace(old, new)


def without_section_headers(data: bytes, *, cut: bool) -> bytes:
    """Make an ELF file have no section headers; ``cut`` as sstrip does, which ends the file at its last segment.

    Offsets: gABI chapter 4, Elf32_Ehdr and Elf64_Ehdr; chapter 5, Elf32_Phdr and Elf64_Phdr.
    """
    wide, mark = data[4] == 2, "<" if data[5] == 1 else ">"
    (table,) = struct.unpack_from(f"{mark}Q" if wide else f"{mark}I", data, 32 if wide else 28)
    size, count = struct.unpack_from(f"{mark}2H", data, 54 if wide else 42)
    data = put(data, 40 if wide else 32, bytes(8 if wide else 4))  # e_shoff
    data = put(data, 58 if wide else 46, bytes(6))  # e_shentsize, e_shnum, e_shstrndx
    if not cut:
        return data
    end = table + count * size
    for at in range(table, end, size):
        offset, *_, length = struct.unpack_from(f"{mark}4Q" if wide else f"{mark}4I", data, at + (8 if wide else 4))
        end = max(end, offset + length)
    return data[:end]


def program_headers(data: bytes) -> list[tuple[int, int, int]]:
    """The file offset, the type and the offset of p_flags of each program header of an ELF file (gABI chapter 5)."""
    wide, mark = data[4] == 2, "<" if data[5] == 1 else ">"
    (table,) = struct.unpack_from(f"{mark}Q" if wide else f"{mark}I", data, 32 if wide else 28)
    size, count = struct.unpack_from(f"{mark}2H", data, 54 if wide else 42)
    places = range(table, table + size * count, size)
    return [(at, struct.unpack_from(f"{mark}I", data, at)[0], at + (4 if wide else 24)) for at in places]


def with_segment_flags(data: bytes, kind: int, old: int, new: int) -> bytes:
    """Give the segments of a kind that have these flags other ones."""
    mark = "<" if data[5] == 1 else ">"
    for _, found, flags in program_headers(data):
        if found == kind and struct.unpack_from(f"{mark}I", data, flags)[0] == old:
            data = put(data, flags, struct.pack(f"{mark}I", new))
    return data


def without_segment(data: bytes, kind: int) -> bytes:
    """Make the program headers of a kind PT_NULL."""
    for at, found, _ in program_headers(data):
        if found == kind:
            data = put(data, at, bytes(4))
    return data


def with_run_path(data: bytes) -> bytes:
    """Make a 64-bit little-endian ELF take the name of its last needed library for a directory of libraries."""
    (at,) = (at for at, kind, _ in program_headers(data) if kind == PT_DYNAMIC)
    (start,), (size,) = struct.unpack_from("<Q", data, at + 8), struct.unpack_from("<Q", data, at + 32)
    needed = [at for at in range(start, start + size, 16) if struct.unpack_from("<Q", data, at)[0] == DT_NEEDED]
    return put(data, needed[-1], struct.pack("<Q", DT_RUNPATH))


def without_cgo_files(data: bytes) -> bytes:
    """Make a cgo program look like one of purego: libc is needed, no file of runtime/cgo, CGO_ENABLED=0 recorded."""
    data = replaced(replaced(data, b"runtime/cgo/", b"runtime/fak/"), b"_cgo_gotypes.go", b"_fak_gotypes.go")
    return replaced(data, b"CGO_ENABLED=1", b"CGO_ENABLED=0")


def with_damaged_zone(data: bytes) -> bytes:
    """Change one byte of a zone in the zone database that a program carries."""
    return flipped(data, data.index(b"Asia/TokyoTZif") + len("Asia/TokyoTZif") + 40)


def with_zones_of(data: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Put one zip of zones in the place of another that is no smaller; what is left is between members and directory.

    Go's loader wants the end record at the end, and counts offsets from the start (time/tzdata/tzdata.go).
    """
    size, offset = struct.unpack_from("<2I", theirs, len(theirs) - 10)
    assert offset + size + 22 == len(theirs)
    gap = len(ours) - len(theirs)
    moved = put(theirs, len(theirs) - 6, struct.pack("<I", offset + gap))
    return replaced(data, ours, moved[:offset] + bytes(gap) + moved[offset:])


def with_other_magic(data: bytes) -> bytes:
    """Give the function table a magic that no release of Go writes, as garble does (linker.go)."""
    header = re.compile(b"|".join(re.escape(magic) + b"[\1\2\4][\4\10]" for magic in TABLE_MAGICS))
    (at,) = [m.start() for m in header.finditer(data) if m.start() % 4 == 0]
    return put(data, at, b"\x5a\x17\xc0\x3d")


def with_foreign_gnu_id(data: bytes) -> bytes:
    """Change one byte of an ELF file's GNU build ID: 20 bytes after its note's header and owner."""
    head = struct.pack("<3I", 4, 20, 3) + b"GNU\0"
    return flipped(data, data.index(head) + len(head))


def with_writable_text(data: bytes) -> bytes:
    """Make a PE's code section writable."""
    at = data.index(b".text\0\0\0") + 36  # IMAGE_SECTION_HEADER.Characteristics
    (flags,) = struct.unpack_from("<I", data, at)
    return put(data, at, struct.pack("<I", flags | SECTION_WRITABLE))


def without_signature_command(data: bytes) -> bytes:
    """Cut LC_CODE_SIGNATURE out of a thin 64-bit Mach-O: the later commands move up, the counts go down."""
    count, size = struct.unpack_from("<II", data, 16)
    at = 32
    for _ in range(count):
        command, length = struct.unpack_from("<II", data, at)
        if command == LC_CODE_SIGNATURE:
            end = 32 + size
            moved = data[at + length : end] + bytes(length)
            return put(put(data, at, moved), 16, struct.pack("<II", count - 1, size - length))
        at += length
    raise AssertionError("no LC_CODE_SIGNATURE")


def without_pie_flag(data: bytes) -> bytes:
    """Clear MH_PIE in a thin Mach-O."""
    (flags,) = struct.unpack_from("<I", data, 24)
    assert flags & MH_PIE
    return put(data, 24, struct.pack("<I", flags & ~MH_PIE))


def pe_headers(data: bytes) -> tuple[int, int, int]:
    """Where a PE's COFF Characteristics, its optional header and its data directories are."""
    (pe,) = struct.unpack_from("<I", data, 0x3C)
    optional = pe + 24
    (magic,) = struct.unpack_from("<H", data, optional)
    return pe + 22, optional, optional + (112 if magic == 0x20B else 96)


def without_dll_flag(data: bytes, bit: int) -> bytes:
    """Clear one of DllCharacteristics, which must be set."""
    at = pe_headers(data)[1] + 70
    (flags,) = struct.unpack_from("<H", data, at)
    assert flags & bit
    return put(data, at, struct.pack("<H", flags & ~bit))


def without_relocations(data: bytes) -> bytes:
    """Make a PE say what Go's linker says with -buildmode=exe: no relocations, stripped, one address."""
    characteristics, _, directories = pe_headers(data)
    (flags,) = struct.unpack_from("<H", data, characteristics)
    data = put(data, characteristics, struct.pack("<H", flags | RELOCS_STRIPPED))
    return without_dll_flag(put(data, directories + 5 * 8, bytes(8)), DYNAMIC_BASE)


def stamped(data: bytes) -> bytes:
    """Set a PE's CheckSum to what imagehlp computes: the folded sum of all words but its own, plus the length."""
    at = pe_headers(data)[1] + 64
    data = put(data, at, bytes(4))
    padded = data + bytes(len(data) % 2)
    total = sum(struct.unpack(f"<{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return put(data, at, struct.pack("<I", total + len(data)))


def stamped_by_linker(data: bytes) -> bytes:
    """Set a PE's CheckSum as a C linker does: before the go command writes the hash of the file into the Go build ID.

    Until then the last part of the ID is its first one (cmd/go/internal/work/buildid.go). A program for 386 gets no
    FIPS sum.
    """
    final = GO_ID.search(data)[0]
    action, *others, _ = final.split(b"/")
    linked = b"/".join([action, *others, action])
    return replaced(stamped(replaced(data, final, linked)), linked, final)
