"""Where an address is stored as a pointer: how a program's own tables are told from embedded copies.

A program that carries another Go program as data holds that one's tables too. Only its own are pointed to, at
their mapped address, from its writable data (runtime.moduledata, Go string headers) or, in a position-independent
ELF file, from the addend of a RELA relocation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from formats.image import ElfNative, Image

_R_ADDEND = 16  # offset of r_addend in Elf64_Rela
_RELA_SIZE = 24  # sizeof(Elf64_Rela)

MAX_PLACES: Final = 4096
"""Places of one address to compare; an honest program stores a table's address once or twice, a file that is made of
nothing but one address must not fill the memory."""


def places(image: Image, address: int) -> Iterator[int]:
    """Yield the virtual addresses at which ``address`` is stored as an aligned pointer."""
    size = image.pointer_size
    if not 0 < address < 1 << image.bits:
        return
    needle = address.to_bytes(size, image.byteorder)
    for segment in image.segments:
        if not segment.writable:
            continue
        for at in image.mapped.find_all(needle, segment.offset, segment.offset + segment.file_size):
            place = segment.address + at - segment.offset
            if place % size == 0:
                yield place
    yield from _addends(image, needle)


def adjacent(image: Image, first: int, second: int) -> bool:
    """Tell whether the two addresses are stored in neighbouring words, as the fields of one structure."""
    after = {place - image.pointer_size for place in islice(places(image, second), MAX_PLACES)}
    return any(place in after for place in islice(places(image, first), MAX_PLACES))


def _addends(image: Image, needle: bytes) -> Iterator[int]:
    """Yield r_offset of each 64-bit RELA entry with this addend (32-bit ports Go has use REL, stored in place)."""
    native = image.native
    if not isinstance(native, ElfNative) or native.rela is None or image.bits != 64:
        return
    start, size = native.rela
    for at in image.mapped.find_all(needle, start, start + size):
        entry = at - _R_ADDEND
        if entry >= start and (entry - start) % _RELA_SIZE == 0:
            yield image.mapped.integer(entry, 8, image.byteorder, "r_offset")
