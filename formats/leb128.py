"""A cursor over bytes whose numbers are LEB128, as WebAssembly stores them.

Format: WebAssembly core specification, 5.2.2 Integers. An unsigned 32-bit number takes at most five bytes, padded
ones (Go's linker pads section sizes) included.
"""

from __future__ import annotations

from typing import Final

from formats.errors import LimitExceeded, Malformed, Truncated

_MAX_BYTES: Final = 10
"""Bytes of any number: 64 bits, seven to a byte. Without a bound a run of 0x80 would make a number of megabytes."""

MAX_STRING: Final = 100_000
"""Bytes of a name: V8's kV8MaxWasmStringSize, and that of wasmparser, on which wasmtime is built."""


class Cursor:
    """Read ``data`` from its start; ``base`` is where it stands in the artifact, for errors, ``what`` its name."""

    __slots__ = ("at", "base", "data", "what")

    def __init__(self, data: bytes, base: int, what: str) -> None:
        self.data = data
        self.base = base
        self.what = what
        self.at = 0

    @property
    def place(self) -> int:
        """The offset in the artifact of the next byte."""
        return self.base + self.at

    def byte(self) -> int:
        """Return the next byte; raise Truncated at the end."""
        if self.at >= len(self.data):
            raise Truncated(f"the {self.what} ends too early", self.place)
        self.at += 1
        return self.data[self.at - 1]

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes; raise Truncated when there are fewer."""
        if size > len(self.data) - self.at:
            raise Truncated(f"the {self.what} ends too early", self.place)
        self.at += size

    def unsigned(self, bits: int = 32) -> int:
        """Return the next unsigned number; raise Malformed when it has more bits than ``bits``."""
        value, place = self._number()[0], self.place
        if value >> bits:
            raise Malformed(f"a number in the {self.what} has more than {bits} bits", place)
        return value

    def signed(self) -> int:
        """Return the next signed number of at most 64 bits."""
        value, shift = self._number()
        return value - (1 << shift) if value >> (shift - 1) else value

    def name(self) -> str:
        """Return the next string; raise LimitExceeded if it is longer than any engine takes, Malformed if not UTF-8."""
        place = self.place
        size = self.unsigned()
        if size > MAX_STRING:
            raise LimitExceeded(f"a name in the {self.what} is longer than {MAX_STRING} bytes", self.place)
        self.skip(size)
        try:
            return self.data[self.at - size : self.at].decode()
        except UnicodeDecodeError:
            raise Malformed(f"a name in the {self.what} is not UTF-8", place) from None

    def count(self, limit: int) -> int:
        """Return the next unsigned number as the length of a list; raise LimitExceeded above ``limit``."""
        place = self.place
        value = self.unsigned()
        if value > limit:
            raise LimitExceeded(f"the {self.what} claims {value} entries, over the limit of {limit}", place)
        return value

    def _number(self) -> tuple[int, int]:
        """Return the next number, unsigned, and how many bits stand there."""
        value = shift = 0
        for _ in range(_MAX_BYTES):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value, shift
        raise Malformed(f"a number in the {self.what} has no end", self.place)
