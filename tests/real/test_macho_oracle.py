"""What the Mach-O reader says of real programs, held against lief's reading of the same files."""

import base64
import hashlib
import io
import uuid
from pathlib import Path

import lief
import pytest

from formats import FormatError, Window, read
from formats.image import CodeSignature, Image
from tests.build.macho import ARM64, I386, X86_64, fat, program

lief.disable_leak_warning()  # its own objects, told of when the interpreter ends

TESTDATA = (
    "clang-386-darwin-exec-with-rpath",
    "clang-amd64-darwin-exec-with-rpath",
    "fat-gcc-386-amd64-darwin-exec",
    "gcc-386-darwin-exec",
    "gcc-amd64-darwin-exec",
    "gcc-amd64-darwin-exec-debug",
)
MACHINES = {"X86": "i386", "X86_64": "x86-64", "ARM64": "aarch64"}
EMPTY_TYPES = {"ZEROFILL", "GB_ZEROFILL", "THREAD_LOCAL_ZEROFILL"}


def programs(samples) -> list[tuple[str, bytes]]:
    """Every darwin and ios sample, and the Mach-O files Go's own tests read, which Apple's tools made."""
    folder: Path = samples.go("1.27.3").parent.parent / "src/debug/macho/testdata"
    own = [(name, base64.b64decode((folder / f"{name}.base64").read_text())) for name in TESTDATA]
    return [*((s.name, s.path.read_bytes()) for s in samples if s.goos in {"darwin", "ios"}), *own]


Pair = tuple[str, Image, lief.MachO.Binary, lief.MachO.FatBinary]


def pairs_of(name: str, data: bytes) -> list[Pair]:
    """Each slice as the reader has it and as lief has it."""
    images = read(Window.of_bytes(data))
    fat = lief.MachO.parse(io.BytesIO(data))
    assert fat is not None, name
    assert len(images) == fat.size, name
    return [(name, image, fat.at(i), fat) for i, image in enumerate(images)]


@pytest.fixture(scope="module")
def pairs(samples) -> list[Pair]:
    return [pair for name, data in programs(samples) for pair in pairs_of(name, data)]


def test_there_is_something_to_compare(pairs):
    assert len(pairs) > 10
    assert {image.machine for _, image, _, _ in pairs} == {"i386", "x86-64", "aarch64"}


def test_headers(pairs):
    for name, image, other, file in pairs:
        native, header = image.native, other.header
        assert image.machine == MACHINES[header.cpu_type.name], name
        assert native.cpu_type == header.cpu_type.value, name
        assert native.cpu_subtype & 0xFFFFFF == header.cpu_subtype & 0xFFFFFF, name
        assert native.file_type == f"MH_{header.file_type.name}", name
        assert native.flags == header.flags, name
        assert image.bits == (64 if header.is_64bit else 32), name
        assert image.window.base == other.fat_offset, name
        assert (image.slice is None) == (file.size == 1), name


def test_load_commands(pairs):
    for name, image, other, _ in pairs:
        expected = [(f"LC_{c.command.name}", c.size, c.command_offset) for c in other.commands]
        assert [(c.name, c.size, c.offset) for c in image.native.load_commands] == expected, name


def test_segments_and_sections(pairs):
    for name, image, other, _ in pairs:
        expected = [(s.name, s.virtual_address, s.virtual_size, s.file_offset, s.file_size) for s in other.segments]
        ours = [(s.name, s.address, s.memory_size, s.offset, s.file_size) for s in image.segments]
        assert ours == expected, name
        protection = [(s.readable, s.writable, s.executable) for s in image.segments]
        bits = [int(s.init_protection) for s in other.segments]
        assert protection == [(bool(b & 1), bool(b & 2), bool(b & 4)) for b in bits], name
        sections = [
            (f"{s.segment_name},{s.name}", s.virtual_address, s.offset, 0 if s.type.name in EMPTY_TYPES else s.size)
            for s in other.sections
        ]
        assert [(s.name, s.address, s.offset, s.size) for s in image.sections] == sections, name


def test_what_the_loader_is_asked_for(pairs):
    for name, image, other, _ in pairs:
        native = image.native
        assert (native.interpreter.value if native.interpreter else None) == (
            other.dylinker.name if other.has_dylinker else None
        ), name
        # lief counts a dylib's own name (LC_ID_DYLIB) among the libraries it needs.
        needed = [d.name for d in other.libraries if d.command != lief.MachO.LoadCommand.TYPE.ID_DYLIB]
        assert [dylib.value for dylib in native.dylibs] == needed, name
        assert [path.value for path in native.rpaths] == [path.path for path in other.rpaths], name
        for text in (*native.dylibs, *native.rpaths, *([native.interpreter] if native.interpreter else [])):
            raw = text.value.encode() + b"\0"
            assert image.window.read(text.offset, len(raw)) == raw, name


def test_versions_uuid_and_entry(pairs):
    for name, image, other, _ in pairs:
        native = image.native
        if other.has_build_version:
            found = other.build_version
            assert native.platform == found.platform.value, name
            assert (native.min_os, native.sdk) == (_version(found.minos), _version(found.sdk)), name
            assert image.window.integer(native.platform_offset, 4, image.byteorder) == native.platform, name
        elif other.has_version_min:
            assert native.platform == 1, name
            versions = _version(other.version_min.version), _version(other.version_min.sdk)
            assert (native.min_os, native.sdk) == versions, name
        else:
            assert native.platform is None, name
        assert (native.uuid is not None) == other.has_uuid, name
        if native.uuid is not None:
            assert native.uuid == str(uuid.UUID(bytes=bytes(other.uuid.uuid))).upper(), name
            assert image.window.read(native.uuid_offset, 16) == bytes(other.uuid.uuid), name
        entry = "LC_MAIN" if other.has_main_command else "LC_UNIXTHREAD" if other.has_thread_command else None
        assert native.entry == entry, name


def _version(numbers: list[int]) -> str | None:
    """The version as otool prints it."""
    major, minor, patch = numbers
    text = f"{major}.{minor}" + (f".{patch}" if patch else "")
    return None if text == "0.0" else text


def test_symbols_and_dwarf(pairs):
    for name, image, other, _ in pairs:
        if not other.has_dynamic_symbol_command:
            continue
        table = other.dynamic_symbol_command
        assert image.native.symbols == bool(table.nb_local_symbols + table.nb_external_define_symbols), name
        debug = any(s.segment_name == "__DWARF" and "debug_info" in s.name for s in other.sections)
        assert image.native.dwarf == debug, name


def test_a_program_built_with_s_has_no_symbols_of_its_own(samples):
    (image,) = read(Window.of_bytes(samples["uses-darwin-arm64-go1.27-stripped"].path.read_bytes()))
    assert not image.native.symbols
    assert not image.native.dwarf


def test_the_signature_holds_the_hash_of_every_page(pairs):
    """Made without the reader's help: the pages are hashed here, and the place of the blob comes from lief."""
    signed = [(name, image, other) for name, image, other, _ in pairs if other.has_code_signature]
    assert len(signed) > 3
    for name, image, other in signed:
        place = other.code_signature.data_offset, other.code_signature.data_size
        signature = image.native.signature
        assert image.native.signature_range == place, name
        assert isinstance(signature, CodeSignature), (name, signature)
        assert (signature.offset, signature.size) == place, name
        assert signature.kind == "adhoc", name
        assert signature.identifier == "a.out", name
        assert signature.flags == 0x20002, name  # CS_LINKER_SIGNED | CS_ADHOC
        assert signature.code_limit == place[0], name
        code = image.window.read(0, place[0])
        assert signature.slots == tuple(
            hashlib.sha256(code[at : at + 0x1000]).digest() for at in range(0, len(code), 0x1000)
        ), name
        assert image.window.read(signature.directory_offset, 4) == bytes.fromhex("fade0c02"), name


def test_what_has_no_signature_says_so(pairs):
    for name, image, other, _ in pairs:
        if not other.has_code_signature:
            assert image.native.signature is None, name
            assert image.native.signature_range is None, name


def test_no_healthy_program_has_a_defect(pairs):
    for name, image, _, _ in pairs:
        assert image.native.command_defects == (), name


@pytest.mark.parametrize(
    "raw",
    [
        program().build(),
        program(bits=32, cpu_type=I386, cpu_subtype=3, signed=False).build(),
        fat((X86_64, 3, program(cpu_type=X86_64, cpu_subtype=3).build()), (ARM64, 0, program().build())),
    ],
)
def test_the_files_that_tests_build_are_what_they_claim(raw):
    pairs = pairs_of("built", raw)
    for test in (
        test_headers,
        test_load_commands,
        test_segments_and_sections,
        test_what_the_loader_is_asked_for,
        test_versions_uuid_and_entry,
    ):
        test(pairs)


def test_a_file_that_is_cut_anywhere_is_no_image(samples):
    data = samples["hello-darwin-arm64-go1.27"].path.read_bytes()
    for part in range(64):
        with pytest.raises(FormatError):
            read(Window.of_bytes(data[: len(data) * part // 64]))
