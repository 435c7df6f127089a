"""ELF reader, on pyelftools.

pyelftools raises in its constructor (or later, lazily) when e_shoff, e_shstrndx or e_phoff point at nonsense.
So it is given the file header alone, with the section fields zeroed, and then the tables one entry at a time,
each read through the window. Layouts: System V gABI chapters 4 and 5; notes and PT_GNU_*: Linux binfmt_elf.c.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from elftools.common.exceptions import ELFError
from elftools.common.utils import struct_parse
from elftools.elf.elffile import ELFFile

from formats.elf_dynamic import Dynamic, read_dynamic, read_notes
from formats.errors import LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import (
    ByteOrder,
    ElfNative,
    Format,
    Image,
    Located,
    Note,
    Section,
    Segment,
    Unknown,
)
from formats.window import MAX_HEADERS, MAX_LIST, MAX_NAME, Window

ERRORS: Final = (ELFError, struct.error, UnicodeDecodeError)
"""What pyelftools raises on bytes it cannot parse: its own error, and two of the standard library's."""

_MACHINES: Final = {
    3: "i386",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "arm",
    62: "x86-64",
    183: "aarch64",
    243: "riscv",
    258: "loongarch",
    43: "sparc64",
}
_TYPE: Final = 16  # offset of e_type
_SHF_ALLOC: Final = 2
_PF_X, _PF_W, _PF_R = 1, 2, 4
_GNU_ID_SIZE: Final = 16 + 64  # bytes of a GNU build ID's note at most: header, owner, SHA-512


class _Program:
    """One program header with its own place in the file."""

    __slots__ = ("address", "align", "at", "file_size", "flags", "memory_size", "offset", "type")

    def __init__(self, raw: Any, at: int) -> None:
        self.at = at
        self.type: str | int = raw.p_type  # pyelftools' name, or the number when it knows none
        self.flags: int = raw.p_flags
        self.offset: int = raw.p_offset
        self.address: int = raw.p_vaddr
        self.file_size: int = raw.p_filesz
        self.memory_size: int = raw.p_memsz
        self.align: int = raw.p_align


def read(window: Window) -> tuple[Image, ...]:
    """Parse an ELF file's headers; always one Image.

    Raises NotRecognised for a core dump, Truncated when a loadable segment, a section or a table reaches past the end
    of the file.
    """
    head = window.read(0, 16, "ELF identification")
    bits, order = _class_and_order(head)
    header_size = 64 if bits == 64 else 52
    raw = bytearray(window.read(0, header_size, "ELF header"))
    section_fields = _take_section_fields(raw, bits, order)
    elf = ELFFile(io.BytesIO(bytes(raw)))
    if elf.header.e_type == "ET_CORE":
        raise NotRecognised("a core dump, not an executable", window.base + _TYPE)
    programs = _programs(window, elf)
    segments = tuple(_segment(p) for p in programs if p.type == "PT_LOAD")
    for segment in segments:
        _require(window, segment.offset, segment.file_size, "loadable segment")
    sections = _sections(window, elf, *section_fields)
    table, entry, count, _ = section_fields
    native = _native(window, elf, programs, segments, sections, (table, entry * count), bits, order)
    image = Image(
        format=Format.ELF,
        machine=_MACHINES.get(native.machine, f"{native.machine:#x}"),
        bits=bits,
        byteorder=order,
        slice=None,
        window=window,
        machine_offset=18,
        segments=segments,
        sections=sections if isinstance(sections, Unknown) else tuple(s for s, _ in sections),
        native=native,
    )
    return (image,)


def _class_and_order(head: bytes) -> tuple[Any, ByteOrder]:
    bits = {1: 32, 2: 64}.get(head[4])
    order: ByteOrder | None = {1: "little", 2: "big"}.get(head[5])  # type: ignore[assignment]
    if bits is None or order is None:
        raise Malformed(f"ELF class {head[4]} and data encoding {head[5]} are not defined", 4)
    return bits, order


def _take_section_fields(raw: bytearray, bits: int, order: ByteOrder) -> tuple[int, int, int, int]:
    """Return e_shoff, e_shentsize, e_shnum, e_shstrndx and zero them in ``raw``."""
    at, width = (40, 8) if bits == 64 else (32, 4)
    table = int.from_bytes(raw[at : at + width], order)
    tail = len(raw) - 6
    entry, count, names = struct.unpack_from("<3H" if order == "little" else ">3H", raw, tail)
    raw[at : at + width] = bytes(width)
    raw[tail:] = bytes(6)
    return table, entry, count, names


def _require(window: Window, offset: int, size: int, what: str) -> None:
    if offset + size > window.size:
        raise Truncated(
            f"{what} at {offset:#x} of {size} bytes reaches past the end of the file ({window.size} bytes)",
            window.size,
        )


def _programs(window: Window, elf: ELFFile) -> list[_Program]:
    count, size, table = elf.header.e_phnum, elf.header.e_phentsize, elf.header.e_phoff
    if count == 0:
        return []
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} program headers are over the limit of {MAX_HEADERS}", table)
    if size != elf.structs.Elf_Phdr.sizeof():
        raise Malformed(f"a program header of {size} bytes is not defined", table)
    _require(window, table, count * size, "program header table")
    data = io.BytesIO(window.read(table, count * size, "program header table"))
    return [
        _Program(struct_parse(elf.structs.Elf_Phdr, data, stream_pos=i * size), table + i * size) for i in range(count)
    ]


def _segment(program: _Program) -> Segment:
    return Segment(
        name="PT_LOAD",
        address=program.address,
        offset=program.offset,
        file_size=program.file_size,
        memory_size=program.memory_size,
        readable=bool(program.flags & _PF_R),
        writable=bool(program.flags & _PF_W),
        executable=bool(program.flags & _PF_X),
        alignment=program.align,
        header_offset=program.at,
    )


def _sections(
    window: Window, elf: ELFFile, table: int, size: int, count: int, names_index: int
) -> tuple[tuple[Section, str | int], ...] | Unknown:
    """Return every section with its type, or Unknown when there is no table to go by."""
    if table == 0 or count == 0:
        return Unknown("no section headers")
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} section headers are over the limit of {MAX_HEADERS}", table)
    if size != elf.structs.Elf_Shdr.sizeof():
        return Unknown(f"a section header of {size} bytes is not defined")
    _require(window, table, count * size, "section header table")
    data = io.BytesIO(window.read(table, count * size, "section header table"))
    headers = [struct_parse(elf.structs.Elf_Shdr, data, stream_pos=i * size) for i in range(count)]
    if names_index >= count:
        return Unknown(f"e_shstrndx {names_index} is not one of {count} sections")
    for header in headers:
        if header.sh_type not in {"SHT_NULL", "SHT_NOBITS"}:
            _require(window, header.sh_offset, header.sh_size, "section")
    names = headers[names_index]
    strings = window.read(names.sh_offset, min(names.sh_size, MAX_HEADERS * 64), "section names")
    return tuple((_section(header, strings), header.sh_type) for header in headers[1:])


def _section(header: Any, strings: bytes) -> Section:
    end = strings.find(b"\0", header.sh_name, header.sh_name + MAX_NAME)
    name = strings[header.sh_name : end] if end >= 0 else b""
    return Section(
        name=name.decode("utf-8", "backslashreplace"),
        address=header.sh_addr if header.sh_flags & _SHF_ALLOC else 0,
        offset=header.sh_offset,
        size=0 if header.sh_type == "SHT_NOBITS" else header.sh_size,
        flags=header.sh_flags,
    )


def _native(
    window: Window,
    elf: ELFFile,
    programs: list[_Program],
    segments: tuple[Segment, ...],
    sections: tuple[tuple[Section, str | int], ...] | Unknown,
    section_headers: tuple[int, int],
    bits: int,
    order: ByteOrder,
) -> ElfNative:
    header = elf.header
    dynamic = _dynamic(window, programs, segments, bits, order)
    stack = next((p for p in programs if p.type == "PT_GNU_STACK"), None)
    known = () if isinstance(sections, Unknown) else sections
    outside = _unmapped(window, elf, programs, sections)
    return ElfNative(
        type=header.e_type.removeprefix("ET_") if isinstance(header.e_type, str) else f"{header.e_type:#x}",
        machine=int.from_bytes(window.read(18, 2, "e_machine"), order),
        osabi=window.read(7, 1, "EI_OSABI")[0],
        flags=header.e_flags,
        interpreter=_interpreter(window, programs),
        dynamic=dynamic is not None,
        needed=dynamic.needed if dynamic else (),
        rpath=dynamic.rpath if dynamic else (),
        soname=dynamic.soname if dynamic else None,
        df1_pie=dynamic.df1_pie if dynamic else False,
        bind_now=dynamic.bind_now if dynamic else False,
        relro=any(p.type == "PT_GNU_RELRO" for p in programs),
        stack_flags=stack.flags if stack else None,
        stack_offset=stack.at if stack else None,
        version_needs=dynamic.version_needs if dynamic else (),
        notes=tuple(_notes(window, programs, sections, order)),
        dynamic_strings=dynamic.strings if dynamic else None,
        rela=dynamic.rela if dynamic else None,
        symtab=outside or any(kind == "SHT_SYMTAB" for _, kind in known),
        dwarf=outside or any(s.name.startswith((".debug_", ".zdebug_")) for s, _ in known),
        headers_align=next((p.align for p in programs if p.type == "PT_PHDR"), None),
        program_headers=(header.e_phoff, header.e_phentsize * header.e_phnum),
        section_headers=section_headers,
    )


def _unmapped(window: Window, elf: ELFFile, programs: list[_Program], sections: object) -> Unknown | None:
    """Return Unknown when there may be symbols or DWARF that no section header tells of.

    Neither is ever mapped: a file cut off behind its last segment, as sstrip cuts it, has none.
    """
    if not isinstance(sections, Unknown):
        return None
    end = elf.header.e_phoff + elf.header.e_phentsize * len(programs)
    mapped = max((p.offset + p.file_size for p in programs), default=0)
    return sections if window.size > max(end, mapped) else None


def _interpreter(window: Window, programs: list[_Program]) -> Located | None:
    program = next((p for p in programs if p.type == "PT_INTERP"), None)
    if program is None:
        return None
    _require(window, program.offset, program.file_size, "PT_INTERP")
    text = window.read(program.offset, min(program.file_size, MAX_NAME), "PT_INTERP").split(b"\0", 1)[0]
    return Located(text.decode("utf-8", "backslashreplace"), program.offset)


def _dynamic(
    window: Window, programs: list[_Program], segments: tuple[Segment, ...], bits: int, order: ByteOrder
) -> Dynamic | None:
    program = next((p for p in programs if p.type == "PT_DYNAMIC"), None)
    if program is None:
        return None
    _require(window, program.offset, program.file_size, "PT_DYNAMIC")
    return read_dynamic(window, program.offset, program.file_size, segments, bits, order)


def _notes(
    window: Window,
    programs: list[_Program],
    sections: tuple[tuple[Section, str | int], ...] | Unknown,
    order: ByteOrder,
) -> Iterator[Note]:
    """Yield the notes of every PT_NOTE and note section, each once.

    Go's linker has one PT_NOTE and points it first at .note.gnu.build-id, then at .note.go.buildid (golang/go,
    cmd/link/internal/ld/elf.go, asmbElf, the two phsh(getpnote(), sh)), so the former has its section only. Without
    section headers it is found by its place, right behind the other.
    """
    ranges = [(p.offset, p.file_size) for p in programs if p.type == "PT_NOTE"]
    if not isinstance(sections, Unknown):
        ranges += [(s.offset, s.size) for s, kind in sections if kind == "SHT_NOTE"]
    seen: set[int] = set()
    notes = (note for offset, size in ranges for note in read_notes(window, offset, size, order))
    for note in islice(notes, MAX_LIST):  # ranges may overlap, and hold millions of empty notes
        if note.offset not in seen:
            seen.add(note.offset)
            yield note
    for offset, size in ranges if isinstance(sections, Unknown) else ():
        behind = next(read_notes(window, offset + size, _GNU_ID_SIZE, order), None)
        if behind is not None and (behind.owner, behind.type) == ("GNU", 3) and behind.offset not in seen:
            yield behind
