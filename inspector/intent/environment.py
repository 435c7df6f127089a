"""What the variables of a build step say was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from inspector.errors import IntentError
from inspector.intent import values
from inspector.intent.consistency import check
from inspector.microarch import VARIABLES
from inspector.model import Declared, Intent

T = TypeVar("T")


def from_environment(environ: Mapping[str, str]) -> Intent:
    """Return the intent that GOOS, GOARCH, CGO_ENABLED and GOAMD64 and its like declare.

    As for Go, an empty value is an unset one, and of the microarchitecture variables only the one of the GOARCH
    counts (all of them where no GOARCH is set). Raises IntentError for a value that Go would refuse or ignore.
    """
    goos, goarch, cgo = (environ.get(name, "") for name in ("GOOS", "GOARCH", "CGO_ENABLED"))
    if goos and goarch:
        values.pair(goos, goarch, "environment GOOS and GOARCH")
    if goos:
        values.goos(goos, "environment GOOS")
    if goarch:
        values.goarch(goarch, "environment GOARCH")
    if cgo not in {"", "0", "1"}:
        raise IntentError(f"environment CGO_ENABLED: Go takes 0 or 1 and ignores {values.quoted(cgo)}")
    intent = Intent(
        goos=_variable(goos, "GOOS") if goos else None,
        goarch=_variable(goarch, "GOARCH") if goarch else None,
        cgo=_variable(cgo == "1", "CGO_ENABLED") if cgo else None,
        microarch={
            key: _variable(values.microarch(key, environ[key], f"environment {key}"), key)
            for key, goarches in VARIABLES.items()
            if environ.get(key) and goarch in {"", *goarches}
        },
    )
    check(intent)
    return intent


def _variable(value: T, name: str) -> Declared[T]:
    return Declared(value, f"environment {name}")
