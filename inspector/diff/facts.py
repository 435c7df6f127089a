"""The facts that are held against each other, by their names in JSON v1, and which changes make things worse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from inspector.microarch import VARIABLES, raised
from inspector.osfloors import floor, ordered
from inspector.reports.json_v1_types import File, Image, Observed, Recorded, Unknown

T = TypeVar("T")

Fact = str | bool | int | None | tuple[str, ...] | Unknown

LEVEL: Final = "microarch"
SETTINGS: Final = "recorded.settings."
MIN_OS: Final = "min_os"
"""The oldest version of the system it runs on: what its header says or, where that is newer, what its Go needs."""
_RECORD: Final = "recorded"
_PRESENT: Final = "build info"

_OBSERVED: Final = (
    *("go_version", "compiler", "cgo", "link_mode", "buildmode", "linkage", "interpreter", "needed", "rpath", "libc"),
    *("glibc_floor", "resolver", "user_lookup", "tags", "trimpath", "symbols", "dwarf", "pristine"),
)
_ELF: Final = ("pie", "relro", "nx_stack")
_PE: Final = ("reloc", "dynamic_base", "high_entropy_va", "nx_compat", "subsystem", "os_version", "signature", "signer")
_MACHO: Final = ("platform", "min_os", "sdk", "pie")

_TOLD: Final = frozenset({"GOOS", "GOARCH", "-buildmode", "-compiler", "-trimpath", "vcs.time"})
"""Settings that other facts tell: the target, what the bytes show, the revision."""

_LIBCS: Final = frozenset({"glibc", "musl", "bionic", "uclibc"})
"""C libraries of Linux, of which a system has one."""
_ELF_LIBRARY: Final = re.compile(r"\.so(?:$|[.\d])")
# glibc and musl: what was split off libc and merged again (libpthread, libdl, ...); libthr of FreeBSD; Android's log;
# Solaris and illumos: what package net and runtime import (golang/go, src/syscall/syscall_solaris.go).
_WITH_LIBC: Final = re.compile(
    r"(?:ld(?:64)?|ld-(?:linux|musl|android)[^/]*|libc\.musl[^/]*"
    r"|lib(?:anl|c|dl|log|m|nsl|pthread|resolv|rt|sendfile|socket|thr|util|xnet))\.so[.\d]*"
)
"""Libraries that are on every system that has its C library."""

_GO: Final = re.compile(r"go1\.([0-9]{1,3})(?![0-9])")


def facts_of(file: File, image: Image, record: Recorded | Unknown) -> Iterator[tuple[str, Fact]]:
    """Yield the facts of one image by name, in the order in which they are told."""
    observed = image.observed
    yield "goos", observed.goos
    yield "goarch", observed.goarch
    yield from _recorded(record)
    yield from ((name, getattr(observed, name)) for name in _OBSERVED)
    yield MIN_OS, _min_os(observed)
    proven = either(observed.microarch, dict[str, str])
    yield LEVEL, proven if isinstance(proven, Unknown) else tuple(f"{k}={v}" for k, v in sorted(proven.items()))
    yield "tzdata.embedded", observed.tzdata.embedded
    yield "tzdata.release", observed.tzdata.release
    for prefix, names, holder in (
        ("elf.", _ELF, observed.elf),
        ("pe.", _PE, observed.pe),
        ("macho.", _MACHO, observed.macho),
    ):
        if holder is not None:
            yield from ((prefix + name, getattr(holder, name)) for name in names)
    if observed.macho is not None:
        yield "macho.signature.kind", observed.macho.signature.kind
        yield "macho.signature.state", observed.macho.signature.state
    if observed.wasm is not None:
        yield "wasm.imports", observed.wasm.imports
    yield "slice", image.slice
    yield "size", file.size


def changed(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[str]:
    """Yield the names of the facts that differ.

    That something is unknown for another reason is no difference; nor is what stands in a record that one side lacks,
    beyond that it lacks it.
    """
    one_sided = any(isinstance(facts.get(_RECORD), Unknown) for facts in (old, new))
    for name in dict.fromkeys((*old, *new)):
        if one_sided and name.startswith(f"{_RECORD}."):
            continue
        before, after = old.get(name), new.get(name)
        both_unknown = isinstance(before, Unknown) and isinstance(after, Unknown)
        if (before != after or type(before) is not type(after)) and not both_unknown:
            yield name


def is_worse(name: str, before: Fact, after: Fact) -> bool:
    """Say whether a change takes away a system or a processor that the program ran on.

    The glibc floor, the oldest system or the processor level rose, what needed nothing of the system needs libraries,
    or a further one, or another C library. Where one of both values could not be read nothing rose.
    """
    if name == "linkage":
        return before in {"static", "static-pie"} and after == "dynamic"
    if name == "glibc_floor":
        return isinstance(after, str) and (before is None or _rose(before, after))
    if name == "libc":
        return before in _LIBCS and after in _LIBCS and before != after
    if name == "needed":  # of what needed none before, linkage says it; where its C library is another, that does
        further = set(after) - set(before) if before and isinstance(before, tuple) and isinstance(after, tuple) else ()
        return any(_ELF_LIBRARY.search(library) and not _WITH_LIBC.fullmatch(library) for library in further)
    if name == LEVEL:
        was, now = levels(before), levels(after)
        return any(raised(key, was[key], now[key]) for key in was.keys() & now.keys())
    key = name.removeprefix(SETTINGS)
    if key != name and key in VARIABLES:
        return raised(key, *(value if isinstance(value, str) else None for value in (before, after)))
    return name == MIN_OS and _rose(before, after)


def levels(fact: Fact) -> dict[str, str]:
    """Return the variables that the bytes prove, of the fact that holds them."""
    return {key: value for key, _, value in (one.partition("=") for one in fact)} if isinstance(fact, tuple) else {}


def either(value: Any, kind: type[T]) -> T | Unknown:  # any JSON value
    """Return what stands where a fact or Unknown may. Raises msgspec.ValidationError for neither."""
    unknown = isinstance(value, dict) and value.keys() == {"unknown"} and isinstance(value["unknown"], str)
    return msgspec.convert(value, Unknown) if unknown else msgspec.convert(value, kind)


def _recorded(record: Recorded | Unknown) -> Iterator[tuple[str, Fact]]:
    if isinstance(record, Unknown):
        yield _RECORD, record
        return
    yield _RECORD, _PRESENT
    yield "recorded.path", record.path
    if record.main is not None:
        yield "recorded.main.path", record.main.path
        yield "recorded.main.version", record.main.version
    # An empty one means what none at all means, such as CGO_CFLAGS, which every program with cgo has.
    settings = ((key, value) for key, value in sorted(record.settings.items()) if value and key not in _TOLD)
    yield from ((f"{SETTINGS}{key}", value) for key, value in settings)


def _min_os(observed: Observed) -> str | None:
    header = observed.macho.min_os if observed.macho else observed.pe.os_version if observed.pe else None
    known = [version for version in (header, _needed_by_go(observed)) if version and _numbers(version)]
    return max(known, key=lambda version: _numbers(version) or (), default=None)


def _needed_by_go(observed: Observed) -> str | None:
    """Return what the release notes of the Go that compiled it say."""
    version, goos, goarch = observed.go_version, observed.goos, observed.goarch
    if observed.compiler != "gc" or not isinstance(version, str) or not isinstance(goos, str):
        return None
    found = _GO.match(version)
    return floor(goos, int(found[1]), goarch if isinstance(goarch, str) else None) if found else None


def _rose(before: Fact, after: Fact) -> bool:
    old = _numbers(before) if isinstance(before, str) else None
    new = _numbers(after) if isinstance(after, str) else None
    return old is not None and new is not None and old < new


def _numbers(version: str) -> tuple[int, ...] | None:
    try:
        return ordered(version)
    except ValueError:
        return None
