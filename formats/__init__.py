"""Bytes of an executable's container format in, neutral Images out.

Knows nothing of Go, rules, files or terminals. What leaves this package is finished values and FormatError;
no object and no exception of a parsing library does.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import msgspec

from formats.errors import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import BadSlice, Bundle, Format, Image, Unknown
from formats.window import MAX_MAPPED, MAX_SEGMENTS, Window

__all__ = [
    "READERS",
    "BadSlice",
    "Bundle",
    "Format",
    "FormatError",
    "Image",
    "LimitExceeded",
    "Malformed",
    "NotRecognised",
    "Reader",
    "Truncated",
    "Unknown",
    "Window",
    "read",
    "sniff",
]

HEAD = 64
"""Bytes a sniff needs: the DOS header, the longest of the magics' surroundings."""


class Reader(msgspec.Struct, frozen=True):
    """A container format, or a bundle of such: how to tell it by its first bytes, and the module that parses it.

    The module offers ``read(window) -> tuple[Image | BadSlice, ...]`` and ``ERRORS``, the exceptions its
    library may raise. It is imported on first use: the libraries take 20 to 60 ms each.
    """

    format: Format | Bundle
    matches: Callable[[bytes], bool]
    module: str


def _is_archive(head: bytes) -> bool:
    return head[:8] == b"!<arch>\n" and head[8:21] != b"debian-binary"  # deb(5): a package, not objects


def _is_macho(head: bytes) -> bool:
    thin = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
    if head[:4] in thin or head[:4] == b"\xca\xfe\xba\xbf":
        return True
    # CAFEBABE is a Java class file's magic too. There the next four bytes are minor and major version, and the
    # major is 45 or more (JVM specification 4.1); a universal file has its number of slices there.
    is_java = 45 <= int.from_bytes(head[6:8], "big") < 200
    return head[:4] == b"\xca\xfe\xba\xbe" and not is_java


# _MAGIC(0, 11), HDR_MAGIC | _MAGIC(0, 26) and _MAGIC(0, 20) of Plan 9's a.out.h: 386, amd64, arm.
_PLAN9 = (b"\0\0\x01\xeb", b"\0\0\x8a\x97", b"\0\0\x06\x47")

READERS: tuple[Reader, ...] = (
    Reader(Format.ELF, lambda head: head[:4] == b"\x7fELF", "formats.elf"),
    Reader(Format.PE, lambda head: head[:2] == b"MZ", "formats.pe"),
    Reader(Format.MACHO, _is_macho, "formats.macho"),
    Reader(Format.WASM, lambda head: head[:4] == b"\0asm", "formats.wasm"),
    Reader(Format.XCOFF, lambda head: head[:2] == b"\x01\xf7", "formats.xcoff"),
    Reader(Format.PLAN9, lambda head: head[:4] in _PLAN9, "formats.plan9"),
    Reader(Bundle.C_ARCHIVE, _is_archive, "formats.archive"),
)


def sniff(head: bytes) -> Format | Bundle | None:
    """Name the format by a file's first HEAD bytes, or None when it is no executable we know."""
    return next((reader.format for reader in READERS if reader.matches(head)), None)


def read(window: Window) -> tuple[Image | BadSlice, ...]:
    """Parse an executable's headers into one Image per architecture.

    Raises FormatError, and nothing else, for whatever the bytes hold. This is the one place where a parsing
    library's exceptions (each reader names them as ERRORS) become ours.
    """
    head = window.read_upto(0, HEAD)
    for reader in READERS:
        if reader.matches(head):
            module = import_module(reader.module)
            try:
                images: tuple[Image | BadSlice, ...] = module.read(window)
            except module.ERRORS as error:
                raise Malformed(f"{reader.format.value}: {error or type(error).__name__}") from error
            return tuple(_bounded(_elsewhere(image)) for image in images)
    raise NotRecognised("not an executable" if head else "the file is empty", 0)


def _elsewhere(image: Image | BadSlice) -> Image | BadSlice:
    """Return a slice read by the reader whose it is; anything else as it came."""
    if not isinstance(image, BadSlice) or image.window is None:
        return image
    try:
        (found,) = read(image.window)
    except FormatError as error:
        return BadSlice(image.slice, error)
    return msgspec.structs.replace(found, slice=image.slice)


def _bounded(image: Image | BadSlice) -> Image | BadSlice:
    """Return an image whose every range may be searched; of any other raise LimitExceeded or make a BadSlice."""
    if isinstance(image, BadSlice):
        return image
    number, size = len(image.segments), sum(segment.file_size for segment in image.segments)
    if number > MAX_SEGMENTS:
        error = LimitExceeded(f"{number} ranges to map are over the limit of {MAX_SEGMENTS}", image.window.base)
    elif size > MAX_MAPPED * image.mapped.size:
        what = f"ranges that overlap: {size} bytes to map of {image.mapped.size}, over {MAX_MAPPED} times as many"
        error = LimitExceeded(what, image.window.base)
    else:
        return image
    if image.slice is None:
        raise error
    return BadSlice(image.slice, error)
