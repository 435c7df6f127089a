"""The header and load commands of one Mach-O slice, on macholib's layouts.

macholib's own walk (MachOHeader) reads every section's bytes, records no offsets and gives up at the first odd size.
So this takes the structures from macholib and walks them itself. Layouts: Apple, mach-o/loader.h.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from macholib import mach_o
from macholib.ptypes import sizeof

from formats.errors import LimitExceeded, Malformed
from formats.image import ByteOrder, Section, Segment
from formats.window import MAX_HEADERS, Window

THIN_MAGICS: Final[dict[bytes, tuple[ByteOrder, Literal[32, 64]]]] = {
    b"\xce\xfa\xed\xfe": ("little", 32),
    b"\xcf\xfa\xed\xfe": ("little", 64),
    b"\xfe\xed\xfa\xce": ("big", 32),
    b"\xfe\xed\xfa\xcf": ("big", 64),
}

_NAMES: Final = mach_o.LC_NAMES | {
    0x1E: "LC_SEGMENT_SPLIT_INFO",  # macholib spells it as no header of Apple's does
    0x36: "LC_ATOM_INFO",
    0x37: "LC_FUNCTION_VARIANTS",
    0x38: "LC_FUNCTION_VARIANT_FIXUPS",
    0x39: "LC_TARGET_TRIPLE",
    0x3A: "LC_LAZY_LOAD_DYLIB_INFO",
}
"""Load commands by name; the last five came after macholib 1.16 (apple-oss-distributions/dyld, UnsafeHeader.h)."""

_MAX_SIZE: Final = 1 << 20  # bytes of all load commands: Go writes 3 KiB, a kernel collection of 700 parts 60 KiB
_ZEROFILL: Final = frozenset({0x1, 0xC, 0x12})  # section types without bytes in the file
_READ, _WRITE, _EXECUTE = 1, 2, 4  # VM_PROT_*


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One load command: where it is in the window and in the artifact, and all its bytes."""

    name: str
    number: int
    offset: int
    place: int
    data: bytes
    order: ByteOrder

    def fields(self) -> Any:
        """Return macholib's structure of the fixed part; raise Malformed when the command is too small for it."""
        layout = mach_o.LC_REGISTRY[self.number]
        return self.unpack(layout, 8)

    def unpack(self, layout: Any, at: int) -> Any:
        """Return one of macholib's structures from ``at`` bytes into the command."""
        raw = self.data[at : at + sizeof(layout)]
        if len(raw) < sizeof(layout):
            raise Malformed(f"{self.name} of {len(self.data)} bytes is too small", self.place)
        return layout.from_str(raw, _endian_="<" if self.order == "little" else ">")

    def text(self, at: int) -> str:
        """Return the string ``at`` bytes into the command; raise Malformed when it does not end inside.

        dyld and the kernel refuse such a command too (dyld, UnsafeHeader.cpp, stringOverflow; xnu,
        mach_loader.c, load_dylinker).
        """
        end = self.data.find(b"\0", at)
        if at < 8 or end < 0:
            raise Malformed(f"the string of {self.name} reaches past its end", self.place)
        return self.data[at:end].decode("utf-8", "backslashreplace")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """A slice's Mach-O header with its load commands. ``size`` is the bytes of both."""

    byteorder: ByteOrder
    bits: Literal[32, 64]
    cpu_type: int
    cpu_subtype: int
    file_type: int
    flags: int
    size: int
    commands: tuple[Command, ...]

    def named(self, *names: str) -> Iterator[Command]:
        """Yield the load commands of these names, in file order."""
        return (command for command in self.commands if command.name in names)

    def first(self, *names: str) -> Command | None:
        """Return the first load command of one of these names."""
        return next(self.named(*names), None)


class MappedSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment and its sections. ``protection`` is the initial one, the one that counts for a running program."""

    segment: Segment
    protection: int
    sections: tuple[tuple[Section, int], ...]  # with the size in memory
    command: Command


def read_header(window: Window) -> Header:
    """Parse the header and walk the load commands.

    Raises Truncated when they reach past the end of the window, Malformed when one cannot be stepped over: the
    kernel and dyld refuse a size under 8, and one that reaches past sizeofcmds.
    """
    magic = window.read(0, 4, "Mach-O header")
    if magic not in THIN_MAGICS:
        raise Malformed(f"{magic.hex()} is not the magic of a Mach-O", window.base)
    order, bits = THIN_MAGICS[magic]
    layout = mach_o.mach_header_64 if bits == 64 else mach_o.mach_header
    start = sizeof(layout)
    raw = layout.from_str(window.read(0, start, "Mach-O header"), _endian_="<" if order == "little" else ">")
    count, size = int(raw.ncmds), int(raw.sizeofcmds)
    if count > MAX_HEADERS:
        raise LimitExceeded(f"{count} load commands are over the limit of {MAX_HEADERS}", window.base + 16)
    if size > _MAX_SIZE:
        raise LimitExceeded(f"load commands of {size} bytes are over the limit of {_MAX_SIZE}", window.base + 20)
    data = window.read(start, size, "load commands")
    return Header(
        byteorder=order,
        bits=bits,
        cpu_type=int(raw.cputype) & 0xFFFFFFFF,
        cpu_subtype=int(raw.cpusubtype),
        file_type=int(raw.filetype),
        flags=int(raw.flags),
        size=start + size,
        commands=tuple(_walk(data, start, count, order, window.base)),
    )


def _walk(data: bytes, start: int, count: int, order: ByteOrder, base: int) -> Iterator[Command]:
    at = 0
    for i in range(count):
        place = base + start + at
        if at + 8 > len(data):
            raise Malformed(f"load command {i} of {count} begins past sizeofcmds", place)
        number = int.from_bytes(data[at : at + 4], order)
        size = int.from_bytes(data[at + 4 : at + 8], order)
        name = _NAMES.get(number, f"{number:#x}")
        if size < 8:
            raise Malformed(f"load command {i} ({name}) has the size {size}", place)
        if at + size > len(data):
            raise Malformed(f"load command {i} ({name}) of {size} bytes reaches past sizeofcmds", place)
        raw = data[at : at + size]
        yield Command(name=name, number=number, offset=start + at, place=place, data=raw, order=order)
        at += size


def read_segments(header: Header) -> tuple[MappedSegment, ...]:
    """Return the segments with their sections, in file order; raise LimitExceeded above MAX_HEADERS sections."""
    segments = []
    left = MAX_HEADERS
    for command in header.named("LC_SEGMENT", "LC_SEGMENT_64"):
        raw = command.fields()
        left -= raw.nsects
        if left < 0:
            raise LimitExceeded(f"more than {MAX_HEADERS} sections", command.place)
        protection = int(raw.initprot)
        segment = Segment(
            name=_fixed(raw.segname),
            address=int(raw.vmaddr),
            offset=int(raw.fileoff),
            file_size=int(raw.filesize),
            memory_size=int(raw.vmsize),
            readable=bool(protection & _READ),
            writable=bool(protection & _WRITE),
            executable=bool(protection & _EXECUTE),
            header_offset=command.offset,
        )
        sections = tuple(_sections(command, raw.nsects))
        segments.append(MappedSegment(segment=segment, protection=protection, sections=sections, command=command))
    return tuple(segments)


def _sections(command: Command, count: int) -> Iterator[tuple[Section, int]]:
    wide = command.name == "LC_SEGMENT_64"
    layout = mach_o.section_64 if wide else mach_o.section
    first = 8 + sizeof(mach_o.segment_command_64 if wide else mach_o.segment_command)
    for i in range(count):
        raw = command.unpack(layout, first + i * sizeof(layout))
        flags, size = int(raw.flags), int(raw.size)
        section = Section(
            name=f"{_fixed(raw.segname)},{_fixed(raw.sectname)}",
            address=int(raw.addr),
            offset=int(raw.offset),
            size=0 if flags & 0xFF in _ZEROFILL else size,
            flags=flags,
        )
        yield section, size


def _fixed(name: bytes) -> str:
    """Return a 16-byte name without its padding."""
    return name.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
