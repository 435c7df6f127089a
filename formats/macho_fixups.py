"""How a Mach-O file stores pointers whose relocations are chains through the data itself (mach-o/fixup-chains.h).

Since macOS 12 Apple's linker no longer lists the pointers that the loader must slide: each holds its target in some of
its bits and the distance to the next one in others, in one of a dozen formats.
"""

from __future__ import annotations

from formats.errors import FormatError
from formats.macho_commands import Header
from formats.window import MAX_HEADERS, Window

_STARTS_OFFSET = 4  # of starts_offset in dyld_chained_fixups_header
_POINTER_FORMAT = 6  # of pointer_format in dyld_chained_starts_in_segment


def pointer_format(window: Window, header: Header) -> int | None:
    """Return DYLD_CHAINED_PTR_* of the file's pointers, None when they are stored as they are.

    dyld takes one format for all segments only (MachOAnalyzer.cpp, validChainedFixupsInfo), so the first tells it.
    """
    command = header.first("LC_DYLD_CHAINED_FIXUPS")
    if command is None:
        return None
    try:
        table = int(command.fields().dataoff)
        starts = table + window.integer(table + _STARTS_OFFSET, 4, header.byteorder, "chained fixups")
        for index in range(min(window.integer(starts, 4, header.byteorder, "chained fixups"), MAX_HEADERS)):
            segment = window.integer(starts + 4 + 4 * index, 4, header.byteorder, "chained fixups")
            if segment:
                return window.integer(starts + segment + _POINTER_FORMAT, 2, header.byteorder, "pointer format")
    except FormatError:
        return None  # the file does not start, but that is no reason not to say what else it holds
    return None
