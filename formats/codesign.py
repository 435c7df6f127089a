"""The code signature embedded in a Mach-O: the SuperBlob, its CodeDirectories and their page hashes.

Every field is big-endian, whatever the image is. Layouts: apple-oss-distributions/xnu, osfmk/kern/cs_blobs.h.
What the kernel accepts, and which CodeDirectory it goes by: bsd/kern/ubc_subr.c, cs_validate_csblob,
cs_validate_codedirectory and hash_rank.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from formats.errors import FormatError, LimitExceeded, Malformed
from formats.image import CodeSignature, Unknown
from formats.window import Window

_EMBEDDED_SIGNATURE, _CODE_DIRECTORY, _BLOB_WRAPPER = 0xFADE0CC0, 0xFADE0C02, 0xFADE0B01
_SLOT_CODE_DIRECTORY, _SLOT_ALTERNATES, _SLOT_CMS = 0, range(0x1000, 0x1005), 0x10000

_HASH_SIZES: Final = {1: 20, 3: 20, 2: 32, 4: 48}
"""Bytes of a hash by hash type, in the kernel's order of preference, the best last: SHA-1, SHA-256 cut to 20
bytes, SHA-256, SHA-384."""

_HEADER: Final = struct.Struct(">9I4BI")  # up to and with spare2: version 0x20000 and before
_PAGE_SHIFTS: Final = range(12, 15)  # PAGE_SHIFT_4K to arm64's PAGE_SHIFT
_SCATTER, _CODE_LIMIT_64 = 0x20100, 0x20300  # the versions that brought these fields

_MAX_BLOBS: Final = 128  # blobs of a SuperBlob: 16 kinds are defined
_MAX_SLOTS: Final = 1 << 20  # page hashes: 4 GiB of code, all that the 32-bit code limit of a directory can say


class _Directory(msgspec.Struct, frozen=True, kw_only=True):
    """One CodeDirectory's header; offsets count from the directory's own start."""

    at: int  # offset in the signature
    length: int
    version: int
    flags: int
    hash_offset: int
    ident_offset: int
    special_slots: int
    code_slots: int
    code_limit: int
    hash_size: int
    hash_type: int
    page_shift: int


def read_signature(window: Window, offset: int, size: int) -> CodeSignature | Unknown:
    """Parse the signature in ``size`` bytes at ``offset`` of an image's window.

    Unknown, with the reason, when the kernel would refuse what is there. Never raises FormatError: a broken
    signature leaves the rest of the image readable.
    """
    try:
        return _signature(window, offset, size)
    except FormatError as error:
        return Unknown(error.what)


def _signature(window: Window, offset: int, size: int) -> CodeSignature:
    blob = window.sub(offset, size, "code signature")
    magic, length = _blob(blob, 0)
    blob = blob.sub(0, length, "code signature")
    if magic == _CODE_DIRECTORY:  # the kernel takes a bare CodeDirectory too
        index = [(_SLOT_CODE_DIRECTORY, 0)]
    elif magic == _EMBEDDED_SIGNATURE:
        index = _index(blob)
    else:
        raise Malformed(f"{magic:#x} is not the magic of a code signature")
    best = _best(
        [_directory(blob, at) for slot, at in index if slot == _SLOT_CODE_DIRECTORY or slot in _SLOT_ALTERNATES]
    )
    return CodeSignature(
        offset=offset,
        size=size,
        kind="cms" if _has_cms(blob, index) else "adhoc",
        identifier=_identifier(blob, best),
        flags=best.flags,
        hash_type=best.hash_type,
        page_size=1 << best.page_shift,
        code_limit=best.code_limit,
        slots=_slots(blob, best, window.size),
        directory_offset=offset + best.at,
    )


def _blob(blob: Window, at: int) -> tuple[int, int]:
    """Return the magic and the length of the blob at ``at``; its length includes these eight bytes."""
    magic, length = struct.unpack(">2I", blob.read(at, 8, "blob of the code signature"))
    if length < 8 or length > blob.size - at:
        raise Malformed(f"a blob of {length} bytes does not fit the code signature")
    return magic, length


def _index(blob: Window) -> list[tuple[int, int]]:
    """Return (slot, offset) of every blob of the SuperBlob."""
    count = blob.integer(8, 4, "big", "count of blobs")
    if count > _MAX_BLOBS:
        raise LimitExceeded(f"{count} blobs of a code signature are over the limit of {_MAX_BLOBS}")
    return list(struct.iter_unpack(">2I", blob.read(12, 8 * count, "index of the code signature")))


def _has_cms(blob: Window, index: list[tuple[int, int]]) -> bool:
    """Whether there is a signature over the directories; ad-hoc signing may leave an empty wrapper for it."""
    wrappers = (_blob(blob, at) for slot, at in index if slot == _SLOT_CMS)
    return any(magic == _BLOB_WRAPPER and length > 8 for magic, length in wrappers)


def _directory(blob: Window, at: int) -> _Directory:
    magic, length = _blob(blob, at)
    if magic != _CODE_DIRECTORY:
        raise Malformed(f"{magic:#x} is not the magic of a CodeDirectory")
    body = blob.sub(at, length, "CodeDirectory")
    fields = _HEADER.unpack(body.read(0, _HEADER.size, "CodeDirectory"))
    _, _, version, flags, hash_offset, ident_offset, special, code, limit, hash_size, hash_type, _, shift, _ = fields
    if version >= _SCATTER and body.integer(44, 4, "big"):
        raise Malformed("the CodeDirectory has a scatter list, which no linker writes any more")
    if version >= _CODE_LIMIT_64:
        limit = body.integer(56, 8, "big") or limit
    directory = _Directory(
        at=at,
        length=length,
        version=version,
        flags=flags,
        hash_offset=hash_offset,
        ident_offset=ident_offset,
        special_slots=special,
        code_slots=code,
        code_limit=limit,
        hash_size=hash_size,
        hash_type=hash_type,
        page_shift=shift,
    )
    _validate(directory)
    return directory


def _validate(directory: _Directory) -> None:
    """Raise Malformed for what cs_validate_codedirectory refuses."""
    if directory.page_shift not in _PAGE_SHIFTS:
        raise Malformed(f"the CodeDirectory's pages of 2**{directory.page_shift} bytes are no page size")
    size = _HASH_SIZES.get(directory.hash_type)
    if size is None or size != directory.hash_size:
        raise Malformed(f"hash type {directory.hash_type} with {directory.hash_size} bytes a hash is not defined")
    before, after = directory.special_slots * size, directory.code_slots * size
    if directory.hash_offset < before or directory.hash_offset + after > directory.length:
        raise Malformed("the CodeDirectory's hashes reach past its ends")


def _best(directories: list[_Directory]) -> _Directory:
    """Return the directory the kernel goes by: the one with the strongest hash. Two of one type are refused."""
    types = [directory.hash_type for directory in directories]
    if not types:
        raise Malformed("the code signature has no CodeDirectory")
    if len(set(types)) < len(types):
        raise Malformed("the code signature has two CodeDirectories of one hash type")
    order = list(_HASH_SIZES)
    return max(directories, key=lambda directory: order.index(directory.hash_type))


def _identifier(blob: Window, directory: _Directory) -> str:
    if directory.ident_offset == 0:
        return ""
    body = blob.sub(directory.at, directory.length, "CodeDirectory")
    return body.string(directory.ident_offset, "identifier").decode("utf-8", "backslashreplace")


def _slots(blob: Window, directory: _Directory, image_size: int) -> tuple[bytes, ...]:
    """Return the hash of every page up to the code limit, in order.

    The kernel finds a page without a hash invalid when it is touched, so a directory that has too few is as
    broken as one with a wrong hash. Hashes beyond the code limit are never looked at.
    """
    if directory.code_limit > image_size:
        raise Malformed(
            f"the code limit {directory.code_limit:#x} is past the end of the image ({image_size:#x} bytes)"
        )
    pages = -(-directory.code_limit >> directory.page_shift)
    if pages > directory.code_slots:
        raise Malformed(f"the CodeDirectory has {directory.code_slots} hashes for {pages} pages")
    if pages > _MAX_SLOTS:
        raise LimitExceeded(f"{pages} page hashes are over the limit of {_MAX_SLOTS}")
    size = directory.hash_size
    data = blob.read(directory.at + directory.hash_offset, pages * size, "page hashes")
    return tuple(data[at : at + size] for at in range(0, len(data), size))
