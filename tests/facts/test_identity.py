"""The links between a program's identities, in files built by hand."""

import hashlib

import pytest

import formats
from formats import Window
from inspector.facts.buildid import build_ids
from inspector.facts.buildinfo import read_build_info
from inspector.facts.identity import derived, identity
from inspector.model import Identity
from tests.build.elf import Elf
from tests.build.gotables import framed, inline_blob, pointer_blob
from tests.facts.wholefile import ACTION, LINKED, MAIN_ACTION, MAIN_CONTENT, program

TEXT = "path\texample.com/app\nbuild\tGOOS=linux\nbuild\tGOAMD64=v1\n"
OTHER = TEXT.replace("v1", "v3")


def chain(elf: Elf):
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return identity(image, build_ids(image), read_build_info(image))


def with_texts(*rodata: bytes, text: str = TEXT) -> Elf:
    """A program with settings in its build info, and these bytes in .rodata."""
    elf = Elf()
    blob = inline_blob("go1.27.3", framed(text))
    elf.section(".go.buildinfo", 1, elf.add(blob), len(blob))
    if rodata:
        at = elf.add(b"".join(rodata))
        elf.section(".rodata", 1, at, sum(map(len, rodata)))
    elf.load_all()
    return elf


def test_two_equal_copies_of_the_settings():
    found, proofs = chain(with_texts(b"before", framed(TEXT), b"after"))
    assert found == Identity(settings=True)
    assert [proof.label for proof in proofs["identity.settings"]] == [
        "settings in the build info",
        "settings in runtime.modinfo",
    ]


def test_the_first_line_that_differs_is_shown_at_its_places():
    elf = with_texts(framed(OTHER))
    found, proofs = chain(elf)
    assert found == Identity(settings=False)
    data = elf.build()
    for proof, line in zip(proofs["identity.settings"], ["build\tGOAMD64=v1", "build\tGOAMD64=v3"], strict=True):
        assert proof.value == line
        assert data[proof.offset :].startswith(line.encode())


def test_a_program_that_carries_others_has_its_own_copy_too():
    assert chain(with_texts(framed(OTHER), framed("path\tx\n"), framed(TEXT)))[0].settings is True


@pytest.mark.parametrize(
    "rodata",
    [(), (b"nothing",), (framed(OTHER), framed("path\tx\n")), (framed(OTHER)[:-16],)],
    ids=["no-rodata", "no-copy", "which-of-two", "without-end"],
)
def test_nothing_to_compare(rodata):
    found, proofs = chain(with_texts(*rodata))
    assert found == Identity(settings=None)
    assert proofs == {}


def test_a_record_that_points_at_the_runtime_has_one_copy():
    elf = Elf()
    pointer_blob(elf, "go1.14.2", framed(TEXT))
    elf.load_all()
    assert chain(elf)[0] == Identity()


FINAL = f"{ACTION}/{MAIN_ACTION}/{MAIN_CONTENT}/{'D' * 20}"


def gnu(flip: int) -> bytes:
    """What cmd/link makes of the ID as it was while linking: hash.Sum32 of cmd/internal/hash, cut to 20 bytes."""
    digest = hashlib.sha256(LINKED.encode()).digest()
    return bytes([digest[0] ^ flip]) + digest[1:20]


@pytest.mark.parametrize(("host", "fits"), [(gnu(0xFF), True), (gnu(1), True), (gnu(0), False), (bytes(20), False),
                                            (gnu(0xFF)[:16], False)])  # fmt: skip
def test_the_gnu_build_id_is_made_of_go_s(host, fits):
    found, proofs = chain(program(FINAL, gnu=host))
    assert found.host_id is fits
    assert proofs["identity.host_id"][0].value == host.hex()
    assert len(proofs["identity.host_id"]) == (2 if fits else 3)


def test_without_either_id_there_is_no_link():
    assert chain(program(FINAL))[0].host_id is None
    assert chain(program("my own", gnu=bytes(20)))[0].host_id is None


def test_uuids_of_every_release():
    digest = hashlib.sha256(LINKED.encode()).digest()
    made = derived(FINAL, uuid=True)
    assert len(made) == 4
    for uuid, (flip, variant) in zip(made, [(0xFF, 2), (0xFF, 3), (1, 2), (1, 3)], strict=True):
        assert uuid[0] == digest[0] ^ flip
        assert uuid[6] >> 4 == 3
        assert uuid[8] >> 6 == variant
        assert uuid[1:6] + uuid[9:] == digest[1:6] + digest[9:16]
