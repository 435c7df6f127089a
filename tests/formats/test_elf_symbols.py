"""Which imported symbols ask for which version, from dynamic sections laid out byte by byte (LSB 10.7: DT_VERSYM)."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formats
from formats import FormatError, Window
from tests.build.elf import DYN, Elf

SYMTAB, VERSYM, VERNEED, VERNEEDNUM = 6, 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF


def symbol(elf: Elf, name: int) -> bytes:
    return struct.pack(f"{elf.mark}I", name) + bytes(20 if elf.bits == 64 else 12)


def library(elf: Elf, names: list[str], indices: list[int], *, symbols_last: bool = False, versym: bool = True):
    """The symbols by version of a library that imports these, each with an index of GLIBC_2.17 (2) or 2.34 (3)."""
    strings = b"\0libc.so.6\0GLIBC_2.17\0GLIBC_2.34\0"
    places = []
    for name in names:
        places.append(len(strings))
        strings += name.encode() + b"\0"
    table = symbol(elf, 0) + b"".join(symbol(elf, place) for place in places)
    versions = struct.pack(f"{elf.mark}{1 + len(indices)}H", 0, *indices)
    need = struct.pack(f"{elf.mark}HHIII", 1, 2, 1, 16, 0)
    need += struct.pack(f"{elf.mark}IHHII", 0, 0, 2, 11, 16) + struct.pack(f"{elf.mark}IHHII", 0, 0, 3, 22, 0)
    parts = {VERSYM: versions, VERNEED: need, SYMTAB: table}
    if not symbols_last:  # as C linkers do; Go's puts the symbols behind everything else
        parts = {SYMTAB: table, VERSYM: versions, VERNEED: need}
    entries = [(tag, elf.base + elf.add(data)) for tag, data in parts.items() if versym or tag != VERSYM]
    elf.dynamic([*entries, (VERNEEDNUM, 1)], strings)
    elf.load_all()
    return needs(elf)


def needs(elf: Elf) -> dict[str, tuple[str, ...]]:
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return {need.version: need.symbols for need in image.native.version_needs}


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("symbols_last", [False, True])
def test_symbols_are_told_by_their_version(bits, order, symbols_last):
    elf = Elf(bits=bits, order=order, type=DYN)
    names = ["malloc", "pthread_create", "stderr", "own"]
    assert library(elf, names, [2, 3, 2, 1], symbols_last=symbols_last) == {
        "GLIBC_2.17": ("malloc", "stderr"),
        "GLIBC_2.34": ("pthread_create",),
    }


def test_the_hidden_bit_is_no_part_of_the_index():
    assert library(Elf(type=DYN), ["a", "b"], [0x8003, 2]) == {"GLIBC_2.17": ("b",), "GLIBC_2.34": ("a",)}


def test_no_more_are_named_than_a_person_reads():
    names = [f"f{n}" for n in range(30)]
    assert library(Elf(type=DYN), names, [3] * 30)["GLIBC_2.34"] == tuple(names[:8])


def test_without_their_table_versions_have_no_symbols():
    assert library(Elf(type=DYN), ["a"], [3], versym=False) == {"GLIBC_2.17": (), "GLIBC_2.34": ()}


def test_a_symbol_whose_name_is_nowhere_costs_the_symbols_alone():
    elf = Elf(type=DYN)
    at = elf.add(symbol(elf, 0) + symbol(elf, 0xFFFFFF))
    versions = elf.add(struct.pack("<2H", 0, 2))
    need = elf.add(struct.pack("<HHIII", 1, 1, 1, 16, 0) + struct.pack("<IHHII", 0, 0, 2, 11, 0))
    tables = [(SYMTAB, elf.base + at), (VERSYM, elf.base + versions), (VERNEED, elf.base + need), (VERNEEDNUM, 1)]
    elf.dynamic(tables, b"\0libc.so.6\0GLIBC_2.17\0")
    elf.load_all()
    assert needs(elf) == {"GLIBC_2.17": ()}


def test_tables_that_lie_about_their_place_cost_the_symbols_alone():
    elf = Elf(type=DYN)
    need = elf.add(struct.pack("<HHIII", 1, 1, 1, 16, 0) + struct.pack("<IHHII", 0, 0, 2, 11, 0))
    tables = [(SYMTAB, 1 << 60), (VERSYM, elf.base), (VERNEED, elf.base + need), (VERNEEDNUM, 1)]
    elf.dynamic(tables, b"\0libc.so.6\0GLIBC_2.17\0")
    elf.load_all()
    assert needs(elf) == {"GLIBC_2.17": ()}


@given(st.lists(st.tuples(st.integers(0x1000, 0x1200), st.sampled_from((0, 1, 0x7F, 0x80, 0xFF))), max_size=12))
def test_damage_to_the_tables_names_no_more_than_a_few(changes):
    elf = Elf(type=DYN)
    library(elf, [f"f{n}" for n in range(12)], [2] * 12)
    data = bytearray(elf.build())
    for at, value in changes:
        if at < len(data):
            data[at] = value
    with suppress(FormatError):
        (image,) = formats.read(Window.of_bytes(bytes(data)))
        needs = image.native.version_needs
        assert all(len(need.symbols) <= 8 for need in needs) if isinstance(needs, tuple) else needs.reason
