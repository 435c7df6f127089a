"""An artifact in a row of a table: what it is built for, cgo, linkage, whether it is as the linker wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from inspector.microarch import same
from inspector.model import FileBrief, ImageBrief, Unknown
from inspector.reports.safe import neutral
from inspector.reports.summary import in_short

HEADINGS: Final = ("target", "cgo", "linkage", "pristine")
"""What stands above the cells."""

_WIDEST: Final = 28
"""Characters of a cell: "linux/mipsle hardfloat" has room, and a file may record anything."""
_PRISTINE: Final = {"pristine": "yes", "modified": "no"}
_USUAL: Final = frozenset({"sse2", "v1", "v8.0", "hardfloat", "power8", "rva20u64"})
"""Levels that go without saying: what Go takes where nothing else is set (golang/go, src/cmd/dist/build.go). GOARM's
depends on the machine that builds, and each of its three starts on other processors."""


class Cells(NamedTuple):
    """The cells, neutral: of a universal file what its images have, with + between what differs."""

    target: str  # as Go spells it, with its level: "linux/arm v7", "darwin/amd64+arm64"
    cgo: str
    linkage: str
    pristine: str


def cells(file: FileBrief) -> Cells:
    """Return the cells of one artifact."""
    images = file.images
    return Cells(
        _cell(f"{_joined(in_short(image.goos) for image in images)}/{_joined(map(_machine, images))}"),
        _joined("?" if isinstance(image.cgo, Unknown) else "on" if image.cgo else "off" for image in images),
        _cell(_joined(in_short(image.linkage) for image in images)),
        _joined(_PRISTINE.get(in_short(image.pristine), "?") for image in images),
    )


def _machine(image: ImageBrief) -> str:
    levels = (_level(key, value) for key, value in image.microarch.items() if value not in _USUAL)
    return " ".join((in_short(image.goarch), *levels))


def _level(key: str, value: str) -> str:
    if key == "GOARM" and same(key, value, value[:1]):
        value = value[:1]  # GOARM=7 and GOARM=7,hardfloat are one
    return f"v{value}" if value[:1].isdigit() else value


def _joined(words: Iterable[str]) -> str:
    return "+".join(dict.fromkeys(words))


def _cell(text: str) -> str:
    text = neutral(text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
