"""WebAssembly reader: built modules, hostile ones, damaged real ones."""

import struct
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated, Window, read
from formats.image import Image, WasmNative
from formats.wasm_memory import MAX_MEMORY, MAX_SEGMENTS
from formats.window import CHUNK
from tests.build.damage import damaged
from tests.build.wasm import (
    CUSTOM,
    DATA,
    EXPORT,
    HEADER,
    IMPORT,
    PASSIVE,
    at,
    custom,
    exported,
    function,
    module,
    name,
    producers,
    section,
    sleb,
    uleb,
    vector,
)

PAGE = 65536


def image(data: bytes) -> Image:
    (found,) = read(Window.of_bytes(data))
    assert isinstance(found, Image)
    return found


def native(data: bytes) -> WasmNative:
    found = image(data).native
    assert isinstance(found, WasmNative)
    return found


def with_data(*segments: bytes) -> Image:
    return image(module(section(DATA, vector(list(segments)))))


def content(found: Image) -> bytes:
    """The memory without the zeros at its end."""
    return found.mapped.read(0, found.mapped.size).rstrip(b"\0")


# --- what is read ----------------------------------------------------------------------------------------


def test_an_empty_module():
    found = image(HEADER)
    assert (found.format, found.machine, found.bits, found.byteorder) == ("wasm", "wasm", 64, "little")
    assert (found.sections, found.segments, found.mapped.size) == ((), (), 0)
    assert found.native == WasmNative(imports=(), exports=(), producers={}, symbols=False, dwarf=False)


def test_sections_by_name_kind_and_place():
    data = module(custom("go:buildid", b"abc"), section(IMPORT, vector([])), custom("data", b"x"), section(14, b"yy"))
    found = image(data).sections
    assert isinstance(found, tuple)
    assert [(s.name, s.flags) for s in found] == [("go:buildid", 0), ("import", 2), ("data", 0), ("section 14", 14)]
    assert [data[s.offset : s.offset + s.size] for s in found] == [b"abc", b"\0", b"x", b"yy"]
    assert not image(data).segments  # a custom section called data is none


def test_imports_of_every_kind():
    rows = [
        (name("gojs") + name("runtime.wasmExit") + b"\0" + uleb(3), "func"),
        (name("env") + name("t") + b"\1\x70\0" + uleb(1), "table"),
        (name("env") + name("u") + b"\1\x70\1" + uleb(1) + uleb(200), "table"),
        (name("env") + name("v") + b"\1\x64" + sleb(-1000) + b"\0" + uleb(1), "table"),
        (name("env") + name("memory") + b"\2\3" + uleb(16) + uleb(65536), "memory"),
        (name("env") + name("wide") + b"\2\5" + uleb(1) + uleb(1 << 40), "memory"),
        (name("env") + name("bytes") + b"\2\x08" + uleb(1) + uleb(0), "memory"),
        (name("env") + name("g") + b"\3\x7f\0", "global"),
        (name("env") + name("r") + b"\3\x63" + sleb(5) + b"\1", "global"),
        (name("env") + name("e") + b"\4\0" + uleb(7), "tag"),
        (function("last", "one"), "func"),
    ]
    data = module(section(IMPORT, vector([row for row, _ in rows])))
    found = native(data).imports
    assert [i.kind for i in found] == [kind for _, kind in rows]
    assert (found[0].module, found[0].name) == ("gojs", "runtime.wasmExit")
    assert (found[-1].module, found[-1].name) == ("last", "one")
    for row, imported in zip(rows, found, strict=True):
        assert data[imported.offset :].startswith(row[0])


def test_exports_in_order():
    data = module(section(EXPORT, vector([exported("_start"), exported("memory", 2), exported("a b")])))
    assert native(data).exports == ("_start", "memory", "a b")


def test_producers_as_go_and_others_write_them():
    go = {"language": {"Go": "go1.27.3"}, "processed-by": {"Go cmd/compile": "go1.27.3"}}
    assert (
        native(module(producers(language={"Go": "go1.27.3"}, processed_by={"Go cmd/compile": "go1.27.3"}))).producers
        == go
    )
    rust = producers(language={"Rust": ""}, processed_by={"rustc": "1.80.0 (051478957 2024-07-21)", "walrus": "0.20"})
    assert native(module(rust)).producers["processed-by"]["walrus"] == "0.20"


@pytest.mark.parametrize(
    "body", [b"", b"\1", b"\xff" * 5, b"\1\4abc", vector([name("language") + b"\2" + name("Go") + name("go1.27.3")])]
)
def test_damaged_producers_are_no_reason_to_refuse_a_module(body):
    found = native(module(custom("producers", body))).producers
    assert found in ({}, {"language": {}}, {"language": {"Go": "go1.27.3"}})


@pytest.mark.parametrize(
    ("title", "symbols", "dwarf"), [("name", True, False), (".debug_info", False, True), (".debug", False, False)]
)
def test_custom_sections_tell_of_names_and_dwarf(title, symbols, dwarf):
    found = native(module(custom(title)))
    assert (found.symbols, found.dwarf) == (symbols, dwarf)


# --- memory ----------------------------------------------------------------------------------------------


def test_data_come_back_to_their_addresses_with_the_zeros_between():
    found = with_data(at(0x1234, b"one"), at(0x1240, b"two"))
    assert content(found) == bytes(0x1234) + b"one" + bytes(9) + b"two"
    (memory,) = found.segments
    assert (memory.address, memory.offset, memory.file_size) == (0, 0, found.mapped.size)
    assert found.mapped.size == PAGE
    assert (memory.readable, memory.writable, memory.executable) == (True, True, False)
    assert found.read_at(0x1240, 3) == b"two"


@pytest.mark.parametrize("address", [0, 1, 63, 64, 0x1FFF, 0x2000, 0xFFFFF, 0x100000, 0x1234567, MAX_MEMORY - 300])
@pytest.mark.parametrize("size", [1, 8, 127, 128, 300])
def test_every_width_of_address_and_length(address, size):
    tail = b"e" * 300  # so that the one before is not the last in its section
    found = with_data(at(address, b"d" * size), at(0x500000, tail))
    assert found.read_at(address, size) == b"d" * size
    assert found.read_at(0x500000, 300) == tail


def test_lengths_and_addresses_may_be_padded():
    padded = b"\0\x41\x80\xa0\x80\x80\x00\x0b" + uleb(3, 5) + b"abc"
    assert content(with_data(padded, at(0x2000, b"x" * 200))) == bytes(0x1000) + b"abc" + bytes(0xFFD) + b"x" * 200


def test_later_segments_overwrite_earlier_ones():
    found = with_data(at(0x20, b"aaaaaaaa"), at(0x24, b"bb"), at(0x10, b"c"))
    assert content(found)[0x10:] == b"c" + bytes(15) + b"aaaabbaa"


def test_segments_without_an_address_are_left_out():
    external = b"\0\x23\0\x0b" + uleb(3) + b"ext"  # global.get 0, as in a dynamic library
    computed = b"\0\x23\0\x41\x10\x6a\x0b" + uleb(3) + b"sum"  # global.get 0 + 16
    passive = PASSIVE + uleb(3) + b"pas"
    second = b"\2\1\x41\x08\x0b" + uleb(3) + b"mem"  # of memory 1
    first = b"\2\0\x41\x18\x0b" + uleb(3) + b"own"
    wide = b"\0\x42\x20\x0b" + uleb(3) + b"i64"
    empty = at(0x7FFFFFFF, b"")
    found = with_data(external, computed, passive, second, first, wide, empty, at(0x40, b"end"))
    assert content(found) == bytes(0x18) + b"own" + bytes(5) + b"i64" + bytes(0x1D) + b"end"


def test_more_data_than_the_buffer_holds():
    segments = [at(0x1000 + 0x40 * n, struct.pack("<I", n) * 8) for n in range(30_000)]
    long = bytes(range(1, 256)) * (3 * CHUNK // 255)
    found = with_data(*segments[:20_000], at(0x800000, long), *segments[20_000:], at(0x700000, b"last"))
    assert all(found.read_at(0x1000 + 0x40 * n, 32) == struct.pack("<I", n) * 8 for n in range(30_000))
    assert found.read_at(0x800000, len(long)) == long
    assert found.read_at(0x700000, 4) == b"last"


def test_where_a_byte_of_memory_stands_in_the_file():
    data = module(custom("x"), section(DATA, vector([at(0x5000, b"later"), at(0x1000, b"one"), at(0x1010, b"two")])))
    found = image(data)
    for text, address in ((b"later", 0x5000), (b"one", 0x1000), (b"two", 0x1010)):
        assert found.place(address) == data.index(text)
        assert found.place(address + len(text) - 1) == data.index(text) + len(text) - 1
        assert found.place(address + len(text)) is None
    assert found.place(0) is None
    # In a window that begins inside an artifact, places count from the artifact's start.
    (inner,) = read(Window.of_bytes(b"12345" + data).sub(5, len(data)))
    assert isinstance(inner, Image)
    assert inner.place(0x1011) == 5 + data.index(b"two") + 1


def test_of_overlapping_segments_the_last_is_where_a_byte_stands():
    data = module(section(DATA, vector([at(0x1000, b"aaaa"), at(0x1002, b"b"), at(0xFFF, b"cc")])))
    found = image(data)
    assert found.read_at(0xFFF, 5) == b"ccaba"
    assert [found.place(0xFFF + n) for n in range(2)] == [data.index(b"cc"), data.index(b"cc") + 1]
    assert found.place(0x1002) == data.index(b"\1b") + 1
    assert found.place(0x1003) == data.index(b"aaaa") + 3


def test_without_any_order_no_place_is_told():
    backwards = [at(0x10 * n, b"x") for n in range(5000, 0, -1)]
    found = with_data(*backwards)
    assert found.read_at(0x10, 1) == b"x"
    assert found.place(0x10) is None


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\0asm\x0d\0\1\0", "a WebAssembly component, not a module"),
        (b"\0asm\2\0\0\0", "WebAssembly of version 2"),
    ],
)
def test_what_is_no_module_is_named(head, what):
    with pytest.raises(NotRecognised, match=what):
        read(Window.of_bytes(head + section(IMPORT, vector([]))))


@pytest.mark.parametrize(
    "data",
    [
        b"\0asm",
        HEADER[:7],
        HEADER + b"\x02",
        HEADER + b"\x02\x80\x80",
        HEADER + b"\x02\x05\x01",
        HEADER + b"\x0b" + uleb(0xFFFFFFFF),
        module(section(DATA, b"")),
        module(section(DATA, b"\1")),
        module(section(DATA, b"\2" + at(16, b"one"))),
        module(section(DATA, b"\1" + at(16, b"onetwo")[:-1])),
        module(section(DATA, b"\1\0\x41\x10\x0b" + uleb(1 << 31) + b"x")),
        module(section(DATA, vector([b"\0\x41\x10"]))),
        module(section(IMPORT, b"\2" + function("a", "b"))),
        module(section(IMPORT, vector([name("a") + b"\x09b"]))),
        module(section(EXPORT, vector([name("a")]))),
    ],
)
def test_what_ends_too_early_is_truncated(data):
    with pytest.raises(Truncated):
        read(Window.of_bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        module(section(DATA, vector([])), section(DATA, vector([]))),
        module(section(IMPORT, vector([name("a") + name("b") + b"\5\0"]))),
        module(section(DATA, vector([b"\3" + at(16, b"one")]))),
        module(section(DATA, vector([b"\0\x44\x10\x0b\0"]))),
        HEADER + b"\x02" + b"\x80" * 12,
        HEADER + b"\x02\xff\xff\xff\xff\x7f",
        module(section(CUSTOM, uleb(9) + b"short")),
        module(custom(b"\xff")),
        module(section(IMPORT, vector([name(b"\xff" * 90_000) + name("f") + b"\0\0"]))),
    ],
)
def test_what_contradicts_the_format_is_malformed(data):
    with pytest.raises(Malformed):
        read(Window.of_bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        module(section(DATA, uleb(MAX_SEGMENTS + 1) + b"\1\0" * (MAX_SEGMENTS + 1))),
        module(section(DATA, vector([at(MAX_MEMORY, b"x")]))),
        module(section(DATA, vector([at(MAX_MEMORY - 1, b"xy" * 200)]))),
        module(section(DATA, vector([b"\0\x41\x7f\x0b\1x"]))),  # i32.const -1
        module(section(DATA, vector([b"\0\x42\x7f\x0b\1x"]))),  # i64.const -1
        module(section(IMPORT, uleb(100_001))),
        module(section(EXPORT, uleb(0xFFFFFFFF))),
        module(section(IMPORT, vector([function("m" * 100_001, "f")]))),
        module(section(IMPORT, bytes(17 << 20))),
        module(*[custom("c")] * 5000),
    ],
)
def test_what_no_engine_loads_is_over_a_limit(data):
    with pytest.raises(LimitExceeded):
        read(Window.of_bytes(data))


def test_the_error_names_the_place():
    data = module(section(DATA, vector([at(16, b"one"), at(MAX_MEMORY, b"two")])))
    with pytest.raises(LimitExceeded) as caught:
        read(Window.of_bytes(b"...." + data).sub(4, len(data)))
    assert caught.value.offset == 4 + data.index(b"two")


# --- time and memory -------------------------------------------------------------------------------------

HOSTILE = {
    "a million segments": section(DATA, uleb(1_000_000) + at(0x100, b"x") * 1_000_000),
    "all at the end of memory": section(DATA, vector([at(MAX_MEMORY - 1, b"x")] * MAX_SEGMENTS)),
    "backwards": section(DATA, vector([at(64 * n, b"x" * 9) for n in range(MAX_SEGMENTS, 0, -1)])),
    "over one another": section(DATA, vector([at(n, b"y" * 120) for n in range(MAX_SEGMENTS)])),
    "none with an address": section(DATA, uleb(MAX_SEGMENTS) + b"\0\x23\0\x0b\1x" * MAX_SEGMENTS),
    "numbers without end": section(DATA, uleb(MAX_SEGMENTS) + b"\0\x41" + b"\x80" * (1 << 20)),
    "an expression without end": section(DATA, b"\1\0" + b"\x23\0" * (1 << 20)),
    "half a million exports": section(EXPORT, uleb(500_000) + exported("x") * 500_000),
    "empty sections": custom("") * 100_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_modules_take_bounded_time(what):
    data = module(HOSTILE[what])
    start = time.process_time()
    with suppress(FormatError):
        found = image(data)
        for address in range(0, 0x2000, 0x100):
            found.place(address)
    assert time.process_time() - start < 5


def test_a_segment_of_many_megabytes_is_copied_in_steps():
    long = b"\1" * (20 << 20)
    assert content(with_data(at(0, long))) == long


# --- damage ----------------------------------------------------------------------------------------------

SMALL = module(
    custom("go:buildid", b'\xff Go build ID: "a/b/c/d"\n \xff'),
    section(IMPORT, vector([function("gojs", "runtime.wasmExit"), name("env") + name("m") + b"\2\1\1\2"])),
    section(EXPORT, vector([exported("run"), exported("mem", 2)])),
    section(DATA, vector([at(0x1000 * n, b"data" * n) for n in range(1, 60)])),
    producers(language={"Go": "go1.27.3"}),
    custom("name", b"\1\2\0\0"),
)


@settings(max_examples=300)
@given(damaged([SMALL]))
def test_damaged_modules_raise_nothing_but_format_error(data):
    with suppress(FormatError):
        for found in read(Window.of_bytes(data)):
            assert isinstance(found, Image)
            found.mapped.read(0, found.mapped.size)


@given(st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=200)), max_size=40))
def test_memory_is_what_writing_one_after_another_gives(pieces):
    data = module(section(DATA, vector([at(address, body) for address, body in pieces])))
    found = image(data)
    expected = bytearray(8192)
    for address, body in pieces:
        expected[address : address + len(body)] = body
    assert content(found) == bytes(expected).rstrip(b"\0")
    # And every place that is told leads to that byte.
    for address in range(0, 5300, 7):
        place = found.place(address)
        assert (data[place] if place is not None else 0) == expected[address]
