"""Damage to the bytes of real programs: changed bytes, most of them in the headers, and cut ends."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

HEADERS = 0x1000


@st.composite
def damaged(draw: Callable[..., object], originals: Sequence[bytes]) -> bytes:
    """One of the originals with up to a dozen bytes changed, and in one case of three cut off somewhere."""
    raw = bytearray(draw(st.sampled_from(originals)))
    places = st.integers(0, min(HEADERS, len(raw)) - 1) | st.integers(0, len(raw) - 1)
    for at, value in draw(st.lists(st.tuples(places, st.sampled_from((0, 1, 0x7F, 0x80, 0xFF))), max_size=12)):
        raw[at] = value
    whole = st.just(len(raw))
    return bytes(raw[: draw(st.one_of(whole, whole, st.integers(0, len(raw))))])
