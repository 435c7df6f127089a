"""Where an address is stored as a pointer: how a program's own tables are told from embedded copies.

A program that carries another Go program as data holds that one's tables too. Only its own are pointed to, at
their mapped address, from its writable data (runtime.moduledata, Go string headers) or, in a position-independent
ELF file, from the addend of a RELA relocation. In a Mach-O file with chained fixups a pointer shares its word with the
distance to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from formats.image import ElfNative, Image, MachoNative

_R_ADDEND = 16  # offset of r_addend in Elf64_Rela
_RELA_SIZE = 24  # sizeof(Elf64_Rela)

MAX_PLACES: Final = 4096
"""Places of one address to compare; an honest program stores a table's address once or twice, a file that is made of
nothing but one address must not fill the memory."""


_MAX_SCANNED: Final = 2 << 30
"""Bytes to search for pointers in one image, some 2 s. An honest program takes one search, of a few MiB."""

_MIN_SEARCHES: Final = 4


class _Chained(msgspec.Struct, frozen=True):
    """How a word of a chain holds its target: in the lowest ``bits``, as an address or as a distance from the header.

    A word with a bit at ``flags`` or above is bound to a symbol, or signed. The lowest ``_SURE`` bytes hold nothing of
    the chain.
    """

    bits: int
    from_header: bool
    flags: int


_SURE: Final = 6
_CHAINED: Final = {
    1: _Chained(43, False, 62),  # DYLD_CHAINED_PTR_ARM64E
    2: _Chained(36, False, 63),  # DYLD_CHAINED_PTR_64
    6: _Chained(36, True, 63),  # DYLD_CHAINED_PTR_64_OFFSET
    9: _Chained(43, True, 62),  # DYLD_CHAINED_PTR_ARM64E_USERLAND
    12: _Chained(43, True, 62),  # DYLD_CHAINED_PTR_ARM64E_USERLAND24
}
"""Formats of 64-bit programs (mach-o/fixup-chains.h)."""


def searches(image: Image) -> int:
    """Return how many addresses may be looked for in this image: each costs a pass over data and relocations."""
    size = sum(segment.file_size for segment in image.segments if segment.writable)
    if isinstance(image.native, ElfNative) and image.native.rela is not None:
        size += image.native.rela[1]
    return max(_MIN_SEARCHES, _MAX_SCANNED // max(1, size))


def places(image: Image, address: int) -> Iterator[int]:
    """Yield the virtual addresses at which ``address`` is stored as an aligned pointer."""
    size = image.pointer_size
    chained = _chained(image)
    target = address - _header(image) if chained and chained.from_header else address
    if not 0 < target < 1 << (chained.bits if chained else image.bits):
        return
    needle = target.to_bytes(size, image.byteorder)
    for segment in image.segments:
        if not segment.writable:
            continue
        end = segment.offset + segment.file_size
        for at in image.mapped.find_all(needle[:_SURE] if chained else needle, segment.offset, end):
            place = segment.address + at - segment.offset
            if place % size == 0 and (chained is None or word_at(image, place) == address):
                yield place
    yield from _addends(image, needle)


def led_to(image: Image, word: int) -> int:
    """Return the address that a stored pointer leads to; 0 for one that leads out of the file."""
    chained = _chained(image)
    if chained is None:
        return word
    if word >> chained.flags:
        return 0
    target = word & ((1 << chained.bits) - 1)
    return target + _header(image) if target and chained.from_header else target


def word_at(image: Image, place: int) -> int | None:
    """Return the address that the pointer at this virtual address leads to; None when the file has no pointer there.

    The loader fills in a pointer of a position-independent ELF file: it stands in the addend of a RELA relocation.
    """
    raw = image.read_at(place, image.pointer_size, "pointer")
    if raw is None:
        return None
    word = int.from_bytes(raw, image.byteorder)
    return led_to(image, word) if word else next(_relocated(image, place), 0)


def adjacent(image: Image, first: int, second: int) -> bool:
    """Tell whether the two addresses are stored in neighbouring words, as the fields of one structure."""
    before = set(islice(places(image, first), MAX_PLACES))
    seconds = islice(places(image, second), MAX_PLACES) if before else ()
    return any(place - image.pointer_size in before for place in seconds)


def _chained(image: Image) -> _Chained | None:
    native = image.native
    return _CHAINED.get(native.pointer_format or 0) if isinstance(native, MachoNative) else None


def _header(image: Image) -> int:
    """Return the address of the Mach-O header, which the first bytes of the file are mapped to."""
    return image.address_of(0) or 0


def _addends(image: Image, needle: bytes) -> Iterator[int]:
    """Yield r_offset of each 64-bit RELA entry with this addend (32-bit ports Go has use REL, stored in place)."""
    for entry in _entries(image, needle, _R_ADDEND):
        yield image.mapped.integer(entry, 8, image.byteorder, "r_offset")


def _relocated(image: Image, place: int) -> Iterator[int]:
    """Yield the addend of each 64-bit RELA entry for this virtual address."""
    for entry in _entries(image, place.to_bytes(8, image.byteorder), 0) if place < 1 << 64 else ():
        yield image.mapped.integer(entry + _R_ADDEND, 8, image.byteorder, "r_addend")


def _entries(image: Image, needle: bytes, field: int) -> Iterator[int]:
    """Yield the offset of each Elf64_Rela that holds ``needle`` at ``field``."""
    native = image.native
    if not isinstance(native, ElfNative) or native.rela is None or image.bits != 64:
        return
    start, size = native.rela
    for at in image.mapped.find_all(needle, start, start + size):
        if at - field >= start and (at - field - start) % _RELA_SIZE == 0:
            yield at - field
