"""One variable's address, by the symbol table of a 32-bit arm program.

Layouts: ELF, System V gABI, Symbol Table; PE, Microsoft "PE Format", COFF Symbol Table; Plan 9, a.out(6).
"""

from __future__ import annotations

from typing import Final

from formats.image import ElfNative, Image, PeNative, Plan9Native, Unknown

_MAX_TABLE: Final = 64 << 20  # bytes of a symbol table or its names; kubelet for arm has 6 MiB of either
_ELF_SYMBOL: Final = 16  # sizeof(Elf32_Sym)
_COFF_SYMBOL: Final = 18
_PLAN9_HEAD: Final = 5  # value and type, before the name


def variable(image: Image, name: str) -> int | None:
    """Return the address of a variable; None where no symbol table tells it."""
    native = image.native
    if isinstance(native, ElfNative):
        return _elf(image, name)
    if isinstance(native, PeNative):
        return _coff(image, native, name)
    return _plan9(image, name) if isinstance(native, Plan9Native) else None


def _elf(image: Image, name: str) -> int | None:
    symbols, names = image.section(".symtab"), image.section(".strtab")
    if symbols is None or names is None:
        return None
    index = _name(image, name, names.offset, names.size)
    at = None if index is None else _entry(image, index, symbols.offset, symbols.size, _ELF_SYMBOL)
    return None if at is None else image.window.integer(at + 4, 4, image.byteorder, "st_value")


def _coff(image: Image, native: PeNative, name: str) -> int | None:
    """Look among the symbols with long names: zeros, the name's offset, and a value that counts from the section."""
    if native.coff_symbols is None or isinstance(image.sections, Unknown):
        return None
    start, size = native.coff_symbols
    names = start + size
    if names + 4 > image.window.size:
        return None
    index = _name(image, name, names, image.window.integer(names, 4, "little", "size of the strings"))
    at = None if index is None else _entry(image, bytes(4) + index, start, size, _COFF_SYMBOL)
    if at is None:
        return None
    section = image.window.integer(at + 12, 2, "little", "section of the symbol")
    if not 0 < section <= len(image.sections):
        return None
    return image.sections[section - 1].address + image.window.integer(at + 8, 4, "little", "value of the symbol")


def _plan9(image: Image, name: str) -> int | None:
    """Names stand in the table itself, each after its value and a type with the high bit set."""
    symbols = image.section("syms")
    if symbols is None or symbols.size > _MAX_TABLE:
        return None
    for at in image.window.find_all(name.encode() + b"\0", symbols.offset, symbols.offset + symbols.size):
        start = at - _PLAN9_HEAD
        if start >= symbols.offset and image.window.integer(at - 1, 1, "big", "type of the symbol") & 0x80:
            return image.window.integer(start, 4, "big", "value of the symbol")
    return None


def _name(image: Image, name: str, offset: int, size: int) -> bytes | None:
    """Return the place of a name in the string table, as a symbol holds it."""
    if size > _MAX_TABLE:
        return None
    at = next(image.window.find_all(b"\0" + name.encode() + b"\0", offset, offset + size), None)
    return None if at is None else (at + 1 - offset).to_bytes(4, image.byteorder)


def _entry(image: Image, start: bytes, offset: int, size: int, entry: int) -> int | None:
    """Return the offset of the first symbol that begins with these bytes."""
    if size > _MAX_TABLE:
        return None
    hits = image.window.find_all(start, offset, offset + size)
    return next((at for at in hits if (at - offset) % entry == 0 and at + entry <= image.window.size), None)
