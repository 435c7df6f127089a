"""ELF header facts for people, reports and rules."""

from __future__ import annotations

from typing import Final

from formats.image import ElfNative, Image, Note, Unknown
from inspector.model import ElfFacts, Evidence

_PF_X: Final = 1
_OSABI: Final = {
    0: "none",
    1: "hpux",
    2: "netbsd",
    3: "linux",
    6: "solaris",
    7: "aix",
    9: "freebsd",
    12: "openbsd",
}  # gABI, e_ident[EI_OSABI]
_NOTES: Final = {
    ("Go", 4): "Go build ID",
    ("GNU", 1): "GNU ABI tag",
    ("GNU", 3): "GNU build ID",
    ("GNU", 5): "GNU property",
    ("FreeBSD", 1): "FreeBSD ABI tag",
    ("NetBSD", 1): "NetBSD ident",
    ("OpenBSD", 1): "OpenBSD ident",
    ("Android", 1): "Android ident",
}


def elf_facts(image: Image, native: ElfNative) -> ElfFacts:
    """Return the facts that only ELF has, in words."""
    return ElfFacts(
        type=native.type,
        machine=image.machine,
        osabi=_OSABI.get(native.osabi, str(native.osabi)),
        pie=native.type == "DYN" and (native.interpreter is not None or native.df1_pie),
        relro=("full" if native.bind_now else "partial") if native.relro else "none",
        nx_stack=None if native.stack_flags is None else not native.stack_flags & _PF_X,
        symbol_versions=_symbol_versions(native),
        notes=tuple(_note(note) for note in native.notes),
    )


def _symbol_versions(native: ElfNative) -> dict[str, tuple[str, ...]] | Unknown:
    if isinstance(native.version_needs, Unknown):
        return native.version_needs
    found: dict[str, set[str]] = {}
    for need in native.version_needs:
        found.setdefault(need.library, set()).add(need.version)
    return {library: tuple(sorted(found[library], key=_numbers)) for library in sorted(found)}


def _numbers(version: str) -> tuple[tuple[int, int | str], ...]:
    """Order GLIBC_2.9 before GLIBC_2.34."""
    words = version.replace("_", ".").split(".")
    return tuple((0, int(word)) if word.isascii() and word.isdigit() else (1, word) for word in words)


def _note(note: Note) -> str:
    return _NOTES.get((note.owner, note.type), f"{note.owner} type {note.type}")


def elf_proofs(image: Image, native: ElfNative) -> dict[str, tuple[Evidence, ...]]:
    """Return the evidence for header facts; offsets count from the start of the artifact."""
    base = image.window.base
    machine = Evidence("ELF e_machine", f"{native.machine:#x} ({image.machine})", base + image.machine_offset)
    return {
        "goarch": (machine,),
        "buildmode": (Evidence("ELF e_type", native.type, base + 16),),
        "stack": _stack_proof(native, base),
    }


def _stack_proof(native: ElfNative, base: int) -> tuple[Evidence, ...]:
    if native.stack_flags is None or native.stack_offset is None:
        return (Evidence("PT_GNU_STACK", "absent"),)
    return (Evidence("PT_GNU_STACK", permissions(native.stack_flags), base + native.stack_offset),)


def permissions(flags: int) -> str:
    """Spell ELF p_flags as readelf does: "RW", "RWE"."""
    return "".join(letter for bit, letter in ((4, "R"), (2, "W"), (1, "E")) if flags & bit)


def stack_trait(native: ElfNative) -> str:
    """Return "absent", "rw" or "rwx" for PT_GNU_STACK."""
    if native.stack_flags is None:
        return "absent"
    return "rwx" if native.stack_flags & _PF_X else "rw"


def sections_moved(image: Image, native: ElfNative) -> bool | None:
    """Tell whether the section headers are elsewhere than where Go's linker puts them; None without any.

    It puts them right after the program headers (cmd/link/internal/ld/elf.go, asmbElf); strip, objcopy and patchelf
    write them anew at the end, as C linkers do.
    """
    if isinstance(image.sections, Unknown) or not image.sections:
        return None
    return native.section_headers[0] != sum(native.program_headers)


def load_alignment(image: Image) -> tuple[int, Evidence] | None:
    """Return the smallest alignment of a PT_LOAD in bytes, and where it is declared; None when nothing is loaded."""
    loads = [segment for segment in image.segments if segment.file_size or segment.memory_size]
    if not loads:
        return None
    least = min(loads, key=lambda segment: segment.alignment)
    place = None if least.header_offset is None else image.window.base + least.header_offset
    return least.alignment, Evidence(f"{least.name} at {least.address:#x}", f"aligned to {least.alignment:#x}", place)
