"""What the briefs of many artifacts have in common, held once.

Programs of one release are alike in nearly everything, and the brief of each comes from a worker with values of its
own: 3.6 KB, of which 0.7 KB remain.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from inspector.model import FileBrief, ImageBrief


class Common:
    """Every value that was met in a brief."""

    def __init__(self) -> None:
        self._met: dict[object, Any] = {}

    def of(self, brief: FileBrief) -> FileBrief:
        """Return the same brief, made of values that others are made of."""
        images = tuple(map(self._image, brief.images))
        return FileBrief(path=brief.path, members=brief.members, size=brief.size, sha256=brief.sha256, images=images)

    def _image(self, image: ImageBrief) -> ImageBrief:
        return ImageBrief(**{name: self._value(getattr(image, name)) for name in image.__struct_fields__})

    def _value(self, value: Any) -> Any:  # of any field
        """Return the value that is equal to this one and was met first."""
        if not isinstance(value, dict):
            return self._met.setdefault((type(value), value), value)  # True is equal to 1, and of another type
        flat = tuple(map(self._value, chain.from_iterable(value.items())))
        if flat not in self._met:
            self._met[flat] = dict(zip(flat[::2], flat[1::2], strict=True))
        return self._met[flat]
