"""Scrambled tables byte by byte; real programs are edited in tests/real/test_obfuscated.py."""

import struct

import pytest

import formats
from formats import Window
from formats.image import Image, Unknown
from inspector.facts import origin
from inspector.facts.functab import find_table
from inspector.facts.obfuscation import find_obfuscation
from inspector.facts.survey import Survey, survey
from tests.build.elf import Elf
from tests.build.gotables import MAGICS, inline_blob, moduledata, pclntab

FUNCTIONS = ["runtime.main", "main.main"]
RUNTIME = ["/go/src/runtime/proc.go", "/go/src/runtime/rt0_linux_amd64.s", "/go/src/runtime/cgo/cgo.go"]
SCRAMBLED = ["aB3x.go", "kk9.go"]


def image_of(elf: Elf) -> Image:
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert isinstance(image, Image)
    return image


def program(layout: str, files: list[str], *, magic: bool = False, **target: object) -> tuple[Elf, int]:
    """A program with a table; ``magic`` puts another one in front."""
    elf = Elf(**target)
    raw = pclntab(layout, FUNCTIONS, files, elf)
    if magic:
        raw = b"\x12\x34\x56\x78" + raw[4:]
    at = elf.add(raw, 32)
    elf.add(moduledata(layout, at, elf))
    return elf, at


def surveyed(elf: Elf) -> Survey:
    return survey(image_of(elf))


def labels(found: Survey) -> list[str]:
    assert not isinstance(found.scrambled, Unknown)
    return [sign.label for sign in found.scrambled]


@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
@pytest.mark.parametrize(
    ("layout", "releases"),
    [("1.16", "between go1.16 and go1.17"), ("1.18", "go1.18 or later"), ("1.20", "go1.18 or later")],
)
def test_a_table_is_found_by_its_shape(layout: str, releases: str, bits: int, order: str):
    elf, at = program(layout, RUNTIME, magic=True, bits=bits, order=order)
    found = surveyed(elf)
    assert found.is_go
    assert found.made_by[0] == "gc"
    assert labels(found) == ["function table magic", "build info"]
    assert found.scrambled[0].offset == at
    assert found.obfuscation is not None
    assert found.obfuscation.table.files == tuple(RUNTIME)
    assert origin.version(found)[0] == Unknown(releases)
    assert isinstance(found.table, Unknown)


def test_in_its_own_section_it_still_needs_a_pointer():
    elf, at = program("1.20", RUNTIME, magic=True)
    elf.section(".gopclntab", 1, at, 256)
    assert labels(surveyed(elf))[0] == "function table magic"


def test_names_that_are_left_prove_what_is_there_and_nothing_that_is_not():
    found = surveyed(program("1.20", RUNTIME, magic=True)[0])
    assert origin.goos(found)[0] == "linux"
    assert origin.cgo(found)[0] is True
    without = surveyed(program("1.20", RUNTIME[:2], magic=True)[0])
    assert isinstance(origin.cgo(without)[0], Unknown)


def test_names_without_the_runtimes():
    found = surveyed(program("1.20", SCRAMBLED)[0])
    assert labels(found) == ["file names", "build info"]
    assert isinstance(origin.goos(found)[0], Unknown)
    assert isinstance(origin.cgo(found)[0], Unknown)
    assert origin.version(found)[0] == Unknown("go1.20 or later")


def test_before_go_1_5_the_runtime_was_written_in_c():
    assert surveyed(program("1.2", ["/go/src/pkg/runtime/proc.c"])[0]).scrambled == ()


@pytest.mark.parametrize(("version", "said"), [("unknown", "emptied"), ("custom", "not readable")])
def test_what_became_of_the_record_is_told(version: str, said: str):
    elf, _ = program("1.20", SCRAMBLED)
    blob = inline_blob(version, b"")
    elf.section(".go.buildinfo", 1, elf.add(blob.ljust(64, b"\0")), 64)
    sign = surveyed(elf).scrambled[-1]
    assert sign.label == "build info"
    assert sign.value.startswith(said)


@pytest.mark.parametrize("layout", sorted(MAGICS))
def test_a_healthy_table_shows_no_sign(layout: str):
    assert surveyed(program(layout, RUNTIME)[0]).scrambled == ()


def test_a_shape_that_no_moduledata_points_to_is_none():
    elf = Elf()
    raw = b"\x12\x34\x56\x78" + pclntab("1.20", FUNCTIONS, RUNTIME, elf)[4:]
    at = elf.add(raw, 32)
    elf.add(struct.pack("<Q", elf.base + at))
    assert not surveyed(elf).is_go


def test_a_file_of_nothing_but_shapes_ends_soon():
    elf = Elf()
    header = struct.pack("<4s4B8Q", b"\x12\x34\x56\x78", 0, 0, 1, 8, 5, 5, 0, 72, 80, 88, 96, 104)
    elf.add(header * 20_000, 32)
    image = image_of(elf)
    table = find_table(image)
    assert isinstance(table, Unknown)
    assert find_obfuscation(image, table, Unknown("no build info")) is None
