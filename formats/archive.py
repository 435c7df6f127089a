"""C archive reader: what -buildmode=c-archive makes, an ar archive of Go's object and those of cgo.

The Go linker has ar put its own object, go.o, before all others (cmd/link/internal/ld/lib.go, archive). An image is
read from that one. Layout of ar: System V, Berkeley (names of "#1/<length>") and Apple's are alike but for names
(FreeBSD manual, ar(5)).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import formats
from formats import coff
from formats.errors import LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import BadSlice, Format, Image
from formats.objects import as_object
from formats.window import MAX_LIST, MAX_NAME, Window

ERRORS: Final = ()
"""No library, so nothing but FormatError is raised."""

_MAGIC: Final = 8  # bytes of "!<arch>\n"
_HEADER: Final = 60
_END: Final = b"`\n"
_UNIVERSAL: Final = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")  # these may hold archives again, and so on
_GO_OBJECT: Final = "go.o"
_PACKAGE: Final = "__.PKGDEF"  # what the archive of a compiled package begins with (cmd/internal/archive)


class _Member(NamedTuple):
    name: str
    offset: int
    size: int


def read(window: Window) -> tuple[Image, ...]:
    """Parse the headers of a C archive's Go object; always one Image.

    Raises NotRecognised for an archive of other things, Truncated when a member reaches past the end.
    """
    found: _Member | None = None
    for index, member in enumerate(_members(window)):
        if index == 0 and member.name == _PACKAGE:
            raise NotRecognised("an archive of a compiled Go package, not an executable")
        if member.name == _GO_OBJECT and found is None:
            found = member
    if found is None:
        raise NotRecognised(f"an archive of objects, none of them Go's own ({_GO_OBJECT})")
    part = window.sub(found.offset, found.size, "object")
    return (as_object(_object(part), found.name, window),)


def _object(part: Window) -> Image:
    """Read the object: as COFF when it is no ELF and no Mach-O, for COFF has no magic of its own."""
    head = part.read_upto(0, formats.HEAD)
    if head[:4] in _UNIVERSAL:
        raise NotRecognised(f"an archive whose {_GO_OBJECT} is a universal file, not an object", part.base)
    if formats.sniff(head) not in {Format.ELF, Format.MACHO}:
        return coff.read(part)
    (image,) = formats.read(part)
    if isinstance(image, BadSlice):  # only a universal file has slices
        raise image.error
    return image


def _members(window: Window) -> Iterator[_Member]:
    """Yield the members in order; the symbol and name tables of the archive are members too."""
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
        yield _Member(name.decode("utf-8", "backslashreplace"), start, length)
    raise LimitExceeded(f"more than {MAX_LIST} members", window.base + at)
