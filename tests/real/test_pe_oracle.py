"""What the PE reader says of real programs, held against lief's reading of the same files."""

import io
from pathlib import Path

import lief
import pytest

from formats import FormatError, Window, read
from formats.image import Image, Located
from tests.build.pe import program

lief.disable_leak_warning()  # its own objects, told of when the interpreter ends

MACHINES = {"I386": "i386", "AMD64": "x86-64", "ARM64": "aarch64", "ARM": "arm", "THUMB": "arm", "ARMNT": "arm"}


def programs(samples) -> list[tuple[str, Path]]:
    """Every windows sample, and the PE files Go's own tests read, which MinGW's ld and gcc made."""
    go = samples.go("1.27.3").parent.parent
    own = [go / "src/debug/pe/testdata" / name for name in ("gcc-386-mingw-exec", "gcc-amd64-mingw-exec")]
    return [*((s.name, s.path) for s in samples if s.goos == "windows"), *((path.name, path) for path in own)]


def ours(raw: bytes) -> Image:
    (image,) = read(Window.of_bytes(raw))
    assert isinstance(image, Image)
    return image


@pytest.fixture(scope="module")
def pairs(samples) -> list[tuple[str, Image, lief.PE.Binary]]:
    return [(name, ours(path.read_bytes()), lief.PE.parse(str(path))) for name, path in programs(samples)]


def test_there_is_something_to_compare(pairs):
    assert len(pairs) > 10
    assert {image.machine for _, image, _ in pairs} >= {"i386", "x86-64"}


def test_headers(pairs):
    for name, image, other in pairs:
        native, header, optional = image.native, other.header, other.optional_header
        assert image.machine == MACHINES[header.machine.name], name
        assert native.machine == header.machine.value, name
        assert image.bits == (64 if optional.magic == lief.PE.PE_TYPE.PE32_PLUS else 32), name
        assert native.characteristics == header.characteristics, name
        assert native.dll_characteristics == optional.dll_characteristics, name
        assert native.linker_version == (optional.major_linker_version, optional.minor_linker_version), name
        assert native.image_base == optional.imagebase, name
        assert native.checksum == optional.checksum, name
        assert native.subsystem == optional.subsystem.value, name
        versions = optional.major_operating_system_version, optional.minor_operating_system_version
        assert native.os_version == versions, name
        assert native.subsystem_version == (optional.major_subsystem_version, optional.minor_subsystem_version), name


def test_sections_and_segments(pairs):
    for name, image, other in pairs:
        base = other.optional_header.imagebase
        names = [_long_name(other, section) for section in other.sections]
        assert [s.name for s in image.sections] == names, name
        assert [s.name for s in image.segments] == names, name
        for section, segment, theirs in zip(image.sections, image.segments, other.sections, strict=True):
            assert section.address == segment.address == base + theirs.virtual_address, name
            assert section.size == (theirs.size if theirs.offset else 0), name
            assert section.offset == segment.offset == theirs.offset, name
            assert segment.memory_size == (theirs.virtual_size or theirs.size), name
            flags = lief.PE.Section.CHARACTERISTICS
            assert segment.writable == theirs.has_characteristic(flags.MEM_WRITE), name
            assert segment.executable == theirs.has_characteristic(flags.MEM_EXECUTE), name
            assert segment.readable == theirs.has_characteristic(flags.MEM_READ), name


def _long_name(binary: lief.PE.Binary, section: lief.PE.Section) -> str:
    raw = bytes(section.fullname).rstrip(b"\0").decode()
    return binary.find_coff_string(int(raw[1:])).string if raw.startswith("/") else raw


def test_symbols_and_dwarf(pairs):
    for name, image, other in pairs:
        assert image.native.symbols == (other.header.numberof_symbols > 0), name
        table = (other.header.pointerto_symbol_table, 18 * other.header.numberof_symbols)
        assert image.native.coff_symbols == (table if table[0] else None), name
        debug = [_long_name(other, section).lstrip(".").startswith(("debug_", "zdebug_")) for section in other.sections]
        assert image.native.dwarf == any(debug), name


def test_imports_and_exports(pairs):
    for name, image, other in pairs:
        imports = image.native.imports
        assert [dll.value for dll in imports] == [entry.name for entry in other.imports], name
        for dll in imports:
            assert _reads_back(image, dll), (name, dll)
        exported = other.get_export()
        expected = [entry.name for entry in exported.entries if entry.name] if exported else []
        assert sorted(image.native.exported) == sorted(expected), name


def _reads_back(image: Image, located: Located) -> bool:
    raw = located.value.encode()
    return located.offset is not None and image.window.read(located.offset, len(raw) + 1) == raw + b"\0"


def test_relocations_and_certificates(pairs):
    for name, image, other in pairs:
        entry = other.relocation_dir
        if entry.size:
            assert image.native.relocations == (other.rva_to_offset(entry.rva), entry.size), name
        else:
            assert image.native.relocations is None, name
        assert (image.native.certificates is not None) == other.has_signatures, name


def test_no_healthy_program_has_a_layout_defect(pairs):
    for name, image, _ in pairs:
        assert image.native.layout_defects == (), name


def test_offsets_point_at_their_fields(pairs):
    for name, image, _ in pairs:
        native, window = image.native, image.window
        for value, offset, size in (
            (native.machine, native.machine_offset, 2),
            (native.characteristics, native.characteristics_offset, 2),
            (native.dll_characteristics, native.dll_characteristics_offset, 2),
            (native.checksum, native.checksum_offset, 4),
            (native.subsystem, native.subsystem_offset, 2),
            (native.os_version[0], native.os_version_offset, 2),
            (native.linker_version[0], native.linker_version_offset, 1),
        ):
            assert window.integer(offset, size, "little") == value, (name, value)


@pytest.mark.parametrize("changes", [{}, {"bits": 32, "machine": 0x14C, "image_base": 0x400000}])
def test_the_files_that_tests_build_are_what_they_claim(changes):
    pe = program(**changes)
    pe.exports("One", "Two")
    pe.add(".bss", b"", memory=0x3000)
    raw = pe.build()
    pairs = [("built", ours(raw), lief.PE.parse(io.BytesIO(raw)))]
    for test in (test_headers, test_sections_and_segments, test_imports_and_exports, test_relocations_and_certificates):
        test(pairs)


def test_a_file_that_is_cut_anywhere_is_no_image(samples):
    data = samples["hello-windows-386-go1.27"].path.read_bytes()
    for part in range(64):
        with pytest.raises(FormatError):
            read(Window.of_bytes(data[: len(data) * part // 64]))
