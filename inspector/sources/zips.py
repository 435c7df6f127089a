"""List the files of a zip over a Window. The central directory is read by zipfile, the data by ``decode``."""

from __future__ import annotations

import io
import stat
import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from formats import LimitExceeded, Malformed, Truncated, Unknown, Window
from inspector.sources.decode import Codec, bzip2, deflate, unpack, zstd
from inspector.sources.limits import FIRST_STEP, MAX_DIRECTORY, STEP
from inspector.sources.member import Member, Packed
from inspector.sources.trouble import Unreadable

if TYPE_CHECKING:
    from zipfile import ZipInfo

_STORED: Final = 0

_CODECS: Final[dict[int, Callable[[], Codec]]] = {8: deflate, 12: bzip2, 93: zstd}
"""By compression method (APPNOTE.TXT 4.4.5). Method 14, LZMA, is left out: its bare stream lets a member claim
4 GiB of memory, and no release tool writes it."""

_OTHER_METHODS: Final = {9: "Deflate64", 14: "LZMA", 95: "XZ", 98: "PPMd", 99: "AES"}

_UNIX: Final = frozenset({3, 19})
"""Host systems (APPNOTE.TXT 4.4.2.2) whose external attributes hold a mode: Unix and macOS."""

_END_SIZE: Final = 22
"""Bytes of the end record without its comment, of which there may be 65535 (APPNOTE.TXT 4.3.16)."""

_LOCAL_SIZE: Final = 30
"""Bytes of a local header without its name and its extra field."""

_ENCRYPTED: Final = 0x1
_PATCHED: Final = 0x20
_UTF8: Final = 0x800


def members(archive: Window) -> Iterator[Member]:
    """Yield the regular files in the directory's order.

    Raises Truncated, Malformed, LimitExceeded or Unreadable when the central directory cannot be read.
    """
    infos = _directory(archive)
    _check_overlap(infos)
    for info in infos:
        mode = info.external_attr >> 16 if info.create_system in _UNIX else 0
        if info.orig_filename.endswith("/") or stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            continue  # a directory, a link, a device
        kept = stat.S_IMODE(mode) if mode else Unknown("the zip keeps no mode for it")
        yield Member(info.orig_filename, info.file_size, kept, Packed(partial(_pieces, archive, info)))


def _check_overlap(infos: list[ZipInfo]) -> None:
    """Raise Malformed when members share bytes, which makes of 42 KB a bomb of 5 GB (bamsoftware.com/hacks/zipbomb).

    Info-ZIP's unzip and, since CVE-2024-0450, Python do not unpack these either.
    """
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < 0:
            raise Malformed("a member of the zip stands before its start")
        if info.header_offset < end:
            raise Malformed("members of the zip overlap, as in a zip bomb", info.header_offset)
        # At least: a local header has a name, and may have more than that (APPNOTE.TXT 4.3.7).
        end = info.header_offset + _LOCAL_SIZE + len(info.orig_filename) + info.compress_size


def _directory(archive: Window) -> list[ZipInfo]:
    import warnings
    import zipfile

    try:
        # Of an empty Unicode name zipfile warns from Python 3.12 on (gh-86094).
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(_Bounded(archive)) as opened:
            return opened.infolist()
    except zipfile.BadZipFile as error:
        if not _has_end(archive):
            raise Truncated("the central directory at its end is missing", archive.size) from error
        raise Malformed(f"the zip's directory: {error}") from error
    except NotImplementedError as error:
        raise Unreadable(f"the zip's directory: {error}") from error
    except (ValueError, struct.error) as error:  # a name that is no UTF-8, an impossible offset, a short record
        raise Malformed(f"the zip's directory: {error}") from error


def _has_end(archive: Window) -> bool:
    """Tell whether a whole end record is where zipfile looks for one: within a comment's length from the end."""
    tail = archive.read_upto(max(archive.size - _END_SIZE - 0xFFFF, 0), _END_SIZE + 0xFFFF)
    return 0 <= tail.rfind(b"PK\5\6") <= len(tail) - _END_SIZE


def _data(archive: Window, info: ZipInfo) -> Window:
    """Return the member's packed bytes, which stand behind its local header (APPNOTE.TXT 4.3.7)."""
    at = info.header_offset
    header = archive.read(at, _LOCAL_SIZE, "a local header")
    if header[:4] != b"PK\3\4":
        raise Malformed("no local header where the directory says", at)
    name_size, extra_size = struct.unpack_from("<HH", header, 26)
    name = archive.read(at + _LOCAL_SIZE, name_size, "a local header's name")
    if name != info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437"):
        raise Malformed("the local header names another file than the directory", at + _LOCAL_SIZE)
    return archive.sub(at + _LOCAL_SIZE + name_size + extra_size, info.compress_size, "the member")


def _pieces(archive: Window, info: ZipInfo) -> Iterator[bytes]:
    """Yield the member's bytes; raise Malformed when size or CRC are not what the directory says."""
    import zlib

    size = crc = 0
    for piece in _unpacked(archive, info):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > info.file_size:
            raise Malformed(
                f"it unpacks to more than the {info.file_size} bytes its directory claims", info.header_offset
            )
        yield piece
    if size != info.file_size:
        raise Malformed(f"it unpacks to {size} bytes, its directory claims {info.file_size}", info.header_offset)
    if crc != info.CRC:
        raise Malformed(f"its CRC-32 is {crc:08x}, its directory says {info.CRC:08x}", info.header_offset)


def _unpacked(archive: Window, info: ZipInfo) -> Iterator[bytes]:
    if info.flag_bits & (_ENCRYPTED | _PATCHED):
        raise Unreadable("encrypted" if info.flag_bits & _ENCRYPTED else "compressed patched data")
    if info.compress_type == _STORED:
        return _copied(_data(archive, info))
    if info.compress_type not in _CODECS:
        name = _OTHER_METHODS.get(info.compress_type, "unknown")
        raise Unreadable(f"zip compression method {info.compress_type} ({name}) is not supported")
    return unpack(_data(archive, info), _CODECS[info.compress_type]())


def _copied(packed: Window) -> Iterator[bytes]:
    yield packed.read_upto(0, FIRST_STEP)
    for _, chunk in packed.chunks(FIRST_STEP, step=STEP):
        yield chunk


class _Bounded(io.RawIOBase):
    """A window as the file zipfile wants; a central directory, which it reads whole, is bounded here."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._at = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._window.size}[whence]
        if at < 0:
            raise OSError("before the start")  # what zipfile expects of a file too short for the record it seeks
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        left = max(self._window.size - self._at, 0)
        size = left if size < 0 else min(size, left)
        if size > MAX_DIRECTORY:
            raise LimitExceeded(f"a zip directory of {size} bytes is over the limit of {MAX_DIRECTORY}", self._at)
        data = self._window.read_upto(self._at, size)
        self._at += size
        return data
