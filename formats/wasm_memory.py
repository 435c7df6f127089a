"""WebAssembly's data section, put back into linear memory.

Format: WebAssembly core specification, 5.5.14 Data Section. Go's linker leaves out every run of eight zeros or more,
so that a program has 25,000 to 100,000 segments (cmd/link/internal/wasm/asm.go, writeDataSec): the loop over them is
most of the time that reading such a file takes.
"""

from __future__ import annotations

from array import array
from struct import Struct
from typing import Final

from formats.errors import LimitExceeded, Malformed, Truncated
from formats.leb128 import Cursor
from formats.window import CHUNK, Window

MAX_SEGMENTS: Final = 100_000
"""Data segments of a module: the limit of the WebAssembly JavaScript Interface and of wasmtime, at which Go's linker
stops splitting. No engine loads a module that has more."""

MAX_MEMORY: Final = 96 << 20
"""Bytes of linear memory up to the end of the last segment: that of a file of 28 bytes as well. Data are a third of a
Go file: 40 MB of 100 MB."""

_MAX_HEADER: Final = 256
"""Bytes of one segment's header. A constant takes 6; in a dynamic library an address is a sum of two."""

_PAGE: Final = 65536  # bytes: linear memory is made of pages

_PASSIVE, _NAMES_MEMORY = 1, 2  # values of a segment's flag; 0 is at an address of memory 0
_I32_CONST, _I64_CONST, _END = 0x41, 0x42, 0x0B
_OF_INDEX: Final = {0x23, 0xD2}  # global.get, ref.func
_ARITHMETIC: Final = {0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E}  # add, sub and mul of both widths

_COMMON: Final = Struct("<HIBB")
_LONGEST: Final = _COMMON.size + 0x7F  # bytes of a segment that take_common takes
_CONST: Final = _I32_CONST << 8  # flag 0 and i32.const


def linear_memory(window: Window, start: int, size: int) -> Window:
    """Return what the data section at ``start`` of ``window`` puts into memory 0, from address 0, in whole pages.

    Left out are segments without an address of their own: passive ones, and those whose place the host decides.
    Raises FormatError.
    """
    section = _DataSection(window, start, start + size)
    while section.left:
        section.take_common()
        if section.left:
            section.take_any()
    return Window.of_memory(section.memory, section.starts, section.origins, section.sizes)


class _DataSection:
    """The way through the section: ``left`` segments to go, and what those before put where."""

    def __init__(self, window: Window, start: int, end: int) -> None:
        self.memory = bytearray()
        self.starts, self.origins, self.sizes = array("Q"), array("Q"), array("Q")
        self._window, self._end = window, end
        self._at, self._here = start, 0  # where the buffer stands in the window, and the next segment in the buffer
        self._buffer = window.read_upto(start, min(CHUNK, end - start))
        head = Cursor(self._buffer, window.base + start, "data section")
        self.left = head.count(MAX_SEGMENTS)
        self._here = head.at

    def take_common(self) -> None:
        """Take segments while they are short and at a small address, as 49 of 50 are, and wholly in the buffer.

        Their constant has three or four bytes and their length one; decoded in place, without a call, all of them
        take half as long as number by number.
        """
        buffer, here, unpack = self._buffer, self._here, _COMMON.unpack_from
        memory, base = self.memory, self._window.base + self._at
        last = len(buffer) - _LONGEST
        add_start, add_origin, add_size = self.starts.append, self.origins.append, self.sizes.append
        left, room = self.left, len(memory)
        while left and here <= last:
            flag, constant, after, size = unpack(buffer, here)
            if flag == _CONST and after == _END and size < 0x80 and constant & 0xC0808080 == 0x00808080:
                address = (
                    constant & 0x7F | constant >> 1 & 0x3F80 | constant >> 2 & 0x1FC000 | constant >> 3 & 0x7E00000
                )
                here += 8
            elif flag == _CONST and after < 0x80 and constant & 0xFFC08080 == 0x0B008080:
                address = constant & 0x7F | constant >> 1 & 0x3F80 | constant >> 2 & 0xFC000
                here += 7
                size = after
            else:
                break
            end = address + size
            if end > room:
                room = self._grow(end)
            memory[address:end] = buffer[here : here + size]
            add_start(address)
            add_origin(base + here)
            add_size(size)
            here += size
            left -= 1
        self._here, self.left = here, left

    def take_any(self) -> None:
        """Take the next segment, whatever it is, and fill the buffer where few bytes are left in it."""
        at = self._at + self._here
        address, size, length = _header(self._window, at, self._end)
        start, end = at + length, at + length + size
        place = self._window.base + start
        if end > self._end:
            raise Truncated("a data segment reaches past the end of its section", place)
        if address is not None and size:
            if address + size > MAX_MEMORY:
                raise LimitExceeded(f"data for address {address:#x}, over the limit of {MAX_MEMORY} bytes", place)
            self._grow(address + size)
            for offset, piece in self._window.chunks(start, end):
                to = address + offset - start
                self.memory[to : to + len(piece)] = piece
            self.starts.append(address)
            self.origins.append(place)
            self.sizes.append(size)
        self._here += length + size
        self.left -= 1
        if len(self._buffer) - self._here < _LONGEST:
            self._at, self._here = end, 0
            self._buffer = self._window.read_upto(end, min(CHUNK, self._end - end))

    def _grow(self, end: int) -> int:
        """Let the memory reach ``end`` at least; return its size."""
        pages = -(-end // _PAGE)
        self.memory.extend(bytes(max(pages * _PAGE - len(self.memory), 0)))
        return len(self.memory)


def _header(window: Window, at: int, end: int) -> tuple[int | None, int, int]:
    """Return (address in memory 0 or None, bytes of data, bytes of the header) of the segment at ``at``."""
    cursor = Cursor(window.read_upto(at, min(_MAX_HEADER, end - at)), window.base + at, "data segment")
    flag = cursor.unsigned()
    if flag > _NAMES_MEMORY:
        raise Malformed(f"a data segment of unknown kind {flag}", window.base + at)
    memory = cursor.unsigned() if flag == _NAMES_MEMORY else 0
    address = None if flag == _PASSIVE else _constant(cursor)
    return address if memory == 0 else None, cursor.unsigned(), cursor.at


def _constant(cursor: Cursor) -> int | None:
    """Return the value of a constant expression, None when it is more than one constant."""
    values: list[int | None] = []
    while (operation := cursor.byte()) != _END:
        if operation in {_I32_CONST, _I64_CONST}:
            values.append(cursor.signed() & (1 << (32 if operation == _I32_CONST else 64)) - 1)
        elif operation in _OF_INDEX:
            cursor.unsigned()
            values.append(None)
        elif operation in _ARITHMETIC:
            values.append(None)
        else:
            raise Malformed(f"operation {operation:#x} in a data segment's address", cursor.place - 1)
    return values[0] if len(values) == 1 else None
