"""The runtime's version string: proven by a Go string header, or unknown."""

import struct

import pytest

import formats
from formats import Unknown, Window
from inspector.facts.buildinfo import read_build_info
from inspector.facts.functab import find_table
from inspector.facts.goversion import go_minor, observed_version
from tests.build.elf import Elf
from tests.build.gotables import framed, inline_blob, moduledata, pclntab, pointer_blob


def version_of(elf: Elf):
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return observed_version(image, find_table(image), read_build_info(image))[0]


def add_version(elf: Elf, text: bytes, length: int | None = None):
    """Add a NUL-terminated text and a Go string header that points at it."""
    at = elf.add(text + b"\0")
    elf.add(struct.pack(f"{elf.mark}2{elf.word}", elf.base + at, len(text) if length is None else length))


@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
@pytest.mark.parametrize(
    "version",
    [
        "go1.27.3",
        "go1.21",
        "go1.22rc1",
        "go1.27rc1",
        "go1.20.3 X:nocoverageredesign",
        "go1.25.0 X:jsonv2",
        "go1.26-custom",
        "go1.22.1-fips",
        "go1.26.0-microsoft",
        "go1.15.8b5",  # the branch dev.boringcrypto, until Go 1.18
        "go1.24.1 (Red Hat 1.24.1-2.el9)",
        "go1.28-devel_0f1e2d3c4b Mon Nov 2 10:00:00 2026 -0800",
        "devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000",
        "devel +a1b2c3d4e5 Mon Jan 6 10:00:00 2020 +0000",
    ],
)
def test_a_text_with_a_header_is_the_version(bits, order, version):
    elf = Elf(bits=bits, order=order)
    add_version(elf, version.encode())
    assert version_of(elf) == version


@pytest.mark.parametrize("text", ["go1.27.3.4", "go1.", "go2.0", "go1.27.3\n", "go1.2 \xe9", "devel"])
def test_other_texts_are_no_versions(text):
    elf = Elf()
    add_version(elf, text.encode("latin-1"))
    assert isinstance(version_of(elf), Unknown)


def test_a_text_without_a_header_proves_nothing():
    elf = Elf()
    elf.add(b"go1.27.3\0")
    assert isinstance(version_of(elf), Unknown)


def test_a_header_of_another_length_proves_nothing():
    elf = Elf()
    add_version(elf, b"go1.27.3", length=7)
    assert isinstance(version_of(elf), Unknown)


def test_two_versions_are_not_guessed_between():
    elf = Elf()
    add_version(elf, b"go1.27.3")
    add_version(elf, b"go1.19.1")
    assert isinstance(version_of(elf), Unknown)


def test_the_recorded_one_of_two_is_taken_when_it_is_proven():
    elf = Elf()
    elf.add(inline_blob("go1.27.3", framed("path\tx\n")))
    add_version(elf, b"go1.19.1")
    add_version(elf, b"go1.27.3")
    assert version_of(elf) == "go1.27.3"


def test_a_record_that_the_runtime_contradicts_is_not_believed():
    elf = Elf()
    elf.add(inline_blob("go1.27.3", framed("path\tx\n")))
    add_version(elf, b"go1.19.1")
    assert version_of(elf) == "go1.19.1"


def test_a_pointer_blob_names_the_runtimes_own_string():
    elf = Elf()
    pointer_blob(elf, "go1.14.2", framed("path\tx\n"))
    assert version_of(elf) == "go1.14.2"


def test_without_proof_the_layout_bounds_the_release():
    elf = Elf()
    raw = pclntab("1.18", ["main.main"], ["runtime/proc.go"], elf)
    elf.section(".gopclntab", 1, elf.add(raw), len(raw))
    assert version_of(elf) == Unknown("between go1.18 and go1.19")


@pytest.mark.parametrize(
    ("versions", "minor"),
    [
        (("go1.27.3",), 27),
        ((Unknown("x"), "go1.9"), 9),
        (("devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000",), 18),
        (("go1.20.3 X:nocoverageredesign",), 20),
        (("go1.25.0 X:jsonv2",), 25),
        (("go1.22.1-fips",), 22),
        (("go1.26-custom",), 26),
        (("go1.27rc1",), 27),
        (("go1.28-devel_0f1e2d3c4b Mon Nov 2 10:00:00 2026 -0800",), 28),
    ],
)
def test_go_minor(versions, minor):
    assert go_minor(*versions) == minor


def test_go_minor_without_a_version_is_unknown():
    assert isinstance(go_minor(Unknown("x"), None, "devel +abc"), Unknown)


def add_constant(elf: Elf, text: bytes):
    """Add a text as the compiler packs constants, among others and with no NUL, and a header of its length."""
    at = elf.add(b"pipeline" + text + b"goroutine") + len(b"pipeline")
    elf.add(struct.pack(f"{elf.mark}2{elf.word}", elf.base + at, len(text)))


def add_table(elf: Elf, layout: str):
    at = elf.add(pclntab(layout, ["main.main"], ["/usr/local/go/src/runtime/proc.go"], elf))
    elf.add(moduledata(layout, at, elf))


@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
@pytest.mark.parametrize(
    "version", ["go1.5", "go1.10.8", "go1.9rc2", "devel +a1b2c3d4e5 Mon Jan 6 10:00:00 2020 +0000"]
)
@pytest.mark.parametrize("layout", ["1.2", "1.16"])
def test_before_go_1_17_the_version_is_a_constant(layout, version, bits, order):
    elf = Elf(bits=bits, order=order)
    add_table(elf, layout)
    add_constant(elf, version.encode())
    assert version_of(elf) == version


@pytest.mark.parametrize("layout", ["1.18", "1.20"])
def test_since_go_1_18_a_constant_is_no_proof(layout):
    elf = Elf()
    add_table(elf, layout)
    add_constant(elf, b"go1.10.8")
    assert isinstance(version_of(elf), Unknown)


def test_two_constants_are_not_guessed_between():
    elf = Elf()
    add_table(elf, "1.2")
    add_constant(elf, b"go1.10.8")
    add_constant(elf, b"go1.4")
    assert version_of(elf) == Unknown("between go1.2 and go1.15")
