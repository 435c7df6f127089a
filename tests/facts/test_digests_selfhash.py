"""The self-hash over any split of any bytes, against the hash of the whole with every copy of the ID replaced."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.facts.selfhash import SelfHash, before_hashing, content_id
from tests.facts.wholefile import ACTION, LINKED, MAIN_ACTION, MAIN_CONTENT

ID = LINKED.encode()


def at_once(data: bytes, build_id: str = LINKED) -> str:
    blanked = data.replace(build_id.encode(), bytes(len(build_id)))
    return base64.urlsafe_b64encode(hashlib.sha256(blanked).digest()[:15]).decode()


def in_steps(data: bytes, sizes: list[int], build_id: str = LINKED, blank: tuple[tuple[int, int], ...] = ()) -> str:
    one = SelfHash(build_id, blank)
    at = 0
    for size in sizes:
        one.update(data[at : at + size])
        at += size
    one.update(data[at:])
    return one.content_id()


PIECES = st.lists(
    st.sampled_from((ID, ID[:82], ID[1:], ID[:41], ID[41:], b"", b"x", bytes(90), b"A" * 20)), max_size=12
)


@given(PIECES, st.lists(st.integers(0, 200), max_size=12))
def test_any_split_gives_the_same(pieces, sizes):
    data = b"".join(pieces)
    assert in_steps(data, sizes) == at_once(data)


@pytest.mark.parametrize("cut", range(84))
def test_an_id_across_two_steps(cut):
    data = bytes(500) + ID + bytes(500)
    assert in_steps(data, [500 + cut]) == at_once(data)
    assert at_once(data) == at_once(bytes(len(data)))


def test_an_id_across_many_small_steps():
    data = b"head" + ID + b"tail"
    assert in_steps(data, [1] * len(data)) == at_once(data)


def test_copies_that_overlap_count_from_the_left():
    part = "D" * 20
    build_id = f"{part}/{part}/{part}/{part}"
    data = f"{part}/{build_id}/{part}".encode() * 3
    for cut in range(len(data)):
        assert in_steps(data, [cut], build_id) == at_once(data, build_id)


def test_a_million_copies():
    data = ID * 1_000_000
    one = SelfHash(LINKED, ())
    for at in range(0, len(data), 1 << 20):
        one.update(data[at : at + (1 << 20)])
    assert one.content_id() == at_once(bytes(len(data)))


@given(st.integers(0, 300), st.integers(0, 300), st.lists(st.integers(0, 120), max_size=8))
def test_blank_ranges_hide_the_id_too(start, size, sizes):
    data = b"." * 100 + ID + b"." * 117
    blanked = data[:start] + bytes(len(data[start : start + size])) + data[start + size :]
    assert in_steps(data, sizes, blank=((start, size),)) == at_once(blanked)


def test_two_blank_ranges():
    data = bytes(range(256))
    blanked = bytes(20) + data[20:200] + bytes(10) + data[210:]
    assert in_steps(data, [15, 190], blank=((200, 10), (0, 20))) == at_once(blanked)


def test_only_ids_of_gos_own_making_hold_a_hash():
    assert content_id(f"{ACTION}/{MAIN_ACTION}/{MAIN_CONTENT}/{'x' * 20}") == "x" * 20
    for other in ("", "foo", "a/b/c/d", f"{LINKED}/{ACTION}", LINKED[:-1], LINKED.replace("B", "+"), "e" * 40):
        assert content_id(other) is None


def test_what_stood_there_while_linking():
    assert before_hashing(f"{ACTION}/{MAIN_ACTION}/{MAIN_CONTENT}/{'x' * 20}") == ID
