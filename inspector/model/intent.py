"""What was meant for one artifact, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")


class Declared(msgspec.Struct, Generic[T], frozen=True):
    """One declared value and where it was declared.

    ``source`` is what reports print: "option --goos", "option --profile musl", "environment GOOS",
    "policy gobin-inspect.toml:targets[0].cgo", "artifacts.json", "metadata.json", "file name", "archive name",
    "directory name". ``by_name`` is true for the last three: a name is a weaker witness than a declaration.
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
    universal: Declared[bool] | None = None  # one file with a slice for each of several processors (macOS)
    module: Declared[str] | None = None  # path of the main module: "example.com/app"
    version: Declared[str] | None = None  # its version, "v1.2.3"; the v may be left out
    revision: Declared[str] | None = None  # commit it was built from, in full or shortened
    clean: Declared[bool] | None = None  # True: no uncommitted changes
    trimpath: Declared[bool] | None = None  # True: no path of the build machine
    debug_info: Declared[bool] | None = None  # False: no DWARF; True allows it
    symbols: Declared[bool] | None = None  # False: no symbol table; True allows it
    pristine: Declared[bool] | None = None  # True: not changed since Go linked it
    fips140: Declared[str] | None = None  # GOFIPS140 of the build: "off", "latest", "v1.0.0"
    max_size: Declared[int] | None = None  # bytes of the file, at most
    subsystem: Declared[str] | None = None  # PE: console | gui
    pe_checksum: Declared[bool] | None = None  # True: the optional header holds a checksum
    aslr: Declared[bool] | None = None  # True: PE loads at any address
    signature: Declared[str] | None = None  # authenticode (PE) | codesign (Mach-O, with a certificate, not ad hoc)
    dylibs: Declared[tuple[str, ...]] | None = None  # globs of libraries allowed from outside macOS
    interpreters: Declared[tuple[str, ...]] | None = None  # globs of loaders allowed beside the stock ones


DEMANDS: Final = frozenset({"clean", "trimpath", "pristine", "pe_checksum", "aslr"})
"""Keys that demand something when they are true, and nothing when they are false."""

METADATA: Final = "metadata.json"
"""Source of what GoReleaser's metadata.json says of a release as a whole."""
