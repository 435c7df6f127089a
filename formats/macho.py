"""Mach-O reader, on macholib's layouts: thin files and universal ones, one Image a slice.

The slices of a universal file stand in a big-endian table, of 32-bit offsets (CAFEBABE) or 64-bit ones
(CAFEBABF); the number of slices has 32 bits in both (mach-o/fat.h).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final

from macholib import mach_o
from macholib.ptypes import sizeof

from formats.codesign import read_signature
from formats.errors import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import (
    BadSlice,
    CodeSignature,
    Format,
    Image,
    LoadCommand,
    Located,
    MachoNative,
    Unknown,
)
from formats.macho_commands import THIN_MAGICS, Command, Header, MappedSegment, read_header, read_segments
from formats.macho_defects import command_defects
from formats.macho_fixups import pointer_format
from formats.window import Window

ERRORS: Final = (struct.error,)
"""What macholib's structures raise, for bytes that are too few."""

_FAT, _FAT_64 = b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"
_ARCHIVE: Final = b"!<arch>\n"
_MAX_SLICES: Final = 16
"""Slices of a universal file: dyld takes no more (apple-oss-distributions/dyld, Universal.h, kMaxSliceCount)."""
_MAX_DEFECTS: Final = 32  # defects told of one slice

_SUBTYPE: Final = 0x00FFFFFF  # the top byte holds capabilities, such as arm64e's ABI version
_MACHINES: Final = {
    0x7: "i386",
    0xC: "arm",
    0x01000007: "x86-64",
    0x0100000C: "aarch64",
    0x0200000C: "aarch64",
    0x01000012: "ppc64",
}
_ARCHITECTURES: Final = {
    (0x7, 3): "i386",
    (0x7, 4): "i486",
    (0x01000007, 3): "x86_64",
    (0x01000007, 4): "x86_64",
    (0x01000007, 8): "x86_64h",
    (0xC, 0): "arm",
    (0xC, 5): "armv4t",
    (0xC, 6): "armv6",
    (0xC, 7): "armv5",
    (0xC, 8): "xscale",
    (0xC, 9): "armv7",
    (0xC, 10): "armv7f",
    (0xC, 11): "armv7s",
    (0xC, 12): "armv7k",
    (0xC, 14): "armv6m",
    (0xC, 15): "armv7m",
    (0xC, 16): "armv7em",
    (0x0100000C, 0): "arm64",
    (0x0100000C, 1): "arm64v8",
    (0x0100000C, 2): "arm64e",
    (0x0200000C, 0): "arm64_32",
    (0x0200000C, 1): "arm64_32",
    (0x12, 0): "ppc",
    (0x12, 9): "ppc750",
    (0x12, 10): "ppc7400",
    (0x12, 11): "ppc7450",
    (0x12, 100): "ppc970",
    (0x01000012, 0): "ppc64",
    (0x01000012, 100): "ppc970-64",
}
"""Names as lipo spells them (apple-oss-distributions/cctools, libstuff/arch.c)."""

_FILE_TYPES: Final = {
    1: "MH_OBJECT",
    2: "MH_EXECUTE",
    3: "MH_FVMLIB",
    4: "MH_CORE",
    5: "MH_PRELOAD",
    6: "MH_DYLIB",
    7: "MH_DYLINKER",
    8: "MH_BUNDLE",
    9: "MH_DYLIB_STUB",
    10: "MH_DSYM",
    11: "MH_KEXT_BUNDLE",
    12: "MH_FILESET",
}
_DYLIBS: Final = (
    "LC_LOAD_DYLIB",
    "LC_LOAD_WEAK_DYLIB",
    "LC_REEXPORT_DYLIB",
    "LC_LOAD_UPWARD_DYLIB",
    "LC_LAZY_LOAD_DYLIB",
)
_VERSION_MIN: Final = {
    "LC_VERSION_MIN_MACOSX": 1,
    "LC_VERSION_MIN_IPHONEOS": 2,
    "LC_VERSION_MIN_TVOS": 3,
    "LC_VERSION_MIN_WATCHOS": 4,
}
"""The PLATFORM_* that the older commands stand for."""


def read(window: Window) -> tuple[Image | BadSlice, ...]:
    """Parse a Mach-O's headers into one Image per slice.

    A slice of a universal file that cannot be read becomes a BadSlice and the others are read. Raises Malformed for
    a universal file without slices or with overlapping ones, LimitExceeded for one of too many.
    """
    magic = window.read_upto(0, 4)
    if magic in {_FAT, _FAT_64}:
        return tuple(_universal(window, wide=magic == _FAT_64))
    return (_thin(window, None),)


class _Slice:
    """An entry of the table of slices."""

    __slots__ = ("at", "cpu_subtype", "cpu_type", "name", "offset", "size")

    def __init__(self, raw: mach_o.fat_arch | mach_o.fat_arch64, at: int) -> None:
        self.at = at
        self.cpu_type = int(raw.cputype) & 0xFFFFFFFF
        self.cpu_subtype = int(raw.cpusubtype) & _SUBTYPE
        self.offset = int(raw.offset)
        self.size = int(raw.size)
        self.name = _architecture(self.cpu_type, self.cpu_subtype)


def _architecture(cpu_type: int, cpu_subtype: int) -> str:
    """Return the architecture's name as lipo spells it, or both numbers."""
    subtype = cpu_subtype & _SUBTYPE
    return _ARCHITECTURES.get((cpu_type, subtype), f"{cpu_type:#x}/{subtype:#x}")


def _universal(window: Window, *, wide: bool) -> Iterator[Image | BadSlice]:
    slices = _table(window, wide=wide)
    for entry in slices:
        try:
            yield _slice(window, entry)
        except FormatError as error:
            yield BadSlice(entry.name, error)
        except ERRORS as error:
            yield BadSlice(entry.name, Malformed(str(error), window.base + entry.offset))


def _table(window: Window, *, wide: bool) -> list[_Slice]:
    """Return the slices; raise when the table contradicts itself, as the kernel does (xnu, mach_fat.c)."""
    count = window.integer(4, 4, "big", "universal header")
    if count == 0:
        raise Malformed("a universal file without slices", window.base + 4)
    if count > _MAX_SLICES:
        raise LimitExceeded(f"{count} slices are over the limit of {_MAX_SLICES}", window.base + 4)
    layout = mach_o.fat_arch64 if wide else mach_o.fat_arch
    size = sizeof(layout)
    end = 8 + count * size
    table = window.read(8, count * size, "table of slices")
    slices = [
        _Slice(layout.from_str(table[i * size : (i + 1) * size], _endian_=">"), 8 + i * size) for i in range(count)
    ]
    for entry in sorted(slices, key=lambda entry: entry.offset):
        if entry.offset < end:
            raise Malformed(f"slice {entry.name} overlaps what is before it in the file", window.base + entry.at)
        end = entry.offset + entry.size
    kinds = {(entry.cpu_type, entry.cpu_subtype) for entry in slices}
    if len(kinds) < count:
        raise Malformed("two slices are of one architecture", window.base + 8)
    return slices


def _slice(window: Window, entry: _Slice) -> Image | BadSlice:
    part = window.sub(entry.offset, entry.size, f"slice {entry.name}")
    magic = part.read_upto(0, 8)
    if magic[:4] in {_FAT, _FAT_64}:
        raise Malformed("a universal file as a slice of another", part.base)
    if magic == _ARCHIVE:
        return BadSlice(entry.name, NotRecognised("an archive of objects, not an executable", part.base), part)
    image = _thin(part, entry.name)
    if isinstance(image.native, MachoNative) and image.native.architecture != entry.name:
        found = image.native.architecture
        raise Malformed(f"the slice is {found} where the universal header says {entry.name}", part.base + 4)
    return image


def _thin(window: Window, name: str | None) -> Image:
    if window.read(0, 4, "Mach-O magic") not in THIN_MAGICS:
        raise NotRecognised("not a Mach-O", window.base)
    header = read_header(window)
    segments = read_segments(header)
    for mapped in segments:
        segment = mapped.segment
        if segment.offset + segment.file_size > window.size:
            raise Truncated(
                f"segment {segment.name} at {segment.offset:#x} of {segment.file_size} bytes reaches past the end"
                f" ({window.size} bytes)",
                window.base + window.size,
            )
    return Image(
        format=Format.MACHO,
        machine=_MACHINES.get(header.cpu_type, f"{header.cpu_type:#x}"),
        bits=header.bits,
        byteorder=header.byteorder,
        slice=name,
        window=window,
        machine_offset=4,
        segments=tuple(mapped.segment for mapped in segments),
        sections=tuple(section for mapped in segments for section, _ in mapped.sections),
        native=_native(window, header, segments),
    )


def _native(window: Window, header: Header, segments: tuple[MappedSegment, ...]) -> MachoNative:
    platform, min_os, sdk, platform_at = _platform(header)
    uuid = header.first("LC_UUID")
    entry = header.first("LC_MAIN", "LC_UNIXTHREAD")
    signature_range, signature = _signature(window, header)
    return MachoNative(
        cpu_type=header.cpu_type,
        cpu_subtype=header.cpu_subtype,
        architecture=_architecture(header.cpu_type, header.cpu_subtype),
        file_type=_FILE_TYPES.get(header.file_type, f"{header.file_type:#x}"),
        flags=header.flags,
        flags_offset=24,
        load_commands=tuple(LoadCommand(name=c.name, size=len(c.data), offset=c.offset) for c in header.commands),
        interpreter=next(iter(_strings(header, "name", "LC_LOAD_DYLINKER")), None),
        dylibs=tuple(_strings(header, "name", *_DYLIBS)),
        rpaths=tuple(_strings(header, "path", "LC_RPATH")),
        platform=platform,
        platform_offset=platform_at,
        min_os=min_os,
        sdk=sdk,
        uuid=_uuid(uuid) if uuid else None,
        uuid_offset=uuid.offset + 8 if uuid else None,
        entry=entry.name if entry else None,
        signature=signature,
        signature_range=signature_range,
        command_defects=tuple(islice(command_defects(header, segments), _MAX_DEFECTS)),
        pointer_format=pointer_format(window, header),
        symbols=_has_symbols(header),
        dwarf=any(
            section.name.startswith(("__DWARF,__debug_", "__DWARF,__zdebug_"))
            for mapped in segments
            for section, _ in mapped.sections
        ),
    )


def _strings(header: Header, field: str, *names: str) -> Iterator[Located]:
    """Yield the string each of these load commands carries; its field holds the string's place in the command."""
    for command in header.named(*names):
        at = int(getattr(command.fields(), field))
        yield Located(command.text(at), command.offset + at)


def _platform(header: Header) -> tuple[int | None, str | None, str | None, int | None]:
    """Return platform, minimum OS, SDK and where they stand; a zippered library's first platform."""
    command = header.first("LC_BUILD_VERSION", *_VERSION_MIN)
    if command is None:
        return None, None, None, None
    raw = command.fields()
    if command.name == "LC_BUILD_VERSION":
        return int(raw.platform), _version(int(raw.minos)), _version(int(raw.sdk)), command.offset + 8
    return _VERSION_MIN[command.name], _version(int(raw.version)), _version(int(raw.sdk)), command.offset + 8


def _version(packed: int) -> str | None:
    """Return xxxx.yy.zz as "13.0" or "10.15.7"; 0 is "none", as linkers without an SDK write it."""
    if packed == 0:
        return None
    major, minor, patch = packed >> 16, packed >> 8 & 0xFF, packed & 0xFF
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"


def _uuid(command: Command) -> str:
    text = bytes(command.fields().uuid).hex().upper()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _signature(window: Window, header: Header) -> tuple[tuple[int, int] | None, CodeSignature | Unknown | None]:
    command = header.first("LC_CODE_SIGNATURE")
    if command is None:
        return None, None
    raw = command.fields()
    place = int(raw.dataoff), int(raw.datasize)
    return place, read_signature(window, *place)


def _has_symbols(header: Header) -> bool:
    """Whether the table names the program's own symbols: with -s Go keeps those it imports."""
    dynamic = header.first("LC_DYSYMTAB")
    if dynamic is not None:
        raw = dynamic.fields()
        return bool(raw.nlocalsym or raw.nextdefsym)
    table = header.first("LC_SYMTAB")
    return table is not None and bool(table.fields().nsyms)
