"""What recorded build settings say that builds for different targets should have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, overload

from inspector.ldflags import switches, variables

_ARCHITECTURE: Final = r"(?<![A-Za-z0-9])(?:amd64|x86_64h?|x64|arm64e?|aarch64|386|i386)(?![A-Za-z0-9])"
_TIME: Final = r"\d{4}-\d\d-\d\d(?:[T_ ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
_PLACE: Final = r"(?:(?<![\w/\\])[A-Za-z]:[/\\]|(?<![\w/.])/)[^\s;,'\"]*"

_SWITCHES: Final = ("-asan", "-cover", "-msan", "-race")
_VALUES: Final = ("-asmflags", "-gcflags", "GOEXPERIMENT", "GOFIPS140")


@overload
def common(value: str) -> str: ...
@overload
def common(value: None) -> None: ...
def common(value: str | None) -> str | None:
    """Return a setting's value without what may differ from one architecture, or from one minute, to another."""
    return None if value is None else re.sub(_TIME, "TIME", re.sub(_ARCHITECTURE, "ARCH", value))


def flags(settings: Mapping[str, str]) -> frozenset[str]:
    """Return a build's flags one by one, as one would write them.

    Left out are values of -X, paths and dates, and all that belongs to a target: GOARCH, what C compilers are given.
    """
    found = {switch for switch in _SWITCHES if settings.get(switch) == "true"}
    found |= {f"-tags {tag}" for tag in re.split("[, ]", settings.get("-tags", "")) if tag}
    for key in _VALUES:
        if value := settings.get(key):
            found.add(f"{key}={re.sub(_PLACE, 'PATH', common(value))}")
    if settings.get("-buildmode") == "pie":  # exe is recorded for the default too, whatever that makes
        found.add("-buildmode=pie")
    if is_trimmed(settings):
        found.add("-trimpath")
    return frozenset(found) | _linker(settings.get("-ldflags", ""))


def is_trimmed(settings: Mapping[str, str]) -> bool:
    """Say whether -trimpath was given; then Go records no -ldflags (golang.org/issue/52372)."""
    return settings.get("-trimpath") == "true"


def _linker(ldflags: str) -> frozenset[str]:
    given = switches(ldflags)
    stripped = {"w"} if "s" in given else set()  # -s leaves out DWARF too
    return frozenset(f"-ldflags -{name}" for name in given & {"s", "w"} | stripped) | {
        f"-ldflags -X {name}" for name in variables(ldflags)
    }
