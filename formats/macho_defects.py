"""What makes macOS refuse a Mach-O program, by its headers alone.

Sources: dyld as of macOS 26, which validates main executables too (apple-oss-distributions/dyld,
mach_o/UnsafeHeader.cpp: validStructureLoadCommands, validSegment, validSemanticsSegments, validSemanticsMain;
mach_o/Image.cpp: validStructureLinkedit), and the kernel (apple-oss-distributions/xnu, bsd/kern/mach_loader.c:
parse_machfile, load_segment). The size of a load command being a multiple of 4 or 8 is loader.h's demand.

What cannot be stepped over is no defect but Malformed, and what reaches past the end of the file is Truncated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from macholib import mach_o
from macholib.ptypes import sizeof

from formats.image import Segment
from formats.macho_commands import Command, Header, MappedSegment

Defect = tuple[str, str, int]  # label, value, window offset

_LOADED: Final = frozenset({2, 6, 7, 8})  # MH_EXECUTE, MH_DYLIB, MH_DYLINKER, MH_BUNDLE: what dyld or the kernel maps
_EXECUTE: Final = 2
_BIG_PAGES: Final = frozenset({0x0100000C, 0x0200000C})  # arm64 and arm64_32 have pages of 16 KiB
_VERSIONS: Final = (
    "LC_BUILD_VERSION",
    "LC_VERSION_MIN_MACOSX",
    "LC_VERSION_MIN_IPHONEOS",
    "LC_VERSION_MIN_TVOS",
    "LC_VERSION_MIN_WATCHOS",
)
_ONCE: Final = (
    ("LC_UUID",),
    ("LC_MAIN", "LC_UNIXTHREAD"),
    ("LC_LOAD_DYLINKER",),
    ("LC_CODE_SIGNATURE",),
    ("LC_SYMTAB",),
    ("LC_DYSYMTAB",),
    ("LC_DYLD_INFO", "LC_DYLD_INFO_ONLY"),
    _VERSIONS,
)
"""Kinds of load command of which a program may have one at most."""

_FIXED_SIZE: Final = frozenset(
    {
        "LC_SYMTAB",
        "LC_DYSYMTAB",
        "LC_UUID",
        "LC_MAIN",
        "LC_DYLD_INFO",
        "LC_DYLD_INFO_ONLY",
        "LC_FUNCTION_STARTS",
        "LC_DYLD_EXPORTS_TRIE",
        "LC_DYLD_CHAINED_FIXUPS",
        *_VERSIONS[1:],
    }
)
_LINKEDIT_DATA: Final = (
    "LC_CODE_SIGNATURE",
    "LC_SEGMENT_SPLIT_INFO",
    "LC_FUNCTION_STARTS",
    "LC_DATA_IN_CODE",
    "LC_DYLD_EXPORTS_TRIE",
    "LC_DYLD_CHAINED_FIXUPS",
)
_DYLD_INFO: Final = ("rebase", "bind", "weak_bind", "lazy_bind", "export")


def command_defects(header: Header, segments: tuple[MappedSegment, ...]) -> Iterator[Defect]:
    """Yield (label, value, offset) for each thing dyld or the kernel refuses; nothing for files neither maps."""
    if header.file_type not in _LOADED:
        return
    yield from _size_defects(header)
    if header.file_type == _EXECUTE:
        yield from _repeated(header)
    page = 0x4000 if header.cpu_type in _BIG_PAGES else 0x1000
    for mapped in segments:
        yield from _segment_defects(mapped, page)
        yield from _sections_outside(mapped)
    yield from _text_defects(header, segments)
    yield from _overlaps(segments)
    yield from _linkedit_defects(header, segments)


def _size_defects(header: Header) -> Iterator[Defect]:
    unit = header.bits // 8
    for command in header.commands:
        size = len(command.data)
        if size % unit:
            yield command.name, f"size {size} is not a multiple of {unit}", command.offset
        if command.name in _FIXED_SIZE and size != 8 + sizeof(mach_o.LC_REGISTRY[command.number]):
            yield command.name, f"size {size} is not the size of this command", command.offset


def _repeated(header: Header) -> Iterator[Defect]:
    for names in _ONCE:
        for command in list(header.named(*names))[1:]:
            yield command.name, f"stands after another {' or '.join(names[:2])}", command.offset


def _segment_defects(mapped: MappedSegment, page: int) -> Iterator[Defect]:
    segment, at = mapped.segment, mapped.command.offset
    label = _label(segment)
    if segment.offset % page:
        yield label, f"file offset {segment.offset:#x} is not a multiple of the page size {page:#x}", at
    unmapped = segment.memory_size == 0 and mapped.protection == 0  # Go's __DWARF, LLVM's __LLVM
    if segment.file_size > segment.memory_size and not unmapped:
        yield label, f"{segment.file_size:#x} bytes in the file, {segment.memory_size:#x} in memory", at
    if mapped.protection & ~7:
        yield label, f"protection {mapped.protection & 0xFFFFFFFF:#x} is not defined", at
    if segment.address + segment.memory_size > 1 << 64:
        yield label, f"address {segment.address:#x} of {segment.memory_size:#x} bytes wraps around", at


def _sections_outside(mapped: MappedSegment) -> Iterator[Defect]:
    segment = mapped.segment
    if segment.memory_size == 0:
        return
    for section, size in mapped.sections:
        if section.address < segment.address or section.address + size > segment.address + segment.memory_size:
            value = f"address {section.address:#x} of {size:#x} bytes is outside its segment"
            yield f"section {section.name}", value, mapped.command.offset


def _text_defects(header: Header, segments: tuple[MappedSegment, ...]) -> Iterator[Defect]:
    """Yield what keeps the headers from being mapped with __TEXT, where dyld reads them."""
    text = next((mapped for mapped in segments if mapped.segment.name == "__TEXT"), None)
    if text is None:
        return
    if text.segment.offset:
        yield "segment __TEXT", f"file offset {text.segment.offset:#x} is not 0", text.command.offset
    elif min(text.segment.file_size, text.segment.memory_size) < header.size:
        yield "segment __TEXT", f"does not hold the {header.size:#x} bytes of load commands", text.command.offset


def _overlaps(segments: tuple[MappedSegment, ...]) -> Iterator[Defect]:
    yield from _shared(segments, "addresses", lambda segment: (segment.address, segment.memory_size))
    yield from _shared(segments, "bytes of the file", lambda segment: (segment.offset, segment.file_size))


def _shared(
    segments: tuple[MappedSegment, ...], what: str, span: Callable[[Segment], tuple[int, int]]
) -> Iterator[Defect]:
    """Yield each segment that shares addresses or bytes with one before it; empty spans share nothing."""
    end, owner = 0, ""
    spans = ((*span(mapped.segment), mapped) for mapped in segments)
    for start, size, mapped in sorted((s for s in spans if s[1]), key=lambda s: s[:2]):
        if start < end:
            yield _label(mapped.segment), f"shares {what} with {owner}", mapped.command.offset
        if start + size > end:
            end, owner = start + size, mapped.segment.name


def _linkedit_defects(header: Header, segments: tuple[MappedSegment, ...]) -> Iterator[Defect]:
    """Yield what lies outside __LINKEDIT and belongs in it, and what lies behind it.

    dyld reads symbols, fixups and signature there. The signature ends it and covers what is before; the kernel
    maps no segment that a signature does not cover (load_segment, cs_end_offset).
    """
    linkedit = next((mapped.segment for mapped in segments if mapped.segment.name == "__LINKEDIT"), None)
    if linkedit is None:
        return
    for mapped in segments:
        if mapped.segment.file_size and mapped.segment.offset >= linkedit.offset + linkedit.file_size:
            yield _label(mapped.segment), "lies behind __LINKEDIT in the file", mapped.command.offset
    for command in header.commands:
        for what, offset, size in _tables(command, header.bits):
            if size and (offset < linkedit.offset or offset + size > linkedit.offset + linkedit.file_size):
                yield command.name, f"{what} at {offset:#x} of {size:#x} bytes outside __LINKEDIT", command.offset


def _tables(command: Command, bits: int) -> Iterator[tuple[str, int, int]]:
    """Yield (what, offset, size) of each table a load command points at."""
    if command.name in _LINKEDIT_DATA:
        raw: Any = command.fields()
        yield "data", int(raw.dataoff), int(raw.datasize)
    elif command.name == "LC_SYMTAB":
        raw = command.fields()
        yield "symbols", int(raw.symoff), int(raw.nsyms) * (16 if bits == 64 else 12)
        yield "strings", int(raw.stroff), int(raw.strsize)
    elif command.name == "LC_DYSYMTAB":
        raw = command.fields()
        yield "indirect symbols", int(raw.indirectsymoff), int(raw.nindirectsyms) * 4
        yield "external relocations", int(raw.extreloff), int(raw.nextrel) * 8
        yield "local relocations", int(raw.locreloff), int(raw.nlocrel) * 8
    elif command.name in {"LC_DYLD_INFO", "LC_DYLD_INFO_ONLY"}:
        raw = command.fields()
        for table in _DYLD_INFO:
            yield table, int(getattr(raw, f"{table}_off")), int(getattr(raw, f"{table}_size"))


def _label(segment: Segment) -> str:
    return f"segment {segment.name}"
