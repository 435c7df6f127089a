"""What was meant for one artifact, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Declared(msgspec.Struct, Generic[T], frozen=True):
    """One declared value and where it was declared.

    ``source`` is what reports print: "option --goos", "option --profile musl", "environment GOOS", "file name",
    "archive name", "directory name". ``by_name`` is true for the last three: a name is a weaker witness than a
    declaration.
    """

    value: T
    source: str
    by_name: bool = False


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What was meant for one artifact; None (or an absent key) where nothing was declared."""

    goos: Declared[str] | None = None
    goarch: Declared[str] | None = None
    cgo: Declared[bool] | None = None
    microarch: Mapping[str, Declared[str]] = msgspec.field(default_factory=dict)  # GOAMD64, GOARM, ...
    static: Declared[bool] | None = None
    buildmode: Declared[str] | None = None
    tags: Declared[tuple[str, ...]] | None = None
    tzdata: Declared[str] | None = None  # embedded | absent
    go: Declared[str] | None = None  # at least this release, "1.27" or "1.27.3"
    libc: Declared[str] | None = None  # the C library the target system has: glibc | musl | bionic
    glibc: Declared[str] | None = None  # its version there, "2.28"
    min_os: Declared[str] | None = None  # the oldest system meant to start it: "10.0" (windows), "13.0" (darwin)
    platform: Declared[str] | None = None  # Mach-O platform: "macos", "ios", "iossimulator"
    absent: Declared[tuple[str, ...]] | None = None  # what the target lacks: zones, ca-roots, users
    page_size: Declared[int] | None = None  # bytes of a memory page there, at most: 16384
