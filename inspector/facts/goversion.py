"""The runtime's own version string (runtime.buildVersion), proven by the pointer to it.

Since Go 1.17 the linker sets it as it sets any -X variable (cmd/link/internal/ld/data.go, addstrdata): the text with
a NUL after it in read-only data, and a Go string header (address, length) in writable data. Text alone proves
nothing, since programs carry version strings of other programs, and constants of the source have no NUL. A header
that holds the text's address and very length does.

Before, it was a variable with a constant's value (src/runtime/proc.go of Go 1.16: var buildVersion =
sys.TheVersion), so its text has no NUL. It is always linked (schedinit compares it with "", just to keep it), hence
a program with the header of one version only has no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from formats.image import Image, ObjectNative, Unknown
from inspector.facts.buildinfo import BuildInfo
from inspector.facts.functab import FunctionTable
from inspector.facts.pointers import led_to, places, searches
from inspector.model import Evidence

# What follows the number is the vendor's own, as its VERSION file has it: "go1.15.8b5", "go1.26.0-microsoft",
# "go1.20.3 X:nocoverageredesign"; a development version begins with "devel" (until Go 1.24) or has it after the number
# (cmd/dist, findgoversion).
_VERSION: Final = rb"(?:go1(?:\.\d{1,3}){1,2}(?:[^\d.\0-\x1f\x7f-\xff][ -~]{0,200})?|devel [ -~]{4,200})"
_ENDED: Final = _VERSION + rb"\0"
_BEGUN: Final = rb"go1\.\d|devel [+g]"
_BY_CONSTANT: Final = ("1.2", "1.16")  # layouts of the function table that releases before 1.17 write
_MINOR: Final = re.compile(r"\bgo1\.(\d+)")
_STARTS: Final = (b"go1.", b"devel ")
_MAX_LENGTH: Final = 256  # bytes of a version; longest known has an X: list of experiments and is under 100
_MAX_HITS: Final = 64  # texts to look for pointers to; each costs a scan of the writable data
_MAX_DATA: Final = 16 << 20  # bytes of a writable segment to look through; kubelet's has 1.6 MiB
_MAX_HEADERS: Final = 1000  # string headers with one text's address; a program has a few
_MAX_STARTS: Final = 100_000  # places that start like a version, or hold its length; cmd/compile has some 2,000


def observed_version(
    image: Image, table: FunctionTable | Unknown, info: BuildInfo | Unknown
) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    """Return the version the runtime would print, with its place.

    The recorded version is only where to look first: it counts once the program points at that text as well (or
    the record itself is a pointer to it). Without proof the answer is Unknown, with the releases that write the
    function table's layout.
    """
    if isinstance(image.native, ObjectNative):
        return _by_landmark(image, image.native, table)
    if not isinstance(info, Unknown) and isinstance(info.recorded.go_version, str):
        recorded = info.recorded.go_version
        if info.points_at_runtime:
            return recorded, (Evidence("runtime.buildVersion", recorded, image.place(info.offset)),)
        at = _place_of(image, recorded.encode("utf-8", "replace"))
        if at is not None:
            return recorded, (Evidence("runtime.buildVersion", recorded, image.place(at)),)
    found = _search(image, ended=isinstance(table, Unknown) or table.layout not in _BY_CONSTANT)
    if len(found) == 1:
        version, at = next(iter(found.items()))
        return version, (Evidence("runtime.buildVersion", version, image.place(at)),)
    return Unknown(table.reason if isinstance(table, Unknown) else table.releases), ()


def _by_landmark(
    image: Image, native: ObjectNative, table: FunctionTable | Unknown
) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    """Return the version an object has: before the link no pointer proves it, the text's own symbol does."""
    at = native.landmarks.get("runtime.buildVersion.str")
    match = None if at is None else re.match(_ENDED, image.window.read_upto(at, _MAX_LENGTH))
    if match is None:
        return Unknown(table.reason if isinstance(table, Unknown) else table.releases), ()
    version = match[0][:-1].decode("ascii")
    return version, (Evidence("runtime.buildVersion", version, image.place(at)),)


def _place_of(image: Image, text: bytes) -> int | None:
    """Return the offset in ``mapped`` of this very text if a Go string header points at it.

    First by the headers, which are in the small writable data, instead of the text, which may be anywhere in
    read-only data with a hundred megabytes of embedded files; then, for a position-independent file whose headers
    are filled in by the loader, by the text.
    """
    at = next(_headed(image, text), None)
    if at is None:
        copies = islice(_texts(image, text + b"\0"), _MAX_HITS)
        at = next((at for at in copies if len(text) in _lengths(image, at)), None)
    return at


def _headed(image: Image, text: bytes) -> Iterator[int]:
    """Yield where a pointer in writable data leads, when the text's length follows it and the text is there."""
    size = image.pointer_size
    length = len(text).to_bytes(size, image.byteorder)
    for segment in image.segments:
        if not segment.writable or segment.executable:
            continue
        data = image.mapped.read(segment.offset, min(segment.file_size, _MAX_DATA), "writable data")
        seen: set[bytes] = set()  # a short length is a common word: 49,000 times in dockerd, after 5,000 pointers
        for hit in islice(_all(data, length, size), _MAX_STARTS):
            pointer = data[hit - size : hit]
            if pointer in seen:
                continue
            seen.add(pointer)
            at = image.offset_of(led_to(image, int.from_bytes(pointer, image.byteorder)))
            if at is not None and image.mapped.read_upto(at, len(text) + 1) == text + b"\0":
                yield at


def _all(data: bytes, needle: bytes, start: int) -> Iterator[int]:
    """Yield every place of ``needle`` from ``start`` on, overlapping ones too."""
    at = data.find(needle, start)
    while at >= 0:
        yield at
        at = data.find(needle, at + 1)


def _search(image: Image, *, ended: bool) -> dict[str, int]:
    """Return every version text with a Go string header of its own, and its offset in ``mapped``.

    ``ended``: only texts with a NUL behind.
    """
    found: dict[str, int] = {}
    hits, limit = 0, min(_MAX_HITS, searches(image))
    for at in islice((at for start in _STARTS for at in _texts(image, start)), _MAX_STARTS):
        text = image.mapped.read_upto(at, _MAX_LENGTH)
        if not re.match(_ENDED if ended else _BEGUN, text):
            continue
        hits += 1
        if hits > limit:
            return {}  # a version that is not the runtime's must not win by coming first
        for length in set(_lengths(image, at)):
            version = text[:length]
            if re.fullmatch(_VERSION, version) and (not ended or text[length : length + 1] == b"\0"):
                found.setdefault(version.decode("ascii"), at)
    return found


def _texts(image: Image, text: bytes) -> Iterator[int]:
    for segment in sorted(image.segments, key=lambda segment: segment.executable):
        yield from image.mapped.find_all(text, segment.offset, segment.offset + segment.file_size)


def _lengths(image: Image, offset: int) -> Iterator[int]:
    """Yield the length in each Go string header that holds this text's address, if it may be a version's."""
    address = image.address_of(offset)
    if address is None:
        return
    size = image.pointer_size
    for place in islice(places(image, address), _MAX_HEADERS):
        length = int.from_bytes(image.read_at(place + size, size, "string length") or b"", image.byteorder)
        if 0 < length < _MAX_LENGTH:
            yield length


def go_minor(*versions: str | Unknown | None) -> int | Unknown:
    """Return the 27 of "go1.27.3" from the first version that tells; development versions name theirs too."""
    for version in versions:
        match = _MINOR.search(version) if isinstance(version, str) else None
        if match:
            return int(match[1])
    return Unknown("neither the runtime nor the build info tells the Go version")
