"""What Debian's and RPM's packages have in common: one compressed archive of files that belong below the root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from formats import FormatError, Window
from inspector.sources.decode import codec_of, lzma_alone, unpack
from inspector.sources.kinds import COMPRESSED, Container, classify
from inspector.sources.limits import HEAD, MAX_TOTAL, Budget
from inspector.sources.member import Member
from inspector.sources.spool import spooled

_ROOT: Final = re.compile(r"\A(?:\.?/)++")


@contextmanager
def unpacked(packed: Window, *, lzma: bool, budget: Budget) -> Iterator[Window]:
    """Offer the archive; its first bytes tell the compression, but for ``lzma``, which has no magic."""
    kind = classify(packed.read_upto(0, HEAD))
    if isinstance(kind, Container) and kind in COMPRESSED:
        codec = codec_of(kind)
    elif lzma:
        codec = lzma_alone()
    else:
        yield packed.part(0, packed.size)
        return
    with spooled(unpack(packed, codec), budget, MAX_TOTAL) as archive:
        yield archive


def installed(what: str, members: Iterator[Member]) -> Iterator[Member]:
    """Yield the files under the names they get below the root, whose spelling differs: ./usr, /usr and usr.

    An error says that its offset counts in ``what``.
    """
    try:
        for member in members:
            yield msgspec.structs.replace(member, name=_below_root(member.name))
    except FormatError as error:
        raise type(error)(f"{what}: {error.what}", error.offset) from error


def _below_root(name: str) -> str:
    return _ROOT.sub("", name) or name
