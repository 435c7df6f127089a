"""Code signatures: what the kernel takes, which CodeDirectory counts, and what is broken."""

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import Window
from formats.codesign import read_signature
from formats.image import CodeSignature, Unknown
from tests.build.macho import code_directory, superblob, wrapper

CODE = bytes(range(256)) * 40  # 2.5 pages
LIMIT = len(CODE)
SLOT_CODE_DIRECTORY, SLOT_REQUIREMENTS, SLOT_ALTERNATE, SLOT_CMS = 0, 2, 0x1000, 0x10000


def signature(blob: bytes, code: bytes = CODE) -> CodeSignature | Unknown:
    return read_signature(Window.of_bytes(code + blob), len(code), len(blob))


def good(blob: bytes) -> CodeSignature:
    found = signature(blob)
    assert isinstance(found, CodeSignature), found
    return found


def why(blob: bytes, code: bytes = CODE) -> str:
    found = signature(blob, code)
    assert isinstance(found, Unknown)
    return found.reason


def directory(**changes: int) -> bytes:
    return code_directory(CODE, LIMIT, **changes)


def test_the_linker_s_signature():
    found = good(superblob((SLOT_CODE_DIRECTORY, directory())))
    assert (found.offset, found.size) == (LIMIT, 12 + 8 + len(directory()))
    assert (found.kind, found.identifier, found.flags) == ("adhoc", "a.out", 0x20002)
    assert (found.hash_type, found.page_size, found.code_limit) == (2, 4096, LIMIT)
    assert found.directory_offset == LIMIT + 20
    assert found.slots == tuple(hashlib.sha256(CODE[at : at + 4096]).digest() for at in range(0, LIMIT, 4096))


def test_what_is_behind_the_blob_does_not_count():
    assert good(superblob((SLOT_CODE_DIRECTORY, directory())) + bytes(100)).size == 20 + len(directory()) + 100


def test_a_bare_directory():
    assert good(directory()).directory_offset == LIMIT


@pytest.mark.parametrize(("kind", "size"), [(1, 20), (2, 32), (3, 20), (4, 48)])
def test_hash_types(kind, size):
    found = good(superblob((SLOT_CODE_DIRECTORY, directory(kind=kind))))
    assert found.hash_type == kind
    assert {len(slot) for slot in found.slots} == {size}


@pytest.mark.parametrize(
    ("kinds", "best"), [((1, 2), 2), ((2, 1), 2), ((1, 3), 3), ((3, 2), 2), ((1, 2, 4), 4), ((4, 1), 4)]
)
def test_the_strongest_hash_counts(kinds, best):
    slots = (SLOT_CODE_DIRECTORY, SLOT_ALTERNATE, SLOT_ALTERNATE + 1)
    blobs = [(slot, directory(kind=kind)) for slot, kind in zip(slots, kinds, strict=False)]
    found = good(superblob(*blobs))
    assert found.hash_type == best
    start = found.directory_offset
    raw = superblob(*blobs)
    assert raw[start - LIMIT + 37] == best


def test_a_real_signature_is_told_from_ad_hoc():
    requirements = (SLOT_REQUIREMENTS, struct.pack(">3I", 0xFADE0C01, 12, 0))
    signed = superblob((0, directory(flags=0x10000)), requirements, (SLOT_CMS, wrapper(b"C")))
    assert good(signed).kind == "cms"
    assert good(superblob((0, directory()), requirements, (SLOT_CMS, wrapper()))).kind == "adhoc"
    assert good(superblob((0, directory()), requirements)).kind == "adhoc"


@pytest.mark.parametrize("shift", [12, 13, 14])
def test_page_sizes(shift):
    found = good(superblob((0, directory(page=shift))))
    assert found.page_size == 1 << shift
    assert len(found.slots) == -(-LIMIT // (1 << shift))


def test_the_wide_code_limit_counts_when_set():
    assert good(superblob((0, directory(limit=0, limit64=LIMIT)))).code_limit == LIMIT
    assert good(superblob((0, directory(limit64=4096)))).code_limit == 4096


@pytest.mark.parametrize(("version", "limit"), [(0x20300, 4096), (0x20400, 4096), (0x202FF, LIMIT), (0x20000, LIMIT)])
def test_older_versions_have_no_wide_code_limit(version, limit):
    assert good(superblob((0, directory(version=version, limit64=4096)))).code_limit == limit


def test_older_versions_have_no_scatter_list():
    assert good(superblob((0, directory(version=0x200FF, scatter=64)))).code_limit == LIMIT
    assert "scatter list" in why(superblob((0, directory(version=0x20100, scatter=64))))


def test_the_last_byte_of_the_image_can_be_signed():
    found = read_signature(Window.of_bytes(directory(limit=0) + CODE), 0, len(directory()))
    assert isinstance(found, CodeSignature)
    whole = directory(limit=len(CODE))
    assert isinstance(read_signature(Window.of_bytes(whole + bytes(LIMIT - len(whole))), 0, len(whole)), CodeSignature)
    assert isinstance(read_signature(Window.of_bytes(whole + bytes(LIMIT - len(whole) - 1)), 0, len(whole)), Unknown)


def test_special_hashes_stand_before_the_others():
    assert good(superblob((0, directory(hash_offset=96, special=3, slots=0, limit=0)))).slots == ()
    assert "past its ends" in why(superblob((0, directory(hash_offset=95, special=3, slots=0, limit=0))))


@pytest.mark.parametrize(("slot", "counts"), [(0x1000, True), (0x1004, True), (0x1005, False), (0xFFF, False)])
def test_alternate_directories(slot, counts):
    blob = superblob((0, directory(kind=1)), (slot, directory(kind=2)))
    assert good(blob).hash_type == (2 if counts else 1)


def test_a_signature_of_many_blobs():
    requirements = (SLOT_REQUIREMENTS, struct.pack(">2I", 0xFADE0C01, 8))
    assert good(superblob((0, directory()), *[requirements] * 127)).kind == "adhoc"
    assert "129 blobs" in why(superblob((0, directory()), *[requirements] * 128))


@pytest.mark.parametrize(("pages", "allowed"), [(1 << 20, True), ((1 << 20) + 1, False)])
def test_more_page_hashes_than_any_program_has(tmp_path, pages, allowed):
    """In a sparse file: the code is 4 GiB and the hashes are 20 MiB, nearly all of them zeros on no disk block."""
    head = bytearray(code_directory(b"", 0, kind=1, slots=pages, limit64=pages * 4096))
    head[4:8] = struct.pack(">I", len(head) + 20 * pages)
    path = tmp_path / "huge"
    with path.open("w+b") as file:
        file.truncate(pages * 4096 + len(head) + 20 * pages)
        file.seek(pages * 4096)
        file.write(head)
        file.flush()
        found = read_signature(Window.of_file(file), pages * 4096, len(head) + 20 * pages)
    if allowed:
        assert len(found.slots) == pages
    else:
        assert f"{pages} page hashes" in found.reason


def test_a_directory_without_identifier():
    assert good(superblob((0, directory(ident_offset=0)))).identifier == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"page": 0}, "pages of 2**0 bytes"),
        ({"page": 15}, "pages of 2**15 bytes"),
        ({"hash_type": 9}, "hash type 9"),
        ({"hash_size": 20}, "hash type 2 with 20 bytes"),
        ({"hash_offset": 0xFFFFFF}, "past its ends"),
        ({"slots": 5000}, "past its ends"),
        ({"special": 3}, "past its ends"),
        ({"slots": 2}, "2 hashes for 3 pages"),
        ({"limit": LIMIT * 2}, "past the end of the image"),
        ({"ident_offset": 0xFFFF}, "identifier"),
        ({"scatter": 64}, "scatter list"),
    ],
)
def test_a_directory_the_kernel_refuses(changes, words):
    assert words in why(superblob((0, directory(**changes))))


def test_two_directories_of_one_hash_are_refused():
    assert "two CodeDirectories" in why(superblob((0, directory()), (SLOT_ALTERNATE, directory())))


def test_no_directory_at_all():
    assert "no CodeDirectory" in why(superblob((SLOT_CMS, wrapper())))


@pytest.mark.parametrize(
    ("blob", "words"),
    [
        (b"", "reaches past the end"),
        (bytes(64), "a blob of 0 bytes"),
        (struct.pack(">2I", 0x12345678, 8), "0x12345678 is not the magic"),
        (struct.pack(">2I", 0xFADE0CC0, 9999), "a blob of 9999 bytes"),
        (struct.pack(">3I", 0xFADE0CC0, 12, 5), "reaches past the end"),
        (struct.pack(">3I", 0xFADE0CC0, 12, 1 << 30), "1073741824 blobs"),
        (superblob((0, wrapper(bytes(64)))), "not the magic of a CodeDirectory"),
        (superblob((0, directory()), (SLOT_CMS, struct.pack(">2I", 0xFADE0B01, 9))), "a blob of 9 bytes does not fit"),
        (struct.pack(">5I", 0xFADE0CC0, 20, 1, 0, 0xFFFFFF), "reaches past the end"),
    ],
)
def test_bytes_that_are_no_signature(blob, words):
    assert words in why(blob)


def test_a_cut_signature():
    blob = superblob((0, directory()))
    for size in range(len(blob)):
        assert isinstance(signature(blob[:size]), Unknown)


def test_a_range_outside_the_image():
    assert isinstance(read_signature(Window.of_bytes(CODE), LIMIT, 100), Unknown)
    assert isinstance(read_signature(Window.of_bytes(CODE), 1 << 40, 100), Unknown)


@settings(max_examples=200)
@given(st.integers(0, 19 + 94), st.integers(0, 255))
def test_damage_gives_a_signature_or_a_reason(at, value):
    blob = bytearray(superblob((0, directory())))
    blob[at] = value
    found = signature(bytes(blob))
    assert found.reason if isinstance(found, Unknown) else len(found.slots) <= 3
