"""The microarchitecture variables: which GOARCH reads which, and what their values mean.

golang/go, src/internal/buildcfg/cfg.go: GOGOARCH, goarm, ParseGoarm64.
"""

from __future__ import annotations

import re
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


_ORDERED: Final[Mapping[str, tuple[str, ...]]] = {
    "GO386": ("softfloat", "387", "sse2"),
    "GOAMD64": ("v1", "v2", "v3", "v4"),
    "GOMIPS": ("softfloat", "hardfloat"),
    "GOMIPS64": ("softfloat", "hardfloat"),
    "GOPPC64": ("power8", "power9", "power10"),
    "GORISCV64": ("rva20u64", "rva22u64", "rva23u64"),
}
"""Values of which each needs a processor that can do what the ones before it need, and more."""

_FORMER: Final[Mapping[str, str]] = {"GOARM64": "v8.0", "GORISCV64": "rva20u64"}
"""What programs were built for before there was the variable, in Go 1.22 and older, whose records say nothing of it."""

_ARM64_VERSION: Final = re.compile(r"v([89])\.([0-9])")
_V9_IS: Final = 5  # golang/go, cfg.go: "v9.0 is v8.5 plus some optional features", and so on


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


def raised(key: str, before: str | None, after: str | None) -> bool:
    """Tell whether a program needs something of its processor that the former one did not need.

    None is what a record without the variable has. False where a value is none that Go knows.
    """
    before = _FORMER.get(key) if before is None else before
    if before is None or after is None:
        return False
    if key == "GOARM":
        return _exceeds(_arm_needs(before), _arm_needs(after))
    if key == "GOARM64":
        return _exceeds(_arm64_needs(before), _arm64_needs(after))
    order = _ORDERED[key]
    return before in order and after in order and order.index(before) < order.index(after)


_Needs = tuple[int, frozenset[str]]
"""The version of an architecture, and what a processor must have beside it."""


def _exceeds(before: _Needs | None, after: _Needs | None) -> bool:
    return before is not None and after is not None and (after[0] > before[0] or not after[1] <= before[1])


def _arm_needs(value: str) -> _Needs | None:
    level, kind = arm(value)
    if level not in {"5", "6", "7"} or kind not in {"softfloat", "hardfloat"}:
        return None
    return int(level), frozenset({kind} - {"softfloat"})


def _arm64_needs(value: str) -> _Needs | None:
    if value == "lse":  # what the bytes prove
        return 0, frozenset({value})
    version, features = _arm64(value)
    found = _ARM64_VERSION.fullmatch(version)
    if found is None or not features <= {"lse", "crypto"}:
        return None
    return int(found[2]) + (_V9_IS if found[1] == "9" else 0), features


def arm(value: str) -> tuple[str, str]:
    """Return level and floating point of a GOARM: 5 is soft by default, 6 and 7 are hard."""
    level, _, kind = value.partition(",")
    return level, kind or ("softfloat" if level == "5" else "hardfloat")


def _arm64(value: str) -> tuple[str, frozenset[str]]:
    """Return version and features of a GOARM64: lse is part of every version but v8.0."""
    version, *features = value.split(",")
    return version, frozenset(features) | (frozenset() if version == "v8.0" else {"lse"})
