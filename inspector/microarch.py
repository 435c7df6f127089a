"""The microarchitecture variables: which GOARCH reads which, and what their values mean.

golang/go, src/internal/buildcfg/cfg.go: GOGOARCH, goarm, ParseGoarm64.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "GO386": ("386",),
    "GOAMD64": ("amd64",),
    "GOARM": ("arm",),
    "GOARM64": ("arm64",),
    "GOMIPS": ("mips", "mipsle"),
    "GOMIPS64": ("mips64", "mips64le"),
    "GOPPC64": ("ppc64", "ppc64le"),
    "GORISCV64": ("riscv64",),
}


def same(key: str, one: str, other: str) -> bool:
    """Tell whether two values of a variable mean the same, however they are spelled."""
    return meaning(key, one) == meaning(key, other)


def meaning(key: str, value: str) -> Hashable:
    """Return what a value of a variable means, the same for all its spellings."""
    if key == "GOARM":
        return arm(value)
    if key == "GOARM64":
        return _arm64(value)
    return value


def fits(key: str, proven: str, value: str) -> bool | None:
    """Tell whether a value is the proven one; None when the bytes do not tell it from others.

    Of GOARM64 only LSE can be seen, in every version but v8.0; its other option, crypto, never.
    """
    if key != "GOARM64":
        return same(key, proven, value)
    version, features = _arm64(value)
    if (proven == "lse") != ("lse" in features):
        return False
    return True if version == "v8.0" and not features else None


def arm(value: str) -> tuple[str, str]:
    """Return level and floating point of a GOARM: 5 is soft by default, 6 and 7 are hard."""
    level, _, kind = value.partition(",")
    return level, kind or ("softfloat" if level == "5" else "hardfloat")


def _arm64(value: str) -> tuple[str, frozenset[str]]:
    """Return version and features of a GOARM64: lse is part of every version but v8.0."""
    version, *features = value.split(",")
    return version, frozenset(features) | (frozenset() if version == "v8.0" else {"lse"})
