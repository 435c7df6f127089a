"""The neutral model every reader yields: one Image per architecture of one executable."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar

import msgspec

from formats.errors import FormatError
from formats.window import Window

T = TypeVar("T")
ByteOrder = Literal["little", "big"]


class Unknown(msgspec.Struct, frozen=True):
    """A fact that could not be read, and why. Never equal to any value, so nothing passes for lack of it."""

    reason: str


class Format(enum.StrEnum):
    """Container formats, spelled as reports spell them."""

    ELF = "elf"
    PE = "pe"
    MACHO = "macho"
    WASM = "wasm"
    XCOFF = "xcoff"
    PLAN9 = "plan9"


class Bundle(enum.Enum):
    """Files that are read for an object in them; the image has the format of that one."""

    C_ARCHIVE = "C archive"


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A range of the file that the loader maps.

    ELF: PT_LOAD; PE: section; Mach-O: LC_SEGMENT(_64); wasm: linear memory as one; XCOFF: text, data and bss section;
    Plan 9: text and data; an object: each section that a linker would map.
    ``address`` is the virtual address at the preferred base (PE: ImageBase + RVA); sizes are in bytes;
    ``offset`` counts in the image's ``mapped`` window.
    """

    name: str
    address: int
    offset: int
    file_size: int
    memory_size: int
    readable: bool
    writable: bool
    executable: bool
    alignment: int = 0
    header_offset: int | None = None  # where the file declares it


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A named range of the window.

    ELF, XCOFF: section header; PE, COFF object: section (long names resolved); Mach-O: section ("__TEXT,__text");
    wasm: section (a custom one by its own name); Plan 9: part, as debug/plan9obj names it.
    ``size`` is the size in the file, 0 for ranges that take no space there. ``address`` is 0 when it is not
    mapped. ``flags`` are the format's own.
    """

    name: str
    address: int
    offset: int
    size: int
    flags: int = 0


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One ELF note: owner without its NUL, type, descriptor bytes, offset of the descriptor in the window."""

    owner: str
    type: int
    desc: bytes
    offset: int


class Located(msgspec.Struct, frozen=True):
    """A string the file holds and the window offset of its bytes (None where only a table entry names it)."""

    value: str
    offset: int | None = None


class VersionNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol version a library must offer (ELF DT_VERNEED)."""

    library: str
    version: str
    offset: int
    symbols: tuple[str, ...] = ()  # the first few imported symbols that ask for it


class ElfNative(msgspec.Struct, frozen=True, kw_only=True):
    """What only ELF has. Offsets count from the start of the window."""

    type: str  # "EXEC" | "DYN" | "REL" | "0x…"
    machine: int
    osabi: int
    flags: int
    interpreter: Located | None
    dynamic: bool  # a PT_DYNAMIC exists
    needed: tuple[Located, ...] | Unknown
    rpath: tuple[Located, ...] | Unknown  # DT_RPATH and DT_RUNPATH, one entry a colon-separated part
    soname: Located | Unknown | None
    df1_pie: bool | Unknown
    bind_now: bool | Unknown
    relro: bool  # a PT_GNU_RELRO exists
    stack_flags: int | None  # p_flags of PT_GNU_STACK; None when it is absent
    stack_offset: int | None  # offset of that program header
    version_needs: tuple[VersionNeed, ...] | Unknown
    notes: tuple[Note, ...]
    dynamic_strings: tuple[int, int] | None  # (offset, size) of DT_STRTAB; None when it is not in the file
    rela: tuple[int, int] | None  # (offset, size) of DT_RELA, whose addends the loader stores
    symtab: bool | Unknown
    dwarf: bool | Unknown
    headers_align: int | None  # p_align of PT_PHDR; None without one
    program_headers: tuple[int, int]  # (offset, size) of the table
    section_headers: tuple[int, int]  # the same, as the file header says whether there is one or not


class PeNative(msgspec.Struct, frozen=True, kw_only=True):
    """What only PE has. Offsets count from the start of the window."""

    machine: int  # COFF Machine
    machine_offset: int
    characteristics: int
    characteristics_offset: int
    dll_characteristics: int
    dll_characteristics_offset: int
    linker_version: tuple[int, int]
    linker_version_offset: int
    image_base: int
    checksum: int
    checksum_offset: int
    subsystem: int
    subsystem_offset: int
    os_version: tuple[int, int]
    os_version_offset: int
    subsystem_version: tuple[int, int]
    relocations: tuple[int, int] | None  # (offset, size) of the base relocations; None when no section holds any
    relocations_offset: int | None  # where their data directory stands; None when the header ends before it
    imports: tuple[Located, ...] | Unknown  # DLL names as spelled, in import-table order
    exported: tuple[str, ...] | Unknown
    certificates: tuple[int, int] | None  # (offset, size) of the attribute certificate table
    certificates_offset: int | None  # where their data directory stands; None when the header ends before it
    layout_defects: tuple[tuple[str, str, int], ...]  # (label, value, offset) the Windows loader refuses
    coff_symbols: tuple[int, int] | None  # (offset, size) of the symbol table, before its strings; not checked
    symbols: bool
    dwarf: bool


class LoadCommand(msgspec.Struct, frozen=True, kw_only=True):
    """One Mach-O load command: its name ("LC_UUID", or "0x…" when unknown), size in bytes, window offset."""

    name: str
    size: int
    offset: int


class CodeSignature(msgspec.Struct, frozen=True, kw_only=True):
    """The embedded signature's best CodeDirectory, and what is needed to recompute its page hashes.

    ``kind`` is "adhoc" or "cms"; ``page_size`` 0 means one page; ``hash_type`` as in CS_HASHTYPE_*.
    """

    offset: int
    size: int
    kind: str
    identifier: str
    flags: int
    hash_type: int
    page_size: int
    code_limit: int
    slots: tuple[bytes, ...]
    directory_offset: int


class MachoNative(msgspec.Struct, frozen=True, kw_only=True):
    """What only Mach-O has. Offsets count from the start of the slice."""

    cpu_type: int
    cpu_subtype: int
    architecture: str  # both of them as lipo spells it: "x86_64", "arm64e"
    file_type: str  # "MH_EXECUTE" | "MH_DYLIB" | "MH_BUNDLE" | "MH_OBJECT" | "0x…"
    flags: int
    flags_offset: int
    load_commands: tuple[LoadCommand, ...]
    interpreter: Located | None  # LC_LOAD_DYLINKER
    dylibs: tuple[Located, ...]
    rpaths: tuple[Located, ...]
    platform: int | None
    platform_offset: int | None  # of the platform, or of the version in the commands that name no platform
    min_os: str | None
    sdk: str | None
    uuid: str | None  # 8-4-4-4-12, upper case
    uuid_offset: int | None
    entry: str | None  # "LC_MAIN" | "LC_UNIXTHREAD"
    signature: CodeSignature | Unknown | None  # Unknown: there is one that cannot be parsed (a broken one)
    signature_range: tuple[int, int] | None  # LC_CODE_SIGNATURE dataoff, datasize
    command_defects: tuple[tuple[str, str, int], ...]  # (label, value, offset) dyld or the kernel refuses
    pointer_format: int | None  # DYLD_CHAINED_PTR_* of the pointers in its data; None: stored as they are
    symbols: bool
    dwarf: bool


class WasmImport(msgspec.Struct, frozen=True, kw_only=True):
    """One import of a WebAssembly module; ``kind`` is "func", "table", "memory", "global" or "tag"."""

    module: str
    name: str
    kind: str
    offset: int


class WasmNative(msgspec.Struct, frozen=True, kw_only=True):
    """What only WebAssembly has. Offsets count from the start of the window."""

    imports: tuple[WasmImport, ...]
    exports: tuple[str, ...]
    producers: Mapping[str, Mapping[str, str]]  # field ("language", "processed-by") -> name -> version
    symbols: bool  # a "name" section
    dwarf: bool


class XcoffNative(msgspec.Struct, frozen=True, kw_only=True):
    """What only XCOFF (AIX) has. Offsets count from the start of the window."""

    flags: int  # f_flags of the file header
    flags_offset: int
    needed: tuple[Located, ...] | Unknown  # the loader section's import files, as "base(member)" or "base"
    rpath: tuple[Located, ...] | Unknown  # its LIBPATH, one entry a colon-separated part
    symbols: bool
    dwarf: bool


class Plan9Native(msgspec.Struct, frozen=True, kw_only=True):
    """What only Plan 9's a.out has."""

    magic: int
    entry: int
    symbols: bool
    dwarf: bool


class ObjectNative(msgspec.Struct, frozen=True, kw_only=True):
    """What the object of a C archive (-buildmode=c-archive) tells. Offsets count from the start of the window.

    No linker has seen it: its sections have no addresses (the segments' are made up), its pointers are relocations.
    """

    member: str  # the archive's name for it: "go.o"
    notes: tuple[Note, ...]  # of ELF objects
    landmarks: Mapping[str, int]  # offsets of the few symbols that take a pointer's place: "runtime.pclntab"
    platform: int | None  # of Mach-O objects
    symbols: bool | Unknown
    dwarf: bool | Unknown


Native = ElfNative | PeNative | MachoNative | WasmNative | XcoffNative | Plan9Native | ObjectNative


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One architecture of one executable.

    ``machine`` is a neutral name ("x86-64", "i386", "aarch64", "arm", "mips", "ppc64", "s390x", "riscv",
    "loongarch", "wasm", or "0x…"); ``bits`` the width of a pointer as Go has it (64 on wasm); ``slice`` the
    architecture's name in a universal Mach-O, else None; ``window`` covers exactly this image's bytes;
    ``sections`` is Unknown when the file has no usable table. ``memory`` is wasm's linear memory, whose offsets are
    addresses; in every other format segments are ranges of ``window``. ``archive`` is the C archive that the image
    is an object of, which is what the go command took for the program.
    """

    format: Format
    machine: str
    bits: Literal[32, 64]
    byteorder: ByteOrder
    slice: str | None
    window: Window
    machine_offset: int
    segments: tuple[Segment, ...]
    sections: tuple[Section, ...] | Unknown
    native: Native
    memory: Window | None = None
    archive: Window | None = None

    @property
    def mapped(self) -> Window:
        """The window in which the segments' offsets count."""
        return self.memory or self.window

    def place(self, offset: int | None) -> int | None:
        """Return where in the artifact the byte at ``offset`` of ``mapped`` stands, for evidence."""
        return None if offset is None else self.mapped.place(offset)

    @property
    def pointer_size(self) -> int:
        """Bytes of a pointer."""
        return self.bits // 8

    def find_all(self, needle: bytes) -> Iterator[int]:
        """Yield the offset in ``mapped`` of every occurrence that one segment holds, segment by segment."""
        for segment in self.segments:
            yield from self.mapped.find_all(needle, segment.offset, segment.offset + segment.file_size)

    def section(self, *names: str) -> Section | None:
        """Return the first section that has one of these names, or None (also when sections are Unknown)."""
        if isinstance(self.sections, Unknown):
            return None
        return next((s for s in self.sections if s.name in names), None)

    def offset_of(self, address: int) -> int | None:
        """Return the offset in ``mapped`` of ``address``, or None when the file has nothing there."""
        for segment in self.segments:
            if segment.address <= address < segment.address + segment.file_size:
                return segment.offset + (address - segment.address)
        return None

    def address_of(self, offset: int) -> int | None:
        """Return the virtual address of the byte at ``offset`` of ``mapped``, or None."""
        for segment in self.segments:
            if segment.offset <= offset < segment.offset + segment.file_size:
                return segment.address + (offset - segment.offset)
        return None

    def read_at(self, address: int, size: int, what: str = "range") -> bytes | None:
        """Return ``size`` bytes mapped at ``address``, or None when they are not all in one segment's file part."""
        for segment in self.segments:
            start = address - segment.address
            if start >= 0 and start + size <= segment.file_size:
                return self.mapped.read(segment.offset + start, size, what)
        return None


class BadSlice(msgspec.Struct, frozen=True):
    """A slice of a universal Mach-O that cannot be read, while others may be.

    ``window`` are its bytes where they may be another reader's: lipo joins archives of objects too.
    """

    slice: str
    error: FormatError
    window: Window | None = None
