"""Damage of every kind, thousands of times from fixed random numbers: rows and programs, and never anything else.

test_damage.py leaves the sizes of things as they are; here pieces come, go and change places, and fields get the values
that arithmetic trips over.
"""

import random
import struct
from collections import Counter

from inspector.errors import UsageError
from inspector.model import Skipped
from inspector.sources import chosen
from tests.sources.test_damage import CONTAINERS, walked

FIELDS = (
    *(struct.pack(f"<{form}", value) for form in "HIQ" for value in (0, 1, 0x7FFF, 0xFFFF)),
    *(struct.pack(f">{form}", value) for form in "HIQ" for value in (1, 0x7FFF, 0xFFFF)),
    b"\xff" * 4,
    b"\xff" * 8,
    b"\x7f" + b"\xff" * 7,
    b"\x80" + bytes(11),
    b"99999999999\0",
    b"77777777777\0",
    b"-1        ",
    b"ffffffff",
    bytes(16),
)
"""Numbers as the formats write them: binary, octal, decimal and hexadecimal."""


def damaged(draw: random.Random) -> bytes:
    """A container that was changed in one to eight places."""
    data = bytearray(draw.choice(CONTAINERS))
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        at = draw.randrange(len(data))
        piece = slice(at, at + draw.randrange(1, 200))
        kind = draw.choice(("bit", "bit", "field", "field", "field", "doubled", "gone", "spliced"))
        if kind == "bit":
            data[at] ^= 1 << draw.randrange(8)
        elif kind == "field":
            field = draw.choice(FIELDS)
            data[at : at + len(field)] = field
        elif kind == "doubled":
            data[at:at] = data[piece]
        elif kind == "gone":
            del data[piece]
        else:
            other = draw.choice(CONTAINERS)
            data[at:] = other[draw.randrange(len(other)) :]
        data = data or bytearray(1)
    return bytes(data)


def test_containers():
    draw = random.Random(1)
    met = Counter(
        thing.kind.value if isinstance(thing, Skipped) else "program"
        for _ in range(2000)
        for thing in walked(damaged(draw))
    )
    assert met.keys() >= {"program", "malformed", "truncated", "not-executable", "limit", "unreadable"}


def test_globs():
    draw = random.Random(2)
    kinds = Counter()
    for _ in range(5000):
        glob = "".join(draw.choices("*?[]!^\\/a-zb.&|~ #{}()+$é\n\0", k=draw.randint(1, 12)))
        try:
            choice = chosen((glob,), (glob,)).below("x")
        except UsageError as error:
            kinds["refused" if str(error).isprintable() else "unprintable"] += 1
        else:
            # What is both included and excluded is excluded.
            assert not choice.takes(("a", "b"))
            kinds["taken"] += 1
    assert kinds.keys() == {"refused", "taken"}
    assert min(kinds.values()) > 1000
