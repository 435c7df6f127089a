"""C archive reader: what -buildmode=c-archive makes, an ar archive of Go's object and those of cgo.

The Go linker has ar put its own object, go.o, before all others (cmd/link/internal/ld/lib.go, archive). An image is
read from that one.
"""

from __future__ import annotations

from typing import Final

import formats
from formats import ar, coff
from formats.errors import NotRecognised
from formats.image import BadSlice, Format, Image
from formats.objects import as_object
from formats.window import Window

ERRORS: Final = ()
"""No library, so nothing but FormatError is raised."""

_UNIVERSAL: Final = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")  # these may hold archives again, and so on
_GO_OBJECT: Final = "go.o"
_PACKAGE: Final = "__.PKGDEF"  # what the archive of a compiled package begins with (cmd/internal/archive)


def read(window: Window) -> tuple[Image, ...]:
    """Parse the headers of a C archive's Go object; always one Image.

    Raises NotRecognised for an archive of other things, Truncated when a member reaches past the end.
    """
    found: ar.Member | None = None
    for index, member in enumerate(ar.members(window)):
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
