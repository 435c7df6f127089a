"""Programs whose names were scrambled on purpose, as garble does, and what of them can still be said.

garble gives the function table a magic of its own making, hashes the names of functions and files, takes the module
text out and sets the version to "unknown" (mvdan.cc/garble, linker.go, main.go). What it cannot change is what the
runtime itself walks: the shape of the table, and runtime.moduledata that points to it. Obfuscators that leave the
linker alone only rename what they compile; the runtime's own file names are the first that a program never lacks.

Of a scrambled table nothing can be concluded from what is missing in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from formats.image import Image, Segment, Unknown
from inspector.facts import target
from inspector.facts.buildinfo import MAGIC, BuildInfo, record_section
from inspector.facts.functab import MAX_LOOK_ALIKES, FunctionTable, is_own, quanta, read_as, table_section
from inspector.facts.pointers import searches
from inspector.model import Evidence

MAX_SHAPES: Final = 64
"""Places that have the shape of a header: each costs two scans of the writable data."""

_ALIGN: Final = 32  # the linker aligned the names' table to this until Go 1.25
_LAYOUTS: Final = {"1.20": 8, "1.16": 7}  # words in the header; 1.18's differs from 1.20's by the magic only
_SINCE: Final = {"1.20": "go1.18 or later", "1.16": "between go1.16 and go1.17"}
_EMPTY_VERSION: Final = b"\x07unknown"  # runtime.buildVersion as garble sets it, with its length
_HIDDEN: Final = Unknown("obfuscated: the names in the function table are scrambled")


class Obfuscation(msgspec.Struct, frozen=True, kw_only=True):
    """A scrambled program: its table, the signs of scrambling, and which releases write such a table."""

    table: FunctionTable
    releases: str
    signs: tuple[Evidence, ...]

    @property
    def hidden(self) -> Unknown:
        """Why nothing is read from names."""
        return _HIDDEN


def find_obfuscation(image: Image, table: FunctionTable | Unknown, info: BuildInfo | Unknown) -> Obfuscation | None:
    """Return what is scrambled in a program; None when nothing is, or no table is to be found."""
    signs: tuple[Evidence, ...] = ()
    found = table
    releases = ""
    if isinstance(found, Unknown):
        shaped = _by_shape(image)
        if shaped is None:
            return None
        found = shaped
        magic = image.mapped.integer(found.offset, 4, image.byteorder, "pclntab magic")
        signs = (
            Evidence("function table magic", f"{magic:#010x}, which no Go linker writes", image.place(found.offset)),
        )
        releases = _SINCE[found.layout]
    if found.goroot is None and found.layout != "1.2":  # before Go 1.5 the runtime was written in C
        releases = releases or found.releases
        count = f"none of the runtime's among {len(found.files)}"
        signs += (Evidence("file names", count, image.place(found.offset)),)
    if not signs:
        return None
    return Obfuscation(table=found, releases=releases, signs=signs + _about_the_record(image, info))


def _about_the_record(image: Image, info: BuildInfo | Unknown) -> tuple[Evidence, ...]:
    """Return what else is usually gone; it proves nothing alone."""
    if not isinstance(info, Unknown):
        return ()
    section = record_section(image)
    if section is None:
        return (Evidence("build info", "none"),)
    raw = image.window.read_upto(section.offset, min(section.size, 48))
    emptied = raw.startswith(MAGIC) and raw[32:40] == _EMPTY_VERSION
    said = 'emptied, the version is "unknown"' if emptied else "not readable"
    return (Evidence("build info", said, image.window.base + section.offset),)


def _by_shape(image: Image) -> FunctionTable | None:
    """Find the one table that the program's moduledata points to, whatever its magic."""
    for offset, end, layout in islice(_shapes(image), min(MAX_SHAPES, searches(image))):
        if is_own(image, offset, layout):
            table = read_as(image, offset, end, layout)
            if table is not None:
                return table
    return None


def _shapes(image: Image) -> Iterator[tuple[int, int, str]]:
    """Yield (offset, end, layout) of what has a header's shape: two zero bytes, quantum, pointer size, offsets."""
    section = table_section(image)
    if section is not None:
        yield from _shape(image, section.offset, section.offset + section.size)
    for segment, at in islice(_aligned(image), MAX_LOOK_ALIKES):
        yield from _shape(image, at, segment.offset + segment.file_size)


def _shape(image: Image, at: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the layout whose header the words at ``at`` may be: the first offset is its size, and they ascend."""
    size = image.pointer_size
    raw = image.mapped.read_upto(at + 8, 8 * size)
    words = [int.from_bytes(raw[i : i + size], image.byteorder) for i in range(0, len(raw), size)]
    for layout, count in _LAYOUTS.items():
        offsets = words[count - 5 : count]
        start = 8 + count * size
        if offsets and offsets[0] in {start, -(-start // _ALIGN) * _ALIGN} and offsets == sorted(offsets):
            yield at, end, layout


def _aligned(image: Image) -> Iterator[tuple[Segment, int]]:
    """Yield where two zero bytes, the quantum and the pointer size follow four bytes of anything."""
    size = image.pointer_size
    for quantum in quanta(image):
        needle = bytes([0, 0, quantum, size])
        for segment in image.segments:
            for hit in image.mapped.find_all(needle, segment.offset, segment.offset + segment.file_size):
                at = hit - 4
                if at >= segment.offset and (segment.address + at - segment.offset) % size == 0:
                    yield segment, at


def cgo(image: Image, found: Obfuscation) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Tell whether cgo took part, where a name still says so."""
    there, proof = target.cgo(image, found.table)
    return (True, proof) if there is True else (_HIDDEN, ())
