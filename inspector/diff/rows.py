"""One program of a release at a glance, taken from JSON v1: as much as a comparison needs, and no more.

A release may have ten thousand artifacts with seventy outcomes each; what passes and what proves it is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeVar

import msgspec

from inspector.diff.facts import Fact, either, facts_of
from inspector.diff.naming import stem, without_major
from inspector.microarch import VARIABLES
from inspector.model import FROM_FILES
from inspector.reports.json_v1_types import File, Image, Module, Observed, Outcome, Recorded, Unknown

T = TypeVar("T")

PROGRAM: Final = "program"
"""The kind of what is no library and no plugin."""
NO_LIBC: Final = "none"

State = Literal["error", "warning", "note", "waived", "unknown", "ok"]
"""How an artifact stands to a rule: the severity of its failure, or why it has none."""

RANKS: Final[Mapping[State, int]] = {"error": 3, "warning": 2, "note": 1, "waived": 0, "unknown": 0, "ok": 0}

_UNNAMED: Final = frozenset({None, "", FROM_FILES})


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a rule has to say of an artifact, unless all is well."""

    rule: str
    id: str
    state: State
    message: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One image of one artifact.

    ``program`` is the main package's path, without its module's major version, None where none is recorded; ``stem``
    its file's own name. ``goos``, ``goarch`` and ``libc`` are None where they could not be read, ``libc`` is "none" of
    what needs no library. ``level`` is the microarchitecture as recorded, else as the bytes prove it. ``place`` is the
    chain of names below the release's root, without versions. ``deps`` is None without a record.
    """

    path: str
    members: tuple[str, ...]
    slice: str | None
    size: int
    sha256: str | None
    program: str | None
    stem: str
    goos: str | None
    goarch: str | None
    level: str | None
    libc: str | None
    kind: str
    facts: Mapping[str, Fact]
    deps: Mapping[str, str] | None
    findings: Mapping[str, Finding]
    place: tuple[str, ...] = ()

    @property
    def chain(self) -> tuple[str, ...]:
        """The path and the members below it."""
        return (self.path, *self.members)


class Reading:
    """Takes files of JSON v1 down to rows.

    ``judged`` are the rules that were asked, of which only those that ``wanted`` accepts are kept; ``crashed``: one of
    them did. Of equal values, which the artifacts of a release have many of, one is kept.
    """

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._kept: dict[object, Any] = {}
        self.judged: set[str] = set()
        self.crashed = False

    def rows(self, file: File) -> Iterator[Row]:
        """Yield a row for each image. Raises msgspec.ValidationError for a record that is none."""
        for image in file.images:
            observed, record = image.observed, _record(image)
            recorded = None if isinstance(record, Unknown) else record
            program = recorded.path if recorded else None
            yield Row(
                path=file.path,
                members=file.members,
                slice=image.slice,
                size=file.size,
                sha256=_known(file.sha256),
                program=None if program in _UNNAMED else self._one(without_major(program or "")),
                stem=self._one(stem((file.path, *file.members)[-1].rpartition("/")[2])),
                goos=_known(observed.goos),
                goarch=_known(observed.goarch),
                level=_level(observed, recorded),
                libc=NO_LIBC if observed.libc is None else _known(observed.libc),
                kind=_kind(observed),
                facts={name: self._one(value) for name, value in facts_of(file, image, record)},
                deps=self._deps(recorded),
                findings=self.findings(image.outcomes),
            )

    def findings(self, outcomes: Iterable[Outcome]) -> Mapping[str, Finding]:
        """Return what the rules have to say, by rule."""
        found = {}
        for outcome in outcomes:
            if not self._wanted(outcome.rule):
                continue
            self.judged.add(self._one(outcome.rule))
            self.crashed |= outcome.status == "error"
            state = _state(outcome)
            if state != "ok":
                told = outcome.message if outcome.status == "fail" else outcome.reason or outcome.message
                finding = Finding(outcome.rule, outcome.id, state, told)
                found[self._one(outcome.rule)] = self._one(finding)
        return found

    def _one(self, value: T) -> T:
        return self._kept.setdefault((type(value), value), value)  # type: ignore[no-any-return]

    def _deps(self, recorded: Recorded | None) -> Mapping[str, str] | None:
        if recorded is None:
            return None
        found = {dep.path: _version(dep) for dep in recorded.deps}
        return self._kept.setdefault((dict, tuple(found.items())), found)  # type: ignore[no-any-return]


def _record(image: Image) -> Recorded | Unknown:
    return either(image.recorded, Recorded)


def _version(module: Module) -> str:
    own = module.version or ""
    at = module.replace
    return own if at is None else f"{own} => {at.path} {at.version or ''}".strip()


def _known(fact: str | Unknown | None) -> str | None:
    return None if isinstance(fact, Unknown) else fact


def _kind(observed: Observed) -> str:
    mode = observed.buildmode
    return mode if mode in {"c-shared", "c-archive", "plugin"} and isinstance(mode, str) else PROGRAM


def _level(observed: Observed, recorded: Recorded | None) -> str | None:
    """Return the level that was asked for, else what the bytes prove."""
    settings = recorded.settings if recorded else {}
    proven = either(observed.microarch, dict[str, str])
    for variable in VARIABLES:
        if variable in settings:
            return settings[variable]
    if isinstance(proven, Unknown) or not proven:
        return None
    return min(proven.items())[1]


def _state(outcome: Outcome) -> State:
    if outcome.status == "fail":
        return outcome.severity if outcome.waiver is None else "waived"
    return "unknown" if outcome.status in {"unknown", "error"} else "ok"
