"""WebAssembly's data section, put back into linear memory.

Format: WebAssembly core specification, 5.5.14 Data Section. Go's linker leaves out every run of eight zeros or more,
so that a program has 25,000 to 100,000 segments (cmd/link/internal/wasm/asm.go, writeDataSec): the loop over them is
most of the time that reading such a file takes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from operator import add, le
from struct import Struct
from typing import Final

from formats.errors import LimitExceeded, Malformed, Truncated
from formats.leb128 import Cursor
from formats.window import CHUNK, Window

MAX_SEGMENTS: Final = 100_000
"""Data segments of a module: the limit of the WebAssembly JavaScript Interface and of wasmtime, at which Go's linker
stops splitting. No engine loads a module that has more."""

MAX_MEMORY: Final = 128 << 20
"""Bytes of linear memory up to the end of the last segment. Data are a third of a Go file: 40 MB of 100 MB."""

_MAX_HEADER: Final = 4096
"""Bytes of one segment's header. A constant takes 6; an address of a dynamic library is a sum of a few globals."""

_PASSIVE, _NAMES_MEMORY = 1, 2  # bits of a segment's flag
_I32_CONST, _I64_CONST, _END = 0x41, 0x42, 0x0B
_OF_INDEX: Final = {0x23, 0xD2}  # global.get, ref.func
_ARITHMETIC: Final = {0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E}  # add, sub and mul of both widths

_COMMON: Final = Struct("<HIBB")
_START: Final = _I32_CONST << 8  # flag 0, i32.const


def linear_memory(window: Window, start: int, size: int) -> Window:
    """Return what the data section at ``start`` of ``window`` puts into memory 0, from address 0 to its last byte.

    Left out are segments without an address of their own: passive ones, and those whose place the host decides.
    Raises FormatError.
    """
    memory = bytearray()
    starts, origins, sizes = array("Q"), array("Q"), array("Q")
    for address, offset, data in _segments(window, start, start + size):
        end = address + len(data)
        if end > MAX_MEMORY:
            raise LimitExceeded(f"data for address {end:#x}, over the limit of {MAX_MEMORY} bytes", offset)
        if address > len(memory):
            memory.extend(bytes(address - len(memory)))
        memory[address:end] = data  # it grows beyond its end
        starts.append(address)
        origins.append(offset)
        sizes.append(len(data))
    if not _in_order(starts, sizes):
        order = sorted(range(len(starts)), key=starts.__getitem__)
        starts, origins, sizes = (array("Q", map(column.__getitem__, order)) for column in (starts, origins, sizes))
        if not _in_order(starts, sizes):  # overlapping ones overwrite each other: where a byte comes from is lost
            starts = origins = sizes = array("Q")
    return Window.of_memory(memory, starts, origins, sizes)


def _in_order(starts: array[int], sizes: array[int]) -> bool:
    """Tell whether the runs ascend without overlapping."""
    return all(map(le, map(add, starts, sizes), starts[1:]))


def _segments(window: Window, at: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (address, offset in the artifact, bytes) of the segments of memory 0, the longest piece by piece."""
    buffer = window.read_upto(at, min(CHUNK, end - at))
    head = Cursor(buffer, window.base + at, "data section")
    count = head.count(MAX_SEGMENTS)
    here = head.at
    for _ in range(count):
        if len(buffer) - here < _COMMON.size and at + len(buffer) < end:
            at += here
            buffer, here = window.read_upto(at, min(CHUNK, end - at)), 0
        address: int | None = None
        if len(buffer) - here >= _COMMON.size:
            # All but one in fifty are like this: an address of three or four bytes, a length of one. Decoding those
            # in place takes a third of the time of decoding number by number.
            flag, number, after, size = _COMMON.unpack_from(buffer, here)
            if flag == _START and after == _END and size < 0x80 and number & 0xC0808080 == 0x00808080:
                address = number & 0x7F | number >> 1 & 0x3F80 | number >> 2 & 0x1FC000 | number >> 3 & 0xFE00000
                here += 8
            elif flag == _START and after < 0x80 and number & 0xFFC08080 == _END << 24 | 0x8080:
                address = number & 0x7F | number >> 1 & 0x3F80 | number >> 2 & 0x1FC000
                size = after
                here += 7
        if address is None:
            address, size, length = _header(window, at + here, end)
            here += length
        start, here = here, here + size
        if here <= len(buffer):
            if address is not None and size:
                yield address, window.base + at + start, buffer[start:here]
            continue
        if at + here > end:
            raise Truncated("a data segment reaches past the end of its section", window.base + at + start)
        if address is not None:
            for offset, piece in window.chunks(at + start, at + here):
                yield address + offset - at - start, window.base + offset, piece
        at, buffer, here = at + here, b"", 0


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
