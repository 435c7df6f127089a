"""Where the linkers put read-only data that holds no addresses: constants and the texts the linker sets."""

from __future__ import annotations

from typing import Final

from formats.image import Image

_SECTIONS: Final = (".rodata", ".rdata", "__TEXT,__rodata")  # all of it, under Go's linker and under C's


def read_only(image: Image) -> list[tuple[int, int]]:
    """Return the (offset, size) ranges of ``mapped`` that hold it; without section names all that is not writable."""
    section = image.section(*_SECTIONS)
    if section is not None:
        return [(section.offset, section.size)]
    return [(segment.offset, segment.file_size) for segment in image.segments if not segment.writable]
