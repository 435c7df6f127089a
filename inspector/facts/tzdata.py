"""The zone database inside a program: whether, how many zones, which IANA release, and whether anything asks."""

from __future__ import annotations

from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.facts.zonezip import Zones, ZoneZipError, find_zone_zips, read_zones
from inspector.model import Evidence, Tzdata
from inspector.tzreleases import releases

_PACKAGE: Final = "time/tzdata/"
_ASKS: Final = "time.LoadLocation"

Proofs = dict[str, tuple[Evidence, ...]]


def tzdata(image: Image, table: FunctionTable | Unknown) -> tuple[Tzdata, Proofs]:
    """Tell what the program carries by its file table, and how sound it is by the bytes themselves."""
    if isinstance(table, Unknown):
        return Tzdata(embedded=table, zones=table, release=table, load_location=table), {}
    asks = table.links(_ASKS)
    proofs: Proofs = {}
    if asks:
        proofs["tzdata.load_location"] = (Evidence("function table", _ASKS, image.place(table.offset)),)
    if table.goroot is None:
        unknown = Unknown("the file table does not tell which files are the standard library's")
        return Tzdata(embedded=unknown, zones=unknown, release=unknown, load_location=asks), proofs
    file = next(table.std_from(_PACKAGE), None)
    if file is None:
        return Tzdata(embedded=False, zones=None, release=None, load_location=asks), proofs
    place = table.std_offset(file)
    listed = Evidence("file table", file, image.place(place))
    zones, release, defect, found = _inspect(image)
    proofs["tzdata"] = (listed, *found)
    return Tzdata(embedded=True, zones=zones, release=release, load_location=asks, defect=defect), proofs


def _inspect(image: Image) -> tuple[int | Unknown, str | Unknown, str | None, tuple[Evidence, ...]]:
    """Return the number of zones, the release, the defect if there is one, and the evidence."""
    read = [(offset, _read(data)) for offset, data in find_zone_zips(image)]
    found = tuple(Evidence("zip of zones", _says(what), image.place(offset)) for offset, what in read)
    if not read:
        defect = "no zip of zones is where time/tzdata should have one"
        return Unknown(defect), Unknown(defect), defect, ()
    contents = {what for _, what in read}
    if len(contents) > 1:
        several = Unknown(f"{len(read)} zone databases are inside, and nothing tells which one is time/tzdata's")
        return several, several, None, found
    what = contents.pop()
    if isinstance(what, str):
        return Unknown(what), Unknown(what), what, found
    known = releases().get(what.digest)
    return what.count, known.release if known else Unknown("not a release the table knows"), None, found


def _read(data: bytes) -> Zones | str:
    try:
        return read_zones(data)
    except ZoneZipError as error:
        return str(error)


def _says(what: Zones | str) -> str:
    if isinstance(what, str):
        return what
    known = releases().get(what.digest)
    return f"{what.count} zones, release {known.release if known else 'unknown'}"
