"""Damage to the bytes of real programs: changed bytes, most of them in the headers, and cut ends."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

HEADERS = 0x1000


def damaged(originals: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of the originals with up to a dozen bytes changed, and in one case of three cut off somewhere.

    One number decides all of it: of files of megabytes there is nothing for Hypothesis to shrink byte by byte.
    """
    return st.integers(0, 2**64 - 1).map(lambda seed: damage(Random(seed), originals))


def damage(random: Random, originals: Sequence[bytes]) -> bytes:
    """Damage one of the originals as these random numbers say."""
    raw = bytearray(random.choice(originals))
    for _ in range(random.randrange(13)):
        size = min(HEADERS, len(raw)) if random.random() < 0.5 else len(raw)
        raw[random.randrange(size)] = random.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(raw[: random.randrange(len(raw) + 1)] if random.random() < 1 / 3 else raw)
