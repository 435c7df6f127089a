"""Whether declared values can be meant together."""

from __future__ import annotations

from collections.abc import Callable
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
    _check_microarch(intent, goarch)
    # Go ignores CGO_ENABLED=1 where there is no cgo, so only somebody who asks for cgo by option must be told.
    cgo = intent.cgo
    if cgo and cgo.value and by_option(cgo) and not _any_port(goos, goarch, cgo_supported):
        raise IntentError(f"{label(cgo)} 1: no known Go release has cgo on {_where(goos, goarch)}")
    mode = intent.buildmode
    if mode and mode.value == "pie" and not _any_port(goos, goarch, pie_supported):
        raise IntentError(f"{label(mode)} pie: no known Go release makes one for {_where(goos, goarch)}")


def label(declared: Declared[Any]) -> str:
    """Return where a value was declared, as the user wrote it: "--goos", "environment GOOS"."""
    return declared.source.removeprefix("option ")


def by_option(declared: Declared[Any]) -> bool:
    """Say whether a value was given for this very run, on the command line or as an argument of a function."""
    return declared.source.startswith(("option ", "argument "))


def _check_microarch(intent: Intent, goarch: Declared[str] | None) -> None:
    for key, level in intent.microarch.items():
        belongs = VARIABLES[key]
        if goarch and by_option(level) and goarch.value not in belongs:
            raise IntentError(
                f"{label(level)} is for GOARCH {' and '.join(belongs)}, but {label(goarch)} says {goarch.value}"
            )


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
