"""The members of an ar archive, which C archives and Debian packages are.

Layouts of System V, Berkeley (names of "#1/<length>") and Apple are alike but for names (FreeBSD manual, ar(5)).

arpy is not used: it reads a name, or a table of names, of whatever length a header claims, and where the archive is a
thin one it opens the files that this names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from formats.errors import LimitExceeded, Malformed, Truncated
from formats.window import MAX_LIST, MAX_NAME, Window

_MAGIC: Final = 8  # bytes of "!<arch>\n"
_HEADER: Final = 60
_END: Final = b"`\n"


class Member(NamedTuple):
    """A member's name, and where in the archive its bytes are."""

    name: str
    offset: int
    size: int


def members(window: Window) -> Iterator[Member]:
    """Yield the members in order; the symbol and name tables of the archive are members too.

    Raises Truncated, Malformed or LimitExceeded where the walk cannot go on.
    """
    at = _MAGIC
    for _ in range(MAX_LIST):
        if at >= window.size:
            return
        header = window.read(at, _HEADER, "member header")
        name = header[:16].rstrip()
        size = header[48:58].rstrip()
        if header[58:] != _END or not size.isdigit():
            raise Malformed("a member of an ar archive without a header", window.base + at)
        start, length = at + _HEADER, int(size)
        if start + length > window.size:
            what = f"an archive member of {length} bytes reaches past the end of the file ({window.size} bytes)"
            raise Truncated(what, window.size)
        at = start + length + length % 2
        if name.startswith(b"#1/") and name[3:].isdigit():
            inner = min(int(name[3:]), length)
            name = window.read(start, min(inner, MAX_NAME), "member name").rstrip(b"\0")
            start, length = start + inner, length - inner
        elif name not in {b"/", b"//"}:
            name = name.removesuffix(b"/")
        yield Member(name.decode("utf-8", "backslashreplace"), start, length)
    raise LimitExceeded(f"more than {MAX_LIST} members", window.base + at)
