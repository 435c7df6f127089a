"""Damage to the bytes of real programs: changed bytes, most of them in the headers, and cut ends."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

HEADERS = 0x1000


@st.composite
def damaged(draw: Callable[..., Any], originals: Sequence[bytes]) -> bytes:
    """One of the originals with up to a dozen bytes changed, and in one case of three cut off somewhere."""
    # Plain draws in a fixed order, no alternatives of strategies: of two that happen to be equal (both ranges of a
    # small file) Hypothesis keeps one as long as its cache knows both, and then calls the strategy flaky.
    raw = bytearray(originals[draw(st.integers(0, len(originals) - 1))])
    for _ in range(draw(st.integers(0, 12))):
        size = min(HEADERS, len(raw)) if draw(st.booleans()) else len(raw)
        raw[draw(st.integers(0, size - 1))] = draw(st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)))
    return bytes(raw[: draw(st.integers(0, len(raw)))] if draw(st.integers(0, 2)) == 0 else raw)
