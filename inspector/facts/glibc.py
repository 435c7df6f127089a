"""What asks for the newest glibc: the symbols that decide the oldest distribution a program starts on."""

from __future__ import annotations

from typing import Final

from formats.image import ElfNative, Image, Unknown, VersionNeed
from inspector.model import Evidence

_SHOWN: Final = 6  # symbols named in one line of evidence
_RELR: Final = ("2.36", "GLIBC_ABI_DT_RELR")  # linkage.glibc_floor says why the one stands for the other


def floor_proof(image: Image, floor: str | Unknown | None) -> tuple[Evidence, ...]:
    """Return one evidence per library from which a symbol of the version ``floor`` is asked."""
    native = image.native
    if not isinstance(native, ElfNative) or not isinstance(floor, str) or isinstance(native.version_needs, Unknown):
        return ()
    wanted = {f"GLIBC_{floor}"} | ({_RELR[1]} if floor == _RELR[0] else set())
    return tuple(
        Evidence(f"symbol version of {need.library}", _said(need), image.window.base + need.offset)
        for need in native.version_needs
        if need.version in wanted
    )


def _said(need: VersionNeed) -> str:
    if not need.symbols:
        return need.version
    more = ", ..." if len(need.symbols) > _SHOWN else ""
    return f"{need.version}: {', '.join(need.symbols[:_SHOWN])}{more}"
