"""What Go recorded: the build info blob, and the module text in it.

Format: golang/go, src/debug/buildinfo/buildinfo.go and cmd/link/internal/ld/data.go (func (ctxt *Link) buildinfo);
the text: runtime/debug/mod.go (ParseBuildInfo). A program that inspects others holds the magic as plain data, so a
hit counts only in the named section or in writable data, and only with a plausible version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from formats.errors import FormatError, LimitExceeded
from formats.image import Image, Section, Unknown
from formats.window import Window
from inspector.facts.pointers import word_at
from inspector.model import Module, Recorded

MAGIC: Final = b"\xff Go buildinf:"
_HEADER: Final = 32
_ALIGN: Final = 16
INFO_START: Final = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
"""What the go command puts before the module text (cmd/go/internal/modload/build.go, infoStart)."""
INFO_END: Final = bytes.fromhex("f932433186182072008242104116d8f2")
"""What it puts after it (infoEnd)."""
_SENTINEL: Final = 16  # bytes of either
_INLINE: Final = 2  # the other flag, 1, is big-endian
_POINTERS: Final = 16  # where the two pointers stand that were written before Go 1.18
MAX_TEXT: Final = 2 << 20
"""Bytes of the module text; 2,000 dependencies with sums take 300 KiB."""
MAX_LINES: Final = 20_000
"""Lines of it. Each becomes a module or a setting, some 200 bytes of them in memory and again in a report."""
MAX_HITS: Final = 64
"""Look-alikes of the magic to try in one file; each may cost a read of MAX_TEXT."""
_VERSION: Final = re.compile(r"(go\d|devel )[ -~]{0,200}")
_SECTIONS: Final = (".go.buildinfo", "__DATA,__go_buildinfo", "__DATA_CONST,__go_buildinfo")


class BuildInfo(msgspec.Struct, frozen=True):
    """The record and the offset of its blob in the image's mapped bytes.

    ``points_at_runtime``: the blob has no copy of the version but points at runtime.buildVersion itself, as it did
    before Go 1.18.
    """

    recorded: Recorded
    offset: int
    points_at_runtime: bool


def read_build_info(image: Image) -> BuildInfo | Unknown:
    """Find, validate and parse the blob; Unknown("no build info") when there is none to trust."""
    best: BuildInfo | None = None
    refused = Unknown("no build info")
    for offset in _hits(image):
        try:
            found = _blob(image, offset)
            if found is None:
                continue
            version, text, inline = found
            info = BuildInfo(parse_text(version, text), offset, not inline)
        except LimitExceeded as error:
            refused = Unknown(error.what)
            continue
        except FormatError:
            continue
        if text:
            return info
        best = best or info
    return best or refused


def record_section(image: Image) -> Section | None:
    """Return the section that Go's linker names after the blob (ELF and Mach-O), or None."""
    return image.section(*_SECTIONS)


def _hits(image: Image) -> Iterator[int]:
    """Yield offsets of the magic: the named section first, then writable data, 16-aligned by address."""
    section = record_section(image)
    if section is not None and image.mapped.read_upto(section.offset, len(MAGIC)) == MAGIC:
        yield section.offset
    budget = MAX_HITS
    for segment in image.segments:
        if not segment.writable:
            continue
        for at in image.mapped.find_all(MAGIC, segment.offset, segment.offset + segment.file_size):
            budget -= 1
            if budget < 0:
                return
            if (segment.address + at - segment.offset) % _ALIGN == 0:
                yield at


def _blob(image: Image, offset: int) -> tuple[str, str, bool] | None:
    """Return (version, module text, inline encoding) of the blob at ``offset``; None when it is a look-alike."""
    head = image.mapped.read(offset, _HEADER, "build info")
    pointer_size, flags = head[14], head[15]
    inline = bool(flags & _INLINE)
    if inline:
        version, after = _varint_string(image.mapped, offset + _HEADER)
        text, _ = _varint_string(image.mapped, after)
    else:
        address = image.address_of(offset)
        if address is None or pointer_size != image.pointer_size or flags != (image.byteorder == "big"):
            return None
        version = _go_string(image, address + _POINTERS)
        text = _go_string(image, address + _POINTERS + pointer_size)
    name = version.decode("utf-8", "replace")
    if not _VERSION.fullmatch(name):
        return None
    return name, _unframe(text).decode("utf-8", "backslashreplace"), inline


def _varint_string(window: Window, offset: int) -> tuple[bytes, int]:
    """Return the string with a varint length at ``offset``, and the offset after it.

    Raises LimitExceeded when it is longer than MAX_TEXT, Truncated when it reaches past the end.
    """
    size = shift = 0
    for index, byte in enumerate(window.read_upto(offset, 10)):
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            start = offset + index + 1
            if MAX_TEXT < size <= window.size - start:
                raise LimitExceeded(f"build info of {size} bytes is over the limit of {MAX_TEXT}", start)
            return window.read(start, size, "build info text"), start + size
    return b"", offset


def _go_string(image: Image, place: int) -> bytes:
    """Return the bytes of the Go string whose header the pointer at ``place`` leads to; empty when it is not mapped."""
    size = image.pointer_size
    header = word_at(image, place)
    address = word_at(image, header) if header else None
    raw = image.read_at(header + size, size, "string length") if header and address else None
    length = int.from_bytes(raw or b"", image.byteorder)
    if not address or length > MAX_TEXT:
        return b""
    return image.read_at(address, length, "build info text") or b""


def _unframe(text: bytes) -> bytes:
    """Take the two sentinels off; text without them is not the go command's (same test as debug/buildinfo)."""
    if len(text) >= 2 * _SENTINEL + 1 and text[-_SENTINEL - 1 : -_SENTINEL] == b"\n":
        return text[_SENTINEL:-_SENTINEL]
    return b""


def parse_text(version: str | Unknown, text: str) -> Recorded:
    """Parse the module text as runtime/debug.ParseBuildInfo does; lines it does not know are left out.

    Raises LimitExceeded when there are more than MAX_LINES.
    """
    lines = text.count("\n")
    if lines > MAX_LINES:
        raise LimitExceeded(f"build info of {lines} lines is over the limit of {MAX_LINES}")
    path: str | None = None
    main: Module | None = None
    deps: list[Module] = []
    settings: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        kind, _, rest = line.partition("\t")
        if kind == "path":
            path = rest
        elif kind == "mod":
            main = _module(rest)
        elif kind == "dep":
            deps.append(_module(rest))
        elif kind == "=>":
            replaced = _module(rest)
            if last == "mod" and main is not None:
                main = msgspec.structs.replace(main, replace=replaced)
            elif last == "dep":
                deps[-1] = msgspec.structs.replace(deps[-1], replace=replaced)
        elif kind == "build":
            key, value = _setting(rest)
            settings[key] = value
        last = kind
    return Recorded(go_version=version, path=path, main=main, deps=tuple(deps), settings=settings)


def _module(rest: str) -> Module:
    path, version, total = (*rest.split("\t"), "", "")[:3]
    return Module(path=path, version=version or None, sum=total or None, replace=None)


def _setting(rest: str) -> tuple[str, str]:
    """Split ``key=value``; either may be quoted as strconv.Quote or in back quotes."""
    quoted = re.match(r'"(?:[^"\\]|\\.)*"|`[^`]*`', rest)
    if quoted:
        return unquote(quoted[0]), unquote(rest[quoted.end() :].removeprefix("="))
    key, _, value = rest.partition("=")
    return key, unquote(value)


_ESCAPE: Final = r"(?s)\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)"
_SIMPLE: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unquote(text: str) -> str:
    r"""Undo Go's strconv.Quote; text that is not quoted is returned as it is.

    An escape of a single byte (``\xff``) that is not part of UTF-8 stays visible as ``\xff``.
    """
    if len(text) >= 2 and text[0] == text[-1] == "`":
        return text[1:-1]
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    raw = re.sub(_ESCAPE, _unescape, text[1:-1])
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "x" and len(code) == 3:
        byte = int(code[1:], 16)
        return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)  # surrogateescape form of a raw byte
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
    return _SIMPLE.get(code, code)
