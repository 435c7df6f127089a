"""What UPX leaves in the files it packs, byte by byte (upx, src/packhead.cpp and src/stub/src/include/linux.h)."""

import struct

LINUX_AMD64, LINUX_386, LINUX_MIPS, MACH_AMD64, MACH_ARM64, WIN64 = 22, 12, 137, 34, 37, 36


def pack_header(form: int, unpacked: int = 0x7000, packed: int = 0x3000, magic: bytes = b"UPX!") -> bytes:
    """The header that UPX itself looks for before it unpacks, with its checksum."""
    adlers = (0x11223344, 0x55667788)
    numbers = (*adlers, unpacked, packed) if form < 128 else (unpacked, packed, *adlers)
    head = struct.pack(("<" if form < 128 else ">") + "4B5I3B", 13, form, 8, 7, *numbers, unpacked, 0x49, 0x6A, 0)
    return magic + head + bytes([sum(head) % 251])


def l_info(form: int, order: str = "little", size: int = 0x940) -> bytes:
    """The loader's description and the program's, as they follow the headers."""
    mark = "<" if order == "little" else ">"
    return struct.pack(mark + "I4sHBB3I", 0xA28525DB, b"UPX!", size, 13, form, 0, 0x785305, 0x785305)


def tail(form: int, place: int, order: str = "little") -> bytes:
    """The end of a packed file: the pack header, and where its l_info ends."""
    mark = "<" if order == "little" else ">"
    return pack_header(form) + struct.pack(mark + "I", place + 12)
