"""Plan 9 a.out reader, our own: no library on the index reads the format.

Layout: Plan 9 manual a.out(6); golang/go, src/debug/plan9obj and cmd/link/internal/ld/asmb.go (asmbPlan9). The
numbers are big-endian on every machine, what is in the segments is of the machine's own order. Where the segments
are mapped is not in the file: Plan 9's kernel has it from the magic (sysexec in sys/src/9/port/sysproc.c).
"""

from __future__ import annotations

import struct
from typing import Final, Literal, NamedTuple

from formats.errors import NotRecognised, Truncated
from formats.image import Format, Image, Plan9Native, Section, Segment
from formats.window import Window

ERRORS: Final = ()
"""No library, so nothing but FormatError is raised."""

_HEADER: Final = struct.Struct(">8I")
_ENTRY_64: Final = 8  # bytes after the header, where HDR_MAGIC is set in the magic: the whole entry point
_MAX_TEXT: Final = 1 << 31
"""Where text ends at the latest: user memory of a 32-bit machine ends soon after, and sysexec refuses the rest."""


class _Machine(NamedTuple):
    """What a magic implies. ``align`` is where the kernel lets data begin; the text's pages begin there as well."""

    name: str
    bits: Literal[32, 64]
    base: int
    align: int


# UTZERO and the segment alignment of each machine (mem.h of sys/src/9/pc, omap4 ...; amd64: 2 MiB pages). Go's
# linker lays out the same way: -T and -R of archinit in cmd/link/internal/{x86,amd64,arm}/obj.go.
_MACHINES: Final = {
    0x1EB: _Machine("i386", 32, 0x1000, 0x1000),
    0x8A97: _Machine("x86-64", 64, 0x200000, 0x200000),
    0x647: _Machine("arm", 32, 0x1000, 0x1000),
}


def read(window: Window) -> tuple[Image, ...]:
    """Parse a Plan 9 program's header; always one Image.

    Raises NotRecognised when the rest of the header is none, Truncated when a program's segments or symbol table
    reach past the end. An entry point outside the text is no reason to refuse a file whose sizes fit: a kernel is
    mapped where no program is.
    """
    if window.size < _HEADER.size + _ENTRY_64:
        raise NotRecognised("the magic of a Plan 9 program, and too short for its header")
    magic, text, data, bss, symbols, entry, stack, lines = _HEADER.unpack(window.read(0, _HEADER.size, "header"))
    machine = _MACHINES[magic]
    start = _HEADER.size
    if machine.bits == 64:
        entry = window.integer(start, _ENTRY_64, "big", "entry point")
        start += _ENTRY_64
    address = machine.base + start
    sizes = {"text": text, "data": data, "syms": symbols, "spsz": stack, "pcsz": lines}
    end = start + sum(sizes.values())
    if end > window.size and address <= entry < address + text < _MAX_TEXT:
        raise Truncated(f"the header's sizes add up to {end} bytes, the file has {window.size}", window.size)
    if end > window.size or text == 0:
        raise NotRecognised("the magic of a Plan 9 program, and sizes of none")
    data_address = -(-(address + text) // machine.align) * machine.align
    image = Image(
        format=Format.PLAN9,
        machine=machine.name,
        bits=machine.bits,
        byteorder="little",
        slice=None,
        window=window,
        machine_offset=0,
        segments=(
            Segment(
                name="text",
                address=address,
                offset=start,
                file_size=text,
                memory_size=text,
                readable=True,
                writable=False,
                executable=True,
                header_offset=4,
            ),
            Segment(
                name="data",
                address=data_address,
                offset=start + text,
                file_size=data,
                memory_size=data + bss,
                readable=True,
                writable=True,
                executable=False,
                header_offset=8,
            ),
        ),
        sections=tuple(_sections(sizes, start, {"text": address, "data": data_address})),
        native=Plan9Native(
            magic=magic,
            entry=entry,
            symbols=bool(symbols),
            dwarf=False,  # the format has no place for it, and Go's linker makes none (dwarfEnabled in ld/dwarf.go)
        ),
    )
    return (image,)


def _sections(sizes: dict[str, int], start: int, addresses: dict[str, int]) -> list[Section]:
    """Return the parts of the file, named as debug/plan9obj names them; they follow one another."""
    found = []
    for name, size in sizes.items():
        found.append(Section(name=name, address=addresses.get(name, 0), offset=start, size=size))
        start += size
    return found
