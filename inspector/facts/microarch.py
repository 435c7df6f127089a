"""The processor level a program was built for, as far as its bytes prove it.

GOAMD64 and GOARM64: from v2 on, and with LSE, the start-up code checks the processor and prints a message
(golang/go, src/runtime/asm_amd64.s and asm_arm64.s, rt0_go). The text alone proves nothing, since the linker itself
and any inspector carry it as data: the start-up code must compute its address. GO386, GOMIPS and GOMIPS64: package
runtime's software floating point is "only referred to (and thus linked in) by softfloat targets"
(src/runtime/softfloat64.go). GOARM: the linker records it in runtime.goarm (src/cmd/link/internal/ld/lib.go,
loadlib), which only the symbol table finds. ELF's e_flags tell none of these: the linker writes one constant for each
GOARCH (src/cmd/link/internal/ld/elf.go, Elfinit), and a C linker what its own objects say.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.facts.goversion import go_minor
from inspector.facts.rodata import read_only
from inspector.facts.symbols import variable
from inspector.model import Evidence

Proven = tuple[Mapping[str, str], tuple[Evidence, ...]]

_SINCE_118: Final = ("1.18", "1.20")  # layouts of the function table; GOAMD64 came with the first of them

_AMD64: Final = b" AMD64 processors with v"
_AMD64_TEXT: Final = rb"This program can only be run on AMD64 processors with (v[234]) microarchitecture support\.\n"
_ARM64: Final = b" ARM64 processors with LSE"
_ARM64_TEXT: Final = rb"This program can only run on (ARM64) processors with LSE support\.\n"
_BEFORE: Final = 64  # bytes to read before the part that is searched for: both texts begin less than that before it
_LONGEST: Final = 84  # bytes of the longer text

# What follows the computed address of the text in rt0_go. On amd64 MOVQ AX, 8(SP); MOVQ $84, 16(SP) after
# LEAQ text(IP), AX; on arm64 MOVD R1, 16(RSP); MOVD $64, R2; MOVD R2, 24(RSP) after ADRP and ADD.
_AMD64_CODE: Final = bytes.fromhex("4889442408 48c744241054000000")
_ARM64_CODE: Final = struct.pack("<3I", 0xF9000BE1, 0xB27A03E2, 0xF9000FE2)
_LEA: Final = b"\x48\x8d\x05"
_ARM64_SINCE: Final = 25  # Go 1.23 and 1.24 have GOARM64 but start without a check
_ARM64_CHECKS: Final = ("linux", "freebsd")  # CHECK_GOARM64_LSE: elsewhere the register cannot be read

_MAX_TEXTS: Final = 64  # copies of a message to consider; cmd/link has three, hostile files a million
_MAX_CODE: Final = 1024  # places that look like the start-up code; a program has one

_SOFTFLOAT: Final = "runtime/softfloat64.go"
_FLOAT_KEYS: Final = {  # machine and bits -> variable, and its two values: hardware and software floating point
    ("i386", 32): ("GO386", "sse2", "softfloat"),
    ("mips", 32): ("GOMIPS", "hardfloat", "softfloat"),
    ("mips", 64): ("GOMIPS64", "hardfloat", "softfloat"),
}
_FP_ABI: Final = {1: "hardfloat", 3: "softfloat"}  # MIPS_FPABI_ANY and _SOFT, cmd/link/internal/ld/elf.go
_FP_ABI_OFFSET: Final = 7  # of fp_abi in Elf_MIPS_ABIFlags_v0


def microarch(
    image: Image,
    table: FunctionTable | Unknown,
    *,
    goos: str | Unknown,
    link_mode: str | Unknown,
    version: str | Unknown,
) -> Proven:
    """Return the variables that the bytes prove, spelled as Go spells them, with the evidence.

    Nothing is said of what they do not prove. GOARM64 is "lse", the one feature that can be seen, or "v8.0", the
    one version without it. A file without its function table proves nothing: it may be packed.
    """
    if isinstance(table, Unknown):
        return {}, ()
    float_key = _FLOAT_KEYS.get((image.machine, image.bits))
    if float_key is not None:
        return _floating_point(image, table, link_mode, *float_key)
    if image.machine == "arm":
        return _goarm(image, table)
    if image.machine == "x86-64":
        return _goamd64(image, table)
    if image.machine == "aarch64":
        return _goarm64(image, table, goos, version)
    return {}, ()


# --- start-up messages -------------------------------------------------------------------------------------


def _goamd64(image: Image, table: FunctionTable) -> Proven:
    if table.layout not in _SINCE_118:
        older = Evidence("function table", f"{table.releases}, before GOAMD64", image.place(table.offset))
        return {"GOAMD64": "v1"}, (older,)
    if not table.links("runtime.rt0_go"):  # a plugin is not the one that starts
        return {}, ()
    return _message(image, "GOAMD64", "v1", _texts(image, _AMD64, _AMD64_TEXT), _lea_targets(image))


def _goarm64(image: Image, table: FunctionTable, goos: str | Unknown, version: str | Unknown) -> Proven:
    # A development version of 1.25 may be from before the check.
    minor = go_minor(version) if isinstance(version, str) and version.startswith("go1.") else 0
    if isinstance(minor, Unknown) or minor < _ARM64_SINCE or goos not in _ARM64_CHECKS:
        return {}, ()
    if not table.links("runtime.rt0_go"):
        return {}, ()
    texts = dict.fromkeys(_texts(image, _ARM64, _ARM64_TEXT), "lse")
    return _message(image, "GOARM64", "v8.0", texts, _adrp_targets(image))


def _message(image: Image, key: str, base: str, texts: Mapping[int, str], targets: Iterator[int]) -> Proven:
    """Say which message the start-up code prints; without any text nothing is checked, which is the base level."""
    if not texts:
        return {key: base}, (Evidence("start-up check", f"none linked: {key}={base}"),)
    places = {image.address_of(at): at for at in texts}
    printed = {at for target in targets if (at := places.get(target)) is not None}
    levels = {texts[at] for at in printed}
    if len(levels) != 1:
        return {}, ()  # texts that are only data: of another program, or in another encoding of the start-up code
    level = levels.pop()
    return {key: level}, tuple(
        Evidence("start-up check", f"prints that it needs {level}", image.place(at)) for at in sorted(printed)
    )


def _texts(image: Image, part: bytes, whole: bytes) -> dict[int, str]:
    """Return the offset of each copy of a message in what is not writable, and the level it names."""
    found: dict[int, str] = {}
    hits = (at for start, size in read_only(image) for at in image.mapped.find_all(part, start, start + size))
    for at in islice(hits, _MAX_TEXTS):
        start = max(at - _BEFORE, 0)
        match = re.search(whole, image.mapped.read_upto(start, _BEFORE + _LONGEST))
        if match is not None:
            found[start + match.start()] = match[1].decode()
    return found


def _code(image: Image, needle: bytes) -> Iterator[int]:
    """Yield where the start-up code may have just computed the address of its message."""
    for segment in image.segments:
        if segment.executable:
            end = segment.offset + segment.file_size
            yield from islice(image.mapped.find_all(needle, segment.offset, end), _MAX_CODE)


def _lea_targets(image: Image) -> Iterator[int]:
    """Yield the addresses that LEAQ loads right before the message is passed on."""
    for at in _code(image, _AMD64_CODE):
        head = image.mapped.read_upto(at - 7, 7)
        address = image.address_of(at)
        if head[:3] == _LEA and address is not None:
            yield address + int.from_bytes(head[3:], "little", signed=True)


def _adrp_targets(image: Image) -> Iterator[int]:
    """Yield the addresses that ADRP and ADD make in R1 right before the message is passed on."""
    for at in _code(image, _ARM64_CODE):
        head = image.mapped.read_upto(at - 8, 8)
        address = image.address_of(at - 8)
        if len(head) < 8 or address is None:
            continue
        page, low = struct.unpack("<2I", head)
        if page & 0x9F00001F != 0x90000001 or low & 0xFFC003FF != 0x91000021:  # ADRP R1; ADD $imm, R1, R1
            continue
        pages = (page >> 5 & 0x7FFFF) << 2 | page >> 29 & 3
        pages -= (pages & 1 << 20) << 1
        yield (address & ~0xFFF) + (pages << 12) + (low >> 10 & 0xFFF)


# --- floating point ----------------------------------------------------------------------------------------


def _soft(image: Image, table: FunctionTable) -> tuple[bool, Evidence]:
    soft = _SOFTFLOAT in table.std
    if soft:
        return True, Evidence("source file", _SOFTFLOAT, image.place(table.std_offset(_SOFTFLOAT)))
    return False, Evidence("source files", f"without {_SOFTFLOAT}", image.place(table.offset))


def _floating_point(
    image: Image, table: FunctionTable, link_mode: str | Unknown, key: str, hard: str, soft: str
) -> Proven:
    if table.layout not in _SINCE_118 or "runtime/proc.go" not in table.std:
        return {}, ()
    is_soft, proof = _soft(image, table)
    value = soft if is_soft else hard
    section = image.section(".MIPS.abiflags")
    if section is None or link_mode != "internal":  # a C linker writes there what the C objects use
        return {key: value}, (proof,)
    kind = image.window.read_upto(section.offset + _FP_ABI_OFFSET, 1)
    flag = Evidence(".MIPS.abiflags", f"fp_abi {kind.hex() or 'cut off'}", image.window.base + section.offset + 7)
    if kind and _FP_ABI.get(kind[0]) == value:
        return {key: value}, (flag, proof)
    return {}, ()


def _goarm(image: Image, table: FunctionTable) -> Proven:
    level = _byte(image, "runtime.goarm")
    if level is None or level[0] not in {5, 6, 7}:
        return {}, ()
    proof = [Evidence("runtime.goarm", str(level[0]), image.place(level[1]))]
    flag = _byte(image, "runtime.goarmsoftfp")
    if flag is None:  # before Go 1.22, 5 was soft and the others were hard
        soft = level[0] == 5
    else:
        soft = bool(flag[0])
        proof.append(Evidence("runtime.goarmsoftfp", str(flag[0]), image.place(flag[1])))
    if table.layout in _SINCE_118 and soft is not _soft(image, table)[0]:
        return {}, ()
    return {"GOARM": f"{level[0]},{'softfloat' if soft else 'hardfloat'}"}, tuple(proof)


def _byte(image: Image, name: str) -> tuple[int, int] | None:
    """Return a one-byte variable's value and its offset."""
    address = variable(image, name)
    if address is None:
        return None
    value, place = image.read_at(address, 1), image.offset_of(address)
    return None if value is None or place is None else (value[0], place)
