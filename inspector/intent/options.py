"""What the command line says was meant."""

from __future__ import annotations

from typing import TypeVar

from inspector.errors import IntentError
from inspector.intent import values
from inspector.intent.consistency import check
from inspector.model import Declared, Intent

T = TypeVar("T")


def from_options(
    *,
    target: str | None = None,
    goos: str | None = None,
    goarch: str | None = None,
    cgo: str | None = None,
    goamd64: str | None = None,
    goarm: str | None = None,
    goarm64: str | None = None,
    go386: str | None = None,
    gomips: str | None = None,
    gomips64: str | None = None,
    goppc64: str | None = None,
    goriscv64: str | None = None,
    static: bool | None = None,
    buildmode: str | None = None,
    tags: str | None = None,
    tzdata: str | None = None,
    go: str | None = None,
) -> Intent:
    """Return the intent that the options of these names declare; None is an option that was not given.

    Raises IntentError for a value Go would refuse, for a port that no known Go release has, and for options
    that contradict each other.
    """
    levels = {
        "GO386": go386,
        "GOAMD64": goamd64,
        "GOARM": goarm,
        "GOARM64": goarm64,
        "GOMIPS": gomips,
        "GOMIPS64": gomips64,
        "GOPPC64": goppc64,
        "GORISCV64": goriscv64,
    }
    meant_goos, meant_goarch = _target(target, goos, goarch)
    intent = Intent(
        goos=meant_goos,
        goarch=meant_goarch,
        cgo=None if cgo is None else _option(values.one_of(cgo, ("0", "1"), "--cgo") == "1", "cgo"),
        microarch={
            key: _option(values.microarch(key, value, f"--{key.lower()}"), key.lower())
            for key, value in levels.items()
            if value is not None
        },
        static=None if static is None else _option(static, "static" if static else "no-static"),
        buildmode=None
        if buildmode is None
        else _option(values.one_of(buildmode, values.BUILDMODES, "--buildmode"), "buildmode"),
        tags=None if tags is None else _option(values.tags(tags, "--tags"), "tags"),
        tzdata=None if tzdata is None else _option(values.one_of(tzdata, values.TZDATA, "--tzdata"), "tzdata"),
        go=None if go is None else _option(values.go(go, "--go"), "go"),
    )
    check(intent)
    return intent


def _target(
    target: str | None, goos: str | None, goarch: str | None
) -> tuple[Declared[str] | None, Declared[str] | None]:
    if goos is not None:
        values.goos(goos, "--goos")
    if goarch is not None:
        values.goarch(goarch, "--goarch")
    if target is None:
        return (
            None if goos is None else _option(goos, "goos"),
            None if goarch is None else _option(goarch, "goarch"),
        )
    target_goos, target_goarch = values.halves(target, "--target", arm="--target {}/arm --goarm {}")
    values.pair(target_goos, target_goarch, f"--target {values.quoted(target)}")
    for name, given, part in (("--goos", goos, target_goos), ("--goarch", goarch, target_goarch)):
        if given is not None and given != part:
            raise IntentError(f"--target {target} and {name} {given} contradict each other")
    return _option(target_goos, "target"), _option(target_goarch, "target")


def _option(value: T, name: str) -> Declared[T]:
    return Declared(value, f"option --{name}")
