"""Page hashes, recomputed here one page at a time."""

import hashlib

import pytest

from formats.image import CodeSignature
from inspector.facts.pagehash import PageHashes

MAKE = {
    1: lambda page: hashlib.sha1(page).digest(),
    2: lambda page: hashlib.sha256(page).digest(),
    3: lambda page: hashlib.sha256(page).digest()[:20],
    4: lambda page: hashlib.sha384(page).digest(),
}
IMAGE = hashlib.shake_128(b"an image").digest(0x9123)


def signature(limit: int = 0x9000, page_size: int = 0x1000, kind: int = 2) -> CodeSignature:
    step = page_size or limit
    slots = tuple(MAKE[kind](IMAGE[at : min(at + step, limit)]) for at in range(0, limit, step))
    return CodeSignature(
        offset=0x9000,
        size=0x123,
        kind="adhoc",
        identifier="a.out",
        flags=2,
        hash_type=kind,
        page_size=page_size,
        code_limit=limit,
        slots=slots,
        directory_offset=0x9014,
    )


def bad_pages(of: CodeSignature, data: bytes = IMAGE, step: int = 0x2000) -> tuple[int, ...]:
    pages = PageHashes(of)
    for at in range(0, len(data), step):
        pages.update(data[at : at + step])
    return pages.finish()


def changed(*places: int) -> bytes:
    data = bytearray(IMAGE)
    for at in places:
        data[at] ^= 1
    return bytes(data)


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("page_size", [0x1000, 0x4000, 0])
@pytest.mark.parametrize("limit", [0x8000, 0x8001, 0x9123, 5])
@pytest.mark.parametrize("step", [0x2000, 0x1001, 7, 0x10000])
def test_an_untouched_image(kind, page_size, limit, step):
    assert bad_pages(signature(limit, page_size, kind), step=step) == ()


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("step", [0x2000, 0x1001, 100, 0x10000])
def test_the_pages_that_changed(kind, step):
    data = changed(0, 0x1000, 0x4FFF, 0x8FFF)
    assert bad_pages(signature(kind=kind), data, step) == (0, 1, 4, 8)
    assert bad_pages(signature(page_size=0x4000, kind=kind), data, step) == (0, 1, 2)
    assert bad_pages(signature(page_size=0, kind=kind), data, step) == (0,)


def test_the_last_page_is_as_short_as_the_code_limit_makes_it():
    assert bad_pages(signature(limit=0x8010), changed(0x8010)) == ()
    assert bad_pages(signature(limit=0x8010), changed(0x800F)) == (8,)


def test_beyond_the_code_limit_nothing_counts():
    assert bad_pages(signature(limit=0x3000), changed(0x3000, 0x9000)) == ()


def test_a_page_without_a_hash_is_bad():
    whole = signature()
    fewer = CodeSignature(
        **{name: getattr(whole, name) for name in whole.__struct_fields__} | {"slots": whole.slots[:7]}
    )
    assert bad_pages(fewer) == (7, 8)


def test_an_image_that_ends_before_its_code_limit():
    assert bad_pages(signature(), IMAGE[:0x8800]) == (8,)
