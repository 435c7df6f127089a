"""Archives that hold themselves, by the method of Russ Cox's "Zip Files All The Way Down" (research.swtch.com/zip).

A deflate stream is a program of two instructions: print what follows, and repeat what was printed last. One prints
itself. The checksum, too, is in what is printed, and is solved for.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

FINAL = b"\1\0\0\xff\xff"
"""The last block, an empty one."""

LENGTHS = ((3, 257, 0), (11, 265, 1), (19, 269, 2), (35, 273, 3), (67, 277, 4), (131, 281, 5), (258, 285, 0))
"""First length of every four or eight codes, the first of these, and their extra bits (RFC 1951, 3.2.5)."""

DISTANCES = ((1, 0, 0), (5, 4, 1), (9, 6, 2), (17, 8, 3), (33, 10, 4), (65, 12, 5), (129, 14, 6))
"""The same of distances."""


def printed(size: int) -> bytes:
    """The instruction that prints the next ``size`` bytes: a stored block's header."""
    return struct.pack("<BHH", 0, size, size ^ 0xFFFF)


def repeated(size: int, count: int) -> bytes | None:
    """The instruction of ``count`` bytes that repeats the last ``size``, if there is one; a ``printed`` must follow.

    It is a block in the fixed code. That ends in seven zeros, and the next starts with three: the last of these may be
    in its first byte, which is zero.
    """
    for lengths in [(size,), *((first, size - first) for first in range(3, size - 2))]:
        bits = [0, 1, 0, *(bit for length in lengths for bit in _copy(length, size))]
        if (len(bits) + 10 - 1) // 8 == count:
            bits += [0] * (8 * count - len(bits))
            return bytes(sum(bit << at for at, bit in enumerate(bits[i : i + 8])) for i in range(0, len(bits), 8))
    return None


def _copy(length: int, distance: int) -> Iterator[int]:
    for table, value, offset, width in ((LENGTHS, length, 256, 7), (DISTANCES, distance, 0, 5)):
        first, code, extra = next(row for row in reversed(table) if row[0] <= value)
        code += (value - first) >> extra
        yield from reversed(_bits(code - offset, width))  # Huffman codes alone have their highest bit first
        yield from _bits((value - first) % (1 << extra), extra)


def _bits(value: int, count: int) -> list[int]:
    return [value >> at & 1 for at in range(count)]


def _quine(start: Callable[[int, int], bytes], end: Callable[[int, int], bytes]) -> bytes:
    """A file whose stream, between start and end, gives the file; both are told its CRC-32 and its size."""

    def made(crc: int, size: int) -> bytes:
        first, last = start(crc, size), printed(0) + FINAL + end(crc, size)
        head, both, five, twenty = (printed(count) for count in (len(first), len(first) + 10, 5, 20))
        again, four = repeated(len(first) + 10, 5), repeated(20, 5)
        tail = next(found + last for count in range(6) if (found := repeated(count + len(last), count)))
        assert again
        assert four
        parts = (
            *(first, head, first, both, head, first, both, again),
            *(five, again, five, five, twenty, again, five, five, twenty, four),
            *(twenty, four, twenty, four, twenty, four),
            *(twenty, four, printed(0), printed(0), printed(len(tail)), four),
            *(printed(0), printed(0), printed(len(tail)), tail, tail),
        )
        return b"".join(parts)

    size = len(made(0, 1 << 20))
    return made(_fixed_point(lambda crc: zlib.crc32(made(crc, size))), size)


def _fixed_point(of: Callable[[int], int]) -> int:
    """The number that a function which is affine over bits maps to itself, by Gauss' elimination."""
    rest = of(0)
    columns = [of(1 << at) ^ rest ^ 1 << at for at in range(32)]
    rows = [sum((column >> at & 1) << i for i, column in enumerate([*columns, rest])) for at in range(32)]
    for at in range(32):
        pivot = next(i for i in range(at, 32) if rows[i] >> at & 1)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows = [row ^ rows[at] if i != at and row >> at & 1 else row for i, row in enumerate(rows)]
    return sum((row >> 32 & 1) << at for at, row in enumerate(rows))


def gzip_quine() -> bytes:
    """A .gz that gives itself."""
    header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return _quine(lambda *_: header, lambda *told: struct.pack("<II", *told))


def zip_quine() -> bytes:
    """A zip whose one member is itself."""
    name = b"r"
    local, entry = 30 + len(name), 46 + len(name)

    def packed(size: int) -> int:
        return size - local - entry - 22

    def start(crc: int, size: int) -> bytes:
        return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, packed(size), size, len(name), 0) + name

    def end(crc: int, size: int) -> bytes:
        told = (20, 20, 0, 8, 0, 33, crc, packed(size), size, len(name), 0, 0, 0, 0, 0, 0)
        directory = struct.pack("<4s6H3I5H2I", b"PK\1\2", *told) + name
        return directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, entry, size - entry - 22, 0)

    return _quine(start, end)
