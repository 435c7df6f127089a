"""Which values can be meant: what Go itself accepts, and the ports of its releases.

Every function returns the value it was given, normalised where that says so, or raises IntentError. ``where`` is how
the user wrote it, such as "--goos" or "environment GOOS": it begins the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from inspector.errors import IntentError
from inspector.intent.spelling import hint_goarch, hint_goos
from inspector.ports import Port, all_ports, is_known, known_goarch, known_goos

# Each pattern is the parser of internal/buildcfg/cfg.go (Go 1.27), GO386 that of cmd/compile/internal/x86/galign.go.
MICROARCH: Final[Mapping[str, tuple[str, str]]] = {
    "GO386": (r"sse2|softfloat", "sse2 or softfloat"),
    "GOAMD64": (r"v[1-4]", "v1, v2, v3 or v4"),
    "GOARM": (r"[567](,softfloat|,hardfloat)?", "5, 6 or 7, with ,softfloat or ,hardfloat after it if need be"),
    "GOARM64": (r"v(8\.[0-9]|9\.[0-5])(,lse|,crypto)*", "v8.0 to v8.9 or v9.0 to v9.5, with ,lse or ,crypto after it"),
    "GOMIPS": (r"hardfloat|softfloat", "hardfloat or softfloat"),
    "GOMIPS64": (r"hardfloat|softfloat", "hardfloat or softfloat"),
    "GOPPC64": (r"power(8|9|10)", "power8, power9 or power10"),
    "GORISCV64": (r"rva2[023]u64", "rva20u64, rva22u64 or rva23u64"),
}

BUILDMODES: Final = ("default", "exe", "pie", "c-shared", "c-archive", "plugin")
TZDATA: Final = ("embedded", "absent")
LIBCS: Final = ("glibc", "musl", "bionic", "uclibc")
SUBSYSTEMS: Final = ("console", "gui")

GO: Final = r"(?:go)?(1\.[0-9]{1,3}(?:\.[0-9]{1,3})?)"
GLIBC: Final = r"2\.[0-9]{1,3}(\.[0-9]{1,3})?"
MIN_OS: Final = r"[0-9]{1,5}(\.[0-9]{1,5}){0,2}"
# cmd/go/internal/fips140 (Go 1.27): off, latest, or what lib/fips140 has, where v1.0.0 stands for v1.0.0-c2097c7c.
FIPS140: Final = r"off|latest|inprocess|certified|v[0-9]{1,4}(\.[0-9]{1,4}){2}(-[0-9a-f]{8})?"
MODULE: Final = r"[\w.~-]+(/[\w.~-]+)*"  # golang.org/x/mod/module: letters, digits and -._~
REVISION: Final = r"[0-9a-fA-F]{4,64}"  # git shortens to no fewer than 4 digits; SHA-256 has 64
SIZE: Final = r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ?(B|KiB|MiB|GiB|kB|KB|MB|GB)"
_UNITS: Final = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_TAG: Final = re.compile(r"[\w.]+")  # go/build/constraint: letters, digits, underscores and dots, in any script


def goos(value: str, where: str) -> str:
    """Accept a GOOS that a known release has."""
    if value in known_goos():
        return value
    raise IntentError(f"{where}: {_objection(value, 'GOOS', hint_goos(value), known_goos(), lambda p: p.goos)}")


def goarch(value: str, where: str) -> str:
    """Accept a GOARCH that a known release has."""
    if value in known_goarch():
        return value
    why = _objection(value, "GOARCH", hint_goarch(value), known_goarch(), lambda p: p.goarch)
    raise IntentError(f"{where}: {why}")


def pair(meant_goos: str, meant_goarch: str, where: str) -> None:
    """Accept a GOOS/GOARCH pair that a known release has."""
    if is_known(meant_goos, meant_goarch):
        return
    name = f"{quoted(meant_goos)}/{quoted(meant_goarch)}"
    found = all_ports().get((meant_goos, meant_goarch))
    if found is not None and found.removed is not None:
        raise IntentError(f"{where}: {name} was removed in Go 1.{found.removed}")
    goos(meant_goos, where)
    goarch(meant_goarch, where)
    has = ", ".join(port.goarch for port in all_ports().values() if port.goos == meant_goos and is_known(*_key(port)))
    raise IntentError(f"{where}: no Go release has {name}; {meant_goos} has {has}")


def halves(target: str, where: str, *, arm: str) -> tuple[str, str]:
    """Take a GOOS/GOARCH apart, whatever the halves are.

    ``arm`` is how the user writes a GOARM beside it: "--target {}/arm --goarm {}".
    """
    meant_goos, slash, meant_goarch = target.partition("/")
    if not slash:
        raise IntentError(f"{where} is GOOS/GOARCH, such as linux/arm64, not {quoted(target)}")
    if meant_goarch.startswith("arm/v"):  # the container world's spelling of GOARM
        raise IntentError(f"{where} is GOOS/GOARCH; write {arm.format(quoted(meant_goos), quoted(meant_goarch[5:]))}")
    return meant_goos, meant_goarch


def microarch(key: str, value: str, where: str) -> str:
    """Accept a value of GOAMD64, GOARM and so on that Go accepts."""
    pattern, wanted = MICROARCH[key]
    if re.fullmatch(pattern, value):
        return value
    raise IntentError(f"{where}: {key} is {wanted}, not {quoted(value)}")


def go(value: str, where: str) -> str:
    """Accept a Go release, "1.27", "1.27.3" or "go1.27", and return it without the "go"."""
    found = re.fullmatch(GO, value)
    if found is None:
        raise IntentError(f"{where}: a Go release is written 1.27 or 1.27.3, not {quoted(value)}")
    return found[1]


def tags(value: str, where: str) -> tuple[str, ...]:
    """Accept a comma-separated list of build tags; return them in order, each once."""
    found = [tag(word.strip(), f"{where}: tags are separated by commas, and") for word in value.split(",")]
    return tuple(dict.fromkeys(found))


def tag(value: str, where: str) -> str:
    """Accept a build tag."""
    if _TAG.fullmatch(value):
        return value
    raise IntentError(f"{where} {quoted(value)} is no build tag")


def glibc(value: str, where: str) -> str:
    """Accept a version of glibc."""
    return _written(GLIBC, value, where, "a version of glibc is written 2.28")


def min_os(value: str, where: str) -> str:
    """Accept the version of an operating system."""
    return _written(MIN_OS, value, where, "a system's version is written 10.0, 13 or 10.15.1")


def fips140(value: str, where: str) -> str:
    """Accept a value of GOFIPS140."""
    return _written(FIPS140, value, where, "GOFIPS140 is off, latest, inprocess, certified or a version such as v1.0.0")


def module(value: str, where: str) -> str:
    """Accept the path of a module."""
    return _written(MODULE, value, where, "a module's path is written example.com/app")


def version(value: str, where: str) -> str:
    """Accept the version of a program, in whatever way a project counts."""
    if value.isprintable() and value and " " not in value:
        return value
    raise IntentError(f"{where}: a version is one word such as v1.2.3, not {quoted(value)}")


def revision(value: str, where: str) -> str:
    """Accept a commit's hash, in full or shortened, and return it in lower case."""
    return _written(REVISION, value, where, "a revision is 4 to 64 hexadecimal digits").lower()


def size(value: str, where: str) -> int:
    """Accept a number of bytes with its unit, and return it in bytes."""
    found = re.fullmatch(SIZE, value)
    if found is None:
        raise IntentError(f'{where}: a size is written "20 MiB" or as a number of bytes, not {quoted(value)}')
    return int(float(found[1]) * _UNITS[found[2]])


def one_of(value: str, choices: tuple[str, ...], where: str) -> str:
    """Accept one of the choices."""
    if value in choices:
        return value
    raise IntentError(f"{where}: {quoted(value)} is none of {', '.join(choices)}")


def quoted(value: str) -> str:
    """Return a user's word fit for a line of a message: quoted when it is empty or does not print, never long."""
    short = value if len(value) <= 60 else value[:60] + "…"
    return short if short.isprintable() and short.strip() == short != "" else ascii(short)


def _written(pattern: str, value: str, where: str, how: str) -> str:
    if re.fullmatch(pattern, value, re.ASCII):
        return value
    raise IntentError(f"{where}: {how}, not {quoted(value)}")


def _objection(value: str, variable: str, hint: str | None, known: tuple[str, ...], part: Callable[[Port], str]) -> str:
    """Say why no known release has the word: removed, misspelled, or never heard of."""
    removed = [port.removed for port in all_ports().values() if part(port) == value and port.removed is not None]
    if removed:
        return f"{value} was removed in Go 1.{max(removed)}"
    said = f"no Go release has {variable} {quoted(value)}"
    return f"{said}; {hint or 'known are ' + ', '.join(known)}"


def _key(port: Port) -> tuple[str, str]:
    return port.goos, port.goarch
