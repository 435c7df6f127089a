"""Whether declared values can be meant together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from inspector.errors import IntentError
from inspector.intent.values import pair
from inspector.microarch import VARIABLES
from inspector.model import Declared, Intent
from inspector.ports import all_ports, cgo_supported, is_known, pie_supported


def check(intent: Intent) -> None:
    """Raise IntentError when no known Go release builds what is declared; what a name says is never an error."""
    goos, goarch = _declared(intent.goos), _declared(intent.goarch)
    if goos and goarch:
        pair(goos.value, goarch.value, " and ".join(dict.fromkeys((label(goos), label(goarch)))))
    # Go ignores CGO_ENABLED=1 where there is no cgo, so only somebody who asks for cgo by option must be told.
    for declared, value, why in refusals(intent, by_option):
        raise IntentError(f"{label(declared)}{value and f' {value}:'} {why}")


def refusals(intent: Intent, insisted: Callable[[Declared[Any]], bool]) -> Iterator[tuple[Declared[Any], str, str]]:
    """Yield each declared value that no known Go release builds for the declared port, its spelling, and why.

    ``insisted`` tells the values that are meant literally from those that Go may ignore.
    """
    goos, goarch = _declared(intent.goos), _declared(intent.goarch)
    for key, level in intent.microarch.items():
        belongs = VARIABLES[key]
        if goarch and insisted(level) and goarch.value not in belongs:
            yield level, "", f"is for GOARCH {' and '.join(belongs)}, but {label(goarch)} says {goarch.value}"
    cgo, mode = intent.cgo, intent.buildmode
    if cgo and cgo.value and insisted(cgo) and not _any_port(goos, goarch, cgo_supported):
        yield cgo, "1", f"no known Go release has cgo on {_where(goos, goarch)}"
    if mode and mode.value == "pie" and not _any_port(goos, goarch, pie_supported):
        yield mode, "pie", f"no known Go release makes one for {_where(goos, goarch)}"


def label(declared: Declared[Any]) -> str:
    """Return where a value was declared, as the user wrote it: "--goos", "environment GOOS"."""
    return declared.source.removeprefix("option ")


def by_option(declared: Declared[Any]) -> bool:
    """Say whether a value was given for this very run, on the command line or as an argument of a function."""
    return declared.source.startswith(("option ", "argument "))


def _any_port(
    goos: Declared[str] | None, goarch: Declared[str] | None, supports: Callable[[str, str, int | None], bool]
) -> bool:
    return any(
        supports(port.goos, port.goarch, None)
        for port in all_ports().values()
        if is_known(port.goos, port.goarch)
        and (goos is None or goos.value == port.goos)
        and (goarch is None or goarch.value == port.goarch)
    )


def _where(goos: Declared[str] | None, goarch: Declared[str] | None) -> str:
    return "/".join(declared.value for declared in (goos, goarch) if declared)


def _declared(value: Declared[str] | None) -> Declared[str] | None:
    return None if value is None or value.by_name else value
