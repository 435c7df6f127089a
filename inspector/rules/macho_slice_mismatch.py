"""The slices of a universal file were not built alike.

## What it means
A universal Mach-O file holds one program for each architecture. They differ in
more than the architecture: another Go release, another revision of the
source, other versions of a module, other build settings, or cgo in one only.

## Why it matters
Which of them runs depends on the user's machine, so Macs with Apple's chip and
Macs with Intel's get different programs under one name: a fix or a flag that
reached one half of the users only, found by nobody who tests on one machine.
`go version -m` shows the first slice alone.

## How it looks in the bytes
Each slice has its own runtime version, function table and build info. Compared
are the Go version, cgo by what is linked, the main package, the version of
every module that both slices record, and the recorded settings, `vcs.revision`
and `vcs.modified` among them. Not compared is what belongs to an architecture
or to the moment: GOARCH and its GOAMD64 or GOARM64, flags for the C compiler,
`vcs.time`, and architectures' names and dates inside a value. Between two
minor releases of Go only settings that both record are compared.

Each slice is held against the one that most others agree with (the first in
the file, where there is no such); the finding stands at the slices that
differ.

## How to fix it
Build every slice from one commit with one Go release and the same flags, then
join them: `lipo -create -output app app_amd64 app_arm64`.

Severity: warning.
Since: Go 1.18 for settings and revision, Go 1.13 for modules; always for the
Go version.
"""

from collections.abc import Iterator
from typing import Final

from inspector.buildflags import common
from inspector.microarch import VARIABLES
from inspector.model import (
    Evidence,
    GoBuild,
    Module,
    Recorded,
    Rule,
    Severity,
    Subject,
    Unknown,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)

_OWN: Final = frozenset(
    {"GOARCH", "CGO_ENABLED", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS", "vcs", "vcs.time"}
    | VARIABLES.keys()
)
"""Settings that may differ: the architecture's, the C compiler's flags for it (-arch, -mmacosx-version-min), and
CGO_ENABLED, whose default differs between a native build and a cross build; whether cgo took part is compared."""

_SHOWN: Final = 3  # differences that the message spells out; the evidence has all
_LONG: Final = 40  # characters of a value that fit into the message

Difference = tuple[str, str, str, str]
"""What differs, here, there, and the fact whose place shows it."""


def check(subject: Subject) -> Verdict:
    """Compare the slice with the one that stands for the file."""
    here = subject.build
    if len(subject.slices) < 2:
        return not_applicable("the file holds no second Go program")
    there = _standard(subject.slices)
    if here.slice == there.slice:
        return passed(f"{here.slice} is what the other slices are compared with")
    found = _differences(here, there)
    if found:
        words = [_words(difference) for difference in found[:_SHOWN]]
        more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        return failed(
            f"{here.slice} was not built like {there.slice}: {'; '.join(words + more)}",
            *(evidence for difference in found for evidence in _evidence(difference, here, there)),
            fix="build every slice from one commit with one Go release and the same flags, then join them",
        )
    unread = next((one for one in (here, there) if isinstance(one.recorded, Unknown)), None)
    if unread is not None and isinstance(unread.recorded, Unknown):
        return undecided(f"{unread.slice} tells no revision and no settings: {unread.recorded.reason}")
    return passed(f"{here.slice} was built like {there.slice}, as far as both tell", *here.proof("recorded"))


def _standard(slices: tuple[GoBuild, ...]) -> GoBuild:
    """Return the slice that the others are held against: one with a record, that most others agree with."""

    def agreement(one: GoBuild) -> tuple[bool, int]:
        return isinstance(one.recorded, Recorded), sum(not _differences(one, other) for other in slices)

    return max(slices, key=agreement)


def _differences(here: GoBuild, there: GoBuild) -> tuple[Difference, ...]:
    return tuple(_observed(here, there)) + tuple(_recorded(here, there))


def _observed(here: GoBuild, there: GoBuild) -> Iterator[Difference]:
    versions = here.observed.go_version, there.observed.go_version
    if isinstance(versions[0], str) and isinstance(versions[1], str) and versions[0] != versions[1]:
        yield "Go version", versions[0], versions[1], "go_version"
    cgo = here.observed.cgo, there.observed.cgo
    if isinstance(cgo[0], bool) and isinstance(cgo[1], bool) and cgo[0] != cgo[1]:
        yield "cgo", _linked(cgo[0]), _linked(cgo[1]), "cgo"


def _linked(cgo: bool) -> str:
    return "linked" if cgo else "not linked"


def _recorded(here: GoBuild, there: GoBuild) -> Iterator[Difference]:
    one, other = here.recorded, there.recorded
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return
    if one.path != other.path:
        yield "main package", str(one.path), str(other.path), "recorded"
    modules = _modules(one), _modules(other)
    for path in sorted(modules[0].keys() & modules[1].keys()):
        if modules[0][path] != modules[1][path]:
            yield f"module {path}", modules[0][path], modules[1][path], "recorded"
    keys = one.settings.keys() | other.settings.keys()
    if here.traits.go_minor != there.traits.go_minor:
        keys = one.settings.keys() & other.settings.keys()
    for key in sorted(keys - _OWN):
        values = one.settings.get(key), other.settings.get(key)
        if common(values[0]) != common(values[1]):
            yield key, _said(values[0]), _said(values[1]), "recorded"


def _modules(recorded: Recorded) -> dict[str, str]:
    """Return each module's version, with what replaces it."""
    listed = (*((recorded.main,) if recorded.main else ()), *recorded.deps)
    return {module.path: _version(module) for module in listed}


def _version(module: Module) -> str:
    version = module.version or "no version"
    return version if module.replace is None else f"{version} => {module.replace.path} {_version(module.replace)}"


def _said(value: str | None) -> str:
    return "not recorded" if value is None else value


def _words(difference: Difference) -> str:
    label, here, there, _ = difference
    if max(len(here), len(there)) > _LONG:
        return f"other {label}"
    return f"{label} {here or 'empty'} here, {there or 'empty'} there"


def _evidence(difference: Difference, here: GoBuild, there: GoBuild) -> Iterator[Evidence]:
    label, *values, fact = difference
    for build, value in zip((here, there), values, strict=True):
        yield Evidence(f"{label} of {build.slice}", value, build.place(fact))


RULE = Rule(id="GBI409", name="macho-slice-mismatch", severity=Severity.WARNING, check=check)
