"""List the files of a tar over a Window: V7, ustar, pax and GNU headers, sparse files too.

tarfile is not used, since releases of Python this tool runs on read hostile headers without bound: a negative
size loops for ever (CVE-2025-8194), one pax header takes quadratic time and memory (CVE-2024-6232), a chain of
them recurses, and a bad or missing header behind the first member passes for the end of the archive. A window
also gives what a stream cannot: members in place, without a copy.

Layouts: POSIX.1-2008 pax(1), "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar
Format" and "Storing Sparse Files".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec

from formats import LimitExceeded, Malformed, Truncated, Window
from inspector.sources.kinds import is_tar_header
from inspector.sources.limits import MAX_EXTENSION, MAX_HEADERS, MAX_HOLES, STEP, check_ratio
from inspector.sources.member import Content, Member, Packed, Stored, in_place

BLOCK: Final = 512

_WITHOUT_DATA: Final = frozenset(b"123456")
"""Types whose size field says nothing: links, devices, directories, pipes."""

_NO_FILES: Final = frozenset(b"123456DVg")
"""Those, GNU's directory dump and volume label, and global attributes, which no writer uses for names or
sizes (git stores its commit there) and which Go's archive/tar does not apply either."""

_MAP: Final = b"GNU.sparse.map"

_KEYS: Final = frozenset(
    {b"path", b"size", _MAP}
    | {b"GNU.sparse." + name for name in (b"major", b"name", b"numbytes", b"offset", b"realsize", b"size")}
)
"""What is kept of pax records: nothing else that a chain of headers may pile up."""

Ranges = tuple[tuple[int, int], ...]


class _Header(msgspec.Struct):
    """One header block, and what the extension headers before it changed."""

    offset: int
    type: int
    name: bytes
    size: int  # of the data stored behind the header
    mode: int
    data: int  # offset of that data
    real_size: int | None = None  # of a sparse file
    ranges: Ranges | None = None  # (offset, size) of a sparse file's data, in order


def members(tar: Window) -> Iterator[Member]:
    """Yield the regular files in the order they are stored.

    Raises Truncated, Malformed or LimitExceeded, with the offset, where the walk cannot go on.
    """
    offset = holes = 0
    attributes: dict[bytes, bytes] = {}
    for _ in range(MAX_HEADERS):
        block = tar.read_upto(offset, BLOCK)
        if len(block) < BLOCK:
            # Two blocks of zeros end a tar. Some readers take the end of the file instead, and so never see that
            # a file cut off between two members has lost the rest.
            raise Truncated("the archive ends without its end mark", offset)
        if not block.strip(b"\0"):
            return
        header = _header(block, offset)
        if header.type in b"xXLK":
            attributes |= _extension(tar, header)
        elif header.type not in _NO_FILES:
            _apply(tar, header, attributes, block)
            holes += len(header.ranges or ())
            if holes > MAX_HOLES:
                raise LimitExceeded(f"sparse members of more than {MAX_HOLES} ranges", offset)
            yield _member(tar, header)
            if header.data + header.size > tar.size:
                return  # the member's own row says so
        if header.type not in b"xXLKg":
            attributes = {}
        offset = header.data + -(-header.size // BLOCK) * BLOCK
    raise LimitExceeded(f"more than {MAX_HEADERS} headers", offset)


def _header(block: bytes, offset: int) -> _Header:
    if not is_tar_header(block):
        raise Malformed("a tar header's checksum is wrong", offset)
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0]
    # GNU's own format ("ustar  ") keeps times where POSIX keeps the prefix.
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    kind = block[156]
    if kind == 0:  # V7: a file, or by its name's last character a directory
        kind = ord("5" if name.endswith(b"/") else "0")
    return _Header(
        offset=offset,
        type=kind,
        name=name,
        size=0 if kind in _WITHOUT_DATA else _number(block[124:136], offset),
        mode=_number(block[100:108], offset) & 0o7777,
        data=offset + BLOCK,
    )


def _number(field: bytes, offset: int) -> int:
    """Read octal digits, or GNU's big-endian binary, which the first bit announces."""
    if field[0] & 0x80:
        if field[0] & 0x40:
            raise Malformed("a tar header holds a negative number", offset)
        return int.from_bytes(field, "big") & ~(1 << (8 * len(field) - 1))
    digits = field.split(b"\0", 1)[0].strip(b" ")
    if digits.strip(b"01234567"):
        raise Malformed("a tar header's number is not octal", offset)
    return int(digits or b"0", 8)


def _extension(tar: Window, header: _Header) -> dict[bytes, bytes]:
    """Read a header that describes the next one: pax records, GNU's long name, GNU's long link target."""
    if header.size > MAX_EXTENSION:
        raise LimitExceeded(
            f"a tar extension header of {header.size} bytes is over the limit of {MAX_EXTENSION}", header.offset
        )
    body = tar.read(header.data, header.size, "a tar extension header")
    if header.type == ord("L"):
        return {b"path": body.split(b"\0", 1)[0]}
    return {} if header.type == ord("K") else _records(body, header)


def _records(body: bytes, header: _Header) -> dict[bytes, bytes]:
    r"""Read pax records, each ``"<length of the record> <key>=<value>\n"``; only keys used here are kept."""
    kept: dict[bytes, bytes] = {}
    ranges: list[bytes] = []
    at = 0
    while at < len(body) and body[at]:
        length, space, _ = body[at : at + 12].partition(b" ")
        end = at + int(length) if length.isdigit() and space else 0
        key, equals, value = body[at + len(length) + 1 : end].partition(b"=")
        if end > len(body) or not equals or not value.endswith(b"\n"):
            raise Malformed("a bad record in a pax header", header.data + at)
        value = value[:-1]
        if key in {b"GNU.sparse.offset", b"GNU.sparse.numbytes"}:  # sparse format 0.0 repeats them
            ranges.append(value)
        elif key in _KEYS:
            kept[key] = value
        at = end
    return {**kept, _MAP: b",".join(ranges)} if ranges else kept


def _apply(tar: Window, header: _Header, attributes: dict[bytes, bytes], block: bytes) -> None:
    """Let extension headers say the name, the size and the sparse map."""

    def number(*keys: bytes) -> int | None:
        value = next((attributes[key] for key in keys if key in attributes), None)
        if value is not None and not (value.isdigit() and len(value) < 20):
            raise Malformed("a pax header's number is not decimal", header.offset)
        return None if value is None else int(value)

    header.name = attributes.get(b"GNU.sparse.name", attributes.get(b"path", header.name))
    stored = number(b"size")
    header.size = header.size if stored is None else stored
    header.real_size = number(b"GNU.sparse.realsize", b"GNU.sparse.size")
    if header.type == ord("S"):
        _old_sparse(tar, header, block)
    elif _MAP in attributes:
        header.ranges = _ranges(attributes[_MAP].split(b",", 2 * MAX_HOLES), header)
    elif attributes.get(b"GNU.sparse.major") == b"1":
        _sparse_1_0(tar, header)


def _old_sparse(tar: Window, header: _Header, block: bytes) -> None:
    """Read GNU's old sparse map: four ranges in the header, 21 in each block that follows it."""
    header.real_size = _number(block[483:495], header.offset)
    fields, more = block[386:482], block[482]
    numbers: list[int] = []
    while True:
        for at in range(0, len(fields), 24):
            if fields[at]:
                numbers += (
                    _number(fields[at : at + 12], header.data),
                    _number(fields[at + 12 : at + 24], header.data),
                )
        if not more:
            break
        if len(numbers) > 2 * MAX_HOLES:
            raise LimitExceeded(f"a sparse member of more than {MAX_HOLES} ranges", header.data)
        block = tar.read(header.data, BLOCK, "a sparse map")
        fields, more = block[:504], block[504]
        header.data += BLOCK
    header.ranges = tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _sparse_1_0(tar: Window, header: _Header) -> None:
    """Read the sparse map of pax format 1.0: decimal lines in front of the data, padded to whole blocks."""
    body = tar.read_upto(header.data, min(header.size, MAX_EXTENSION))
    count, _, rest = body.partition(b"\n")
    if not count.isdigit() or len(count) > 9:
        raise Malformed("a sparse map without its length", header.data)
    if int(count) > MAX_HOLES:
        raise LimitExceeded(f"a sparse member of more than {MAX_HOLES} ranges", header.data)
    *lines, tail = rest.split(b"\n", 2 * int(count))
    used = -(-(len(body) - len(tail)) // BLOCK) * BLOCK
    if len(lines) < 2 * int(count) or used > header.size:
        raise Malformed("a sparse map longer than its member", header.data)
    header.ranges = _ranges(lines, header)
    header.data += used
    header.size -= used


def _ranges(numbers: list[bytes], header: _Header) -> Ranges:
    if len(numbers) % 2 or any(not number.isdigit() or len(number) > 19 for number in numbers):
        raise Malformed("a bad sparse map", header.data)
    return tuple((int(offset), int(size)) for offset, size in zip(numbers[::2], numbers[1::2], strict=True))


def _member(tar: Window, header: _Header) -> Member:
    name = header.name.decode("utf-8", "surrogateescape")
    size = header.size if header.ranges is None else header.real_size
    content: Content = in_place(tar, header.data, header.size)
    if header.ranges is not None and isinstance(content, Stored):
        content = Packed(partial(_expand, content.window, header.ranges, header.real_size or 0, header.offset))
    return Member(name, size, header.mode, content)


def _expand(data: Window, ranges: Ranges, size: int, where: int) -> Iterator[bytes]:
    """Yield a sparse file's bytes with its holes as zeros; raise Malformed when map and data disagree."""
    at = stored = 0
    for offset, length in ranges:
        if offset < at:
            raise Malformed("a sparse map goes backwards", where)
        at = offset + length
        stored += length
    if at > size or stored > data.size:
        raise Malformed("a sparse map reaches past its file", where)
    check_ratio(size, data.size + BLOCK, where)
    at = stored = 0
    for offset, length in ranges:
        yield from _zeros(offset - at)
        for _, chunk in data.chunks(stored, stored + length, STEP):
            yield chunk
        stored += length
        at = offset + length
    yield from _zeros(size - at)


def _zeros(count: int) -> Iterator[bytes]:
    for at in range(0, count, STEP):
        yield bytes(min(STEP, count - at))
