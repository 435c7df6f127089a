"""Processor levels of files built by hand: what proves one, and what only looks like it."""

import struct

import pytest

import formats
from formats import Unknown, Window
from formats.image import Image
from inspector.facts.functab import find_table
from inspector.facts.microarch import microarch
from tests.build.elf import Elf
from tests.build.gotables import pclntab

X86_64, ARM, AARCH64, I386, MIPS = 62, 40, 183, 3, 8
RUNTIME = "/usr/local/go/src/runtime/"
AMD64 = b"This program can only be run on AMD64 processors with %s microarchitecture support.\n"
ARM64 = b"This program can only run on ARM64 processors with LSE support.\n"
PASSED_ON = bytes.fromhex("488944240848c744241054000000")  # MOVQ AX, 8(SP); MOVQ $84, 16(SP)
PASSED_ON_ARM64 = struct.pack("<3I", 0xF9000BE1, 0xB27A03E2, 0xF9000FE2)  # MOVD R1, 16(RSP); $64, R2; R2, 24(RSP)


def program(machine: int = X86_64, layout: str = "1.20", functions=("runtime.rt0_go",), files=(), **kind) -> Elf:
    """A program with a function table, and nothing that tells of a level."""
    elf = Elf(machine=machine, **kind)
    paths = [f"{RUNTIME}proc.go", f"{RUNTIME}asm.s", *(f"{RUNTIME}{file}" for file in files)]
    raw = pclntab(layout, list(functions), paths, elf)
    elf.section(".gopclntab", 1, elf.add(raw), len(raw))
    return elf


def texts(elf: Elf, *contents: bytes) -> list[int]:
    """Add .rodata with these texts; return their addresses."""
    at = elf.add(b"".join(contents))
    elf.section(".rodata", 1, at, sum(map(len, contents)))
    return [elf.base + at + sum(map(len, contents[:i])) for i in range(len(contents))]


def lea(elf: Elf, address: int) -> None:
    """Add LEAQ address(IP), AX and what rt0_go does with it."""
    at = elf.base + elf.add(b"") + 7
    elf.add(b"\x48\x8d\x05" + struct.pack("<i", address - at) + PASSED_ON)


def adrp(elf: Elf, address: int, register: int = 1) -> None:
    """Add ADRP and ADD that make the address in R1, and what rt0_go does with it."""
    at = elf.base + elf.add(b"", 4)
    pages = (address >> 12) - (at >> 12)
    page = 0x90000000 | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5 | register
    elf.add(struct.pack("<2I", page, 0x91000021 | (address & 0xFFF) << 10) + PASSED_ON_ARM64, 4)


def proven(elf: Elf, goos="linux", link_mode="internal", version="go1.27.3"):
    elf.load_all(flags=5)
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert isinstance(image, Image)
    found, proof = microarch(image, find_table(image), goos=goos, link_mode=link_mode, version=version)
    assert bool(found) is bool(proof)
    return found


@pytest.mark.parametrize("level", ["v2", "v3", "v4"])
@pytest.mark.parametrize("before", [True, False], ids=["code-after", "code-before"])
def test_the_message_that_the_start_up_code_prints(level, before):
    elf = program()
    text = AMD64 % level.encode()
    if before:
        (address,) = texts(elf, text)
        lea(elf, address)
    else:  # where the text will be: right behind the code
        start = elf.base + elf.add(b"") + 7 + len(PASSED_ON)
        lea(elf, start + -start % 16)
        (address,) = texts(elf, text)
        assert address == start + -start % 16
    assert proven(elf) == {"GOAMD64": level}


def test_no_message_is_the_base_level():
    assert proven(program()) == {"GOAMD64": "v1"}


def test_messages_that_are_only_carried():
    elf = program()
    texts(elf, AMD64 % b"v3", AMD64 % b"v4")
    assert proven(elf) == {}


def test_of_several_messages_the_printed_one_counts():
    elf = program()
    _, printed, _ = texts(elf, AMD64 % b"v3", AMD64 % b"v2", AMD64 % b"v4")
    lea(elf, printed)
    assert proven(elf) == {"GOAMD64": "v2"}


def test_code_that_prints_two_levels_proves_none():
    elf = program()
    for address in texts(elf, AMD64 % b"v3", AMD64 % b"v4"):
        lea(elf, address)
    assert proven(elf) == {}


@pytest.mark.parametrize("layout", ["1.2", "1.16"])
def test_before_the_variable_there_was_one_level(layout):
    assert proven(program(layout=layout)) == {"GOAMD64": "v1"}


def test_without_the_start_up_code_nothing_is_told():
    assert proven(program(functions=["runtime.main"])) == {}


def test_without_a_function_table_nothing_is_told():
    elf = Elf(machine=X86_64)
    elf.add(bytes(64))
    assert proven(elf) == {}


@pytest.mark.parametrize("goos", ["linux", "freebsd"])
def test_lse_is_what_arm64_start_up_code_asks_for(goos):
    elf = program(AARCH64)
    (address,) = texts(elf, ARM64)
    adrp(elf, address)
    assert proven(elf, goos) == {"GOARM64": "lse"}


def test_an_address_on_an_earlier_page():
    elf = program(AARCH64)
    (address,) = texts(elf, ARM64)
    elf.add(bytes(0x5000))
    adrp(elf, address)
    assert proven(elf) == {"GOARM64": "lse"}


def test_an_address_in_another_register_proves_nothing():
    elf = program(AARCH64)
    (address,) = texts(elf, ARM64)
    adrp(elf, address, register=2)
    assert proven(elf) == {}


@pytest.mark.parametrize(
    ("goos", "version", "expected"),
    [
        ("linux", "go1.25.0", {"GOARM64": "v8.0"}),
        ("linux", "go1.24.11", {}),
        ("linux", "devel go1.25-1234567", {}),
        ("linux", Unknown("not found"), {}),
        ("darwin", "go1.27.3", {}),
        (Unknown("no table"), "go1.27.3", {}),
    ],
)
def test_only_where_start_up_code_looks_its_silence_means_something(goos, version, expected):
    assert proven(program(AARCH64), goos, version=version) == expected


@pytest.mark.parametrize(("files", "kind"), [((), "sse2"), (("softfloat64.go",), "softfloat")])
def test_floating_point_by_the_source_file(files, kind):
    assert proven(program(I386, files=files, bits=32)) == {"GO386": kind}
    assert proven(program(I386, "1.16", files=files, bits=32)) == {}


@pytest.mark.parametrize(("flag", "internal"), [(1, {"GOMIPS": "hardfloat"}), (3, {}), (0, {}), (6, {})])
def test_an_abi_flag_must_agree_where_go_wrote_it(flag, internal):
    for link_mode, expected in (("internal", internal), ("external", {"GOMIPS": "hardfloat"})):
        elf = program(MIPS, bits=32, order="big")
        elf.section(".MIPS.abiflags", 0x7000002A, elf.add(bytes(7) + bytes([flag]) + bytes(16)), 24)
        assert proven(elf, link_mode=link_mode) == expected


def arm(level: int, soft: int | None, files=(), decoy: bytes = b"") -> Elf:
    """An arm program whose symbol table names runtime.goarm, and since Go 1.22 runtime.goarmsoftfp."""
    elf = program(ARM, files=files, bits=32)
    variables = elf.base + elf.add(bytes([level, soft or 0]))
    names = b"\0" + decoy + b"runtime.goarm\0" + (b"" if soft is None else b"runtime.goarmsoftfp\0")
    symbols = bytes(16) + struct.pack("<3I4x", names.index(b"\0runtime.goarm\0") + 1, variables, 1)
    if soft is not None:
        symbols += struct.pack("<3I4x", names.index(b"runtime.goarmsoftfp"), variables + 1, 1)
    elf.section(".symtab", 2, elf.add(symbols), len(symbols), flags=0)
    elf.section(".strtab", 3, elf.add(names), len(names), flags=0)
    return elf


SOFT = ("softfloat64.go",)


@pytest.mark.parametrize(
    ("level", "soft", "files", "expected"),
    [
        (7, 0, (), "7,hardfloat"),
        (7, 1, SOFT, "7,softfloat"),
        (6, 0, (), "6,hardfloat"),
        (5, 1, SOFT, "5,softfloat"),
        (5, 0, (), "5,hardfloat"),
        (5, None, SOFT, "5,softfloat"),  # before Go 1.22
        (6, None, (), "6,hardfloat"),
    ],
)
def test_goarm_is_the_byte_that_the_linker_wrote(level, soft, files, expected):
    assert proven(arm(level, soft, files)) == {"GOARM": expected}


@pytest.mark.parametrize(("level", "soft", "files"), [(8, 0, ()), (0, 0, ()), (7, 1, ()), (7, 0, SOFT)])
def test_bytes_that_contradict_one_another_prove_nothing(level, soft, files):
    assert proven(arm(level, soft, files)) == {}


def test_a_name_that_only_ends_alike_is_another():
    assert proven(arm(7, 0, decoy=b"x.runtime.goarm\0")) == {"GOARM": "7,hardfloat"}


def test_without_symbols_goarm_is_not_told():
    assert proven(program(ARM, bits=32)) == {}
