"""Packers: programs that unpack the real one when they start, so that nothing of it can be read from the file.

UPX is told by what its own unpacker reads (upx, src/packhead.cpp, p_lx_elf.cpp, p_mach.cpp): an ``l_info`` right after
the program headers or load commands or at the start of a section, and a pack header with a checksum, at the file's end
or, in PE, before the first section. The letters "UPX!" alone prove nothing: whatever detects UPX holds them. Others are
told by the section names they give a PE file.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from formats.image import ElfNative, Image, MachoNative, PeNative, Unknown
from inspector.model import Evidence, Observed

_MAGIC: Final = b"UPX!"
_HEADER: Final = 32  # PackHeader::getPackHeaderSize for all but DOS formats, since version 10 (UPX 0.90, 1999)
_MODULUS: Final = 251  # get_packheader_checksum
_BIG_ENDIAN_FORMATS: Final = 128  # from here on the numbers of a pack header are big-endian
_LINFO, _PINFO = 12, 12  # sizeof(l_info), sizeof(p_info), src/stub/src/include/linux.h
_MAX_SECTIONS: Final = 8  # of a packed Mach-O: it has two
_TAIL: Final = 256
"""Bytes at the end in which a pack header stands: it is followed by its place alone (4 bytes), up to alignment."""
_PE_HEAD: Final = 4096
"""Bytes in which UPX's PE header stands: between the section table and the first section, at most one page on."""

# UPX_F_* of src/conf.h, without the formats that are no ELF, PE or Mach-O.
_ELF_FORMATS: Final = frozenset({10, 12, 20, 22, 23, 24, 25, 30, 39, 42, 132, 133, 137, 140})
_PE_FORMATS: Final = frozenset({9, 21, 36, 43, 44})
_MACHO_FORMATS: Final = frozenset({29, 32, 33, 34, 35, 37, 131, 133, 138, 139, 142})

# Names a packer gives the sections of a PE file, two of which or one of which no linker writes.
_SECTIONS: Final = (
    ("UPX", ("UPX0", "UPX1")),
    ("MPRESS", (".MPRESS1", ".MPRESS2")),
    ("ASPack", (".aspack", ".adata")),
    ("Themida", (".themida",)),
    ("WinLicense", (".winlice",)),
    ("VMProtect", (".vmp0",)),
    ("Enigma", (".enigma1", ".enigma2")),
    ("NsPack", (".nsp0", ".nsp1")),
    ("Petite", (".petite",)),
    ("WWPack32", (".WWP32",)),
    ("PECompact", ("PEC2",)),
    ("kkrunchy", ("kkrunchy",)),
)


class Packer(msgspec.Struct, frozen=True):
    """What packed a file, and what proves it."""

    name: str  # "UPX 3.95"
    proof: tuple[Evidence, ...]

    @property
    def hidden(self) -> Unknown:
        """Why nothing of the packed program is known."""
        return Unknown(f"packed with {self.name}: what is inside cannot be read")


def find_packer(image: Image) -> Packer | None:
    """Name the packer of a file in which no function table is to be seen; None when nothing proves one."""
    native = image.native
    if isinstance(native, ElfNative):
        return _upx(image, [sum(native.program_headers)], _ELF_FORMATS)  # right behind them UPX puts its l_info
    if isinstance(native, MachoNative):
        return _upx(image, _in_macho(image, native), _MACHO_FORMATS)
    return _in_pe(image) if isinstance(native, PeNative) else None


def conceal(observed: Observed, packer: Packer) -> Observed:
    """Take back what the headers say of the unpacker and would pass for facts of the program inside it."""
    why = packer.hidden
    return msgspec.structs.replace(
        observed,
        **dict.fromkeys(_OF_THE_UNPACKER, why),
        goos=why if isinstance(observed.goos, Unknown) else observed.goos,
    )


_OF_THE_UNPACKER: Final = (
    "buildmode",
    "linkage",
    "interpreter",
    "needed",
    "rpath",
    "libc",
    "glibc_floor",
    "symbols",
    "dwarf",
    "build_id",
    "gnu_build_id",
    "pristine",
    "microarch",
)


def _upx(image: Image, usual: list[int], formats: frozenset[int]) -> Packer | None:
    """Look for the l_info: at its usual places, or where the pack header at the file's end says that it is.

    The pack header alone could be that of a packed program appended to another one.
    """
    window = image.window
    start = max(0, window.size - _TAIL)
    tail = window.read_upto(start, _TAIL)
    at = _pack_header(tail, formats)
    places = [*usual]
    if at is not None:  # the four bytes after it are where the p_info is, which follows the l_info
        after = tail[at + _HEADER : at + _HEADER + 4]
        places.append(int.from_bytes(after, image.byteorder) - _LINFO)
    for place in places:
        if place > 0 and _is_linfo(window.read_upto(place, _LINFO + _PINFO), image.byteorder, formats):
            proof = [Evidence("UPX l_info", "UPX!", window.base + place)]
            if at is not None:
                proof.append(Evidence("UPX pack header", "UPX! with a valid checksum", window.base + start + at))
            return Packer("UPX", tuple(proof))
    return None


def _is_linfo(raw: bytes, order: str, formats: frozenset[int]) -> bool:
    """Check l_info (checksum, magic, size, version, format) and the p_info after it (program, file and block size)."""
    if len(raw) < _LINFO + _PINFO or raw[4:8] != _MAGIC:
        return False
    mark = "<" if order == "little" else ">"
    size, _version, packed_format, program, file_size, block_size = struct.unpack(mark + "HBBIII", raw[8:])
    return packed_format in formats and size > 0 and program == 0 and 0 < block_size <= file_size


def _pack_header(raw: bytes, formats: frozenset[int]) -> int | None:
    """Return where in ``raw`` a pack header with a valid checksum, a known format and plausible sizes stands."""
    at = raw.find(_MAGIC)
    while at >= 0:
        header = raw[at : at + _HEADER]
        if len(header) == _HEADER and header[5] in formats and sum(header[4:-1]) % _MODULUS == header[-1]:
            if header[5] < _BIG_ENDIAN_FORMATS:
                unpacked, packed = struct.unpack_from("<II", header, 16)
            else:
                unpacked, packed = struct.unpack_from(">II", header, 8)
            if 0 < packed <= unpacked:
                return at
        at = raw.find(_MAGIC, at + 1)
    return None


def _in_pe(image: Image) -> Packer | None:
    window = image.window
    head = window.read_upto(0, _PE_HEAD)
    at = _pack_header(head, _PE_FORMATS)
    if at is not None:
        proof = Evidence("UPX pack header", "UPX! with a valid checksum", window.base + at)
        return Packer(f"UPX{_release(head, at)}", (*_named(image, ("UPX0", "UPX1")), proof))
    for name, sections in _SECTIONS:
        found = _named(image, sections)
        if len(found) == len(sections):
            return Packer(name, found)
    return None


def _release(head: bytes, at: int) -> str:
    """Return " 3.95" where the release stands before the pack header, ended by a NUL."""
    text = head[max(0, at - 5) : max(0, at - 1)].decode("ascii", "replace")
    return f" {text}" if text.replace(".", "", 1).isdecimal() and head[at - 1] == 0 else ""


def _named(image: Image, names: tuple[str, ...]) -> tuple[Evidence, ...]:
    sections = () if isinstance(image.sections, Unknown) else image.sections
    base = image.window.base
    return tuple(
        Evidence("section", s.name, None if not s.size else base + s.offset) for s in sections if s.name in names
    )


def _in_macho(image: Image, native: MachoNative) -> list[int]:
    """Return where the load commands end and where the first sections begin: either may be UPX's place (p_mach.cpp)."""
    sections = () if isinstance(image.sections, Unknown) else image.sections
    end = max((c.offset + c.size for c in native.load_commands), default=0)
    return [end, *(section.offset for section in sections[:_MAX_SECTIONS])]
