"""Sides of a comparison that are made by hand, and what comes of comparing them."""

import io
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from inspector.diff import renderers
from inspector.diff.compare import Difference, compare
from inspector.diff.sides import Side, side
from inspector.model import (
    FileReport,
    GoBuild,
    Module,
    Outcome,
    Recorded,
    Report,
    Severity,
    SkipKind,
    Skipped,
    Status,
    Unknown,
)
from inspector.reports import View
from tests.build.facts import go_build
from tests.reports import made

RENDERERS = {renderer.name: renderer.render for renderer in renderers.RENDERERS}


def build(
    goos: str = "linux", goarch: str = "amd64", *, program: str | None = "example.com/app", **facts: Any
) -> GoBuild:
    """A healthy program; keyword arguments are observed facts, ``settings`` and ``deps`` recorded ones."""
    settings = {"GOOS": goos, "GOARCH": goarch, "GOAMD64": None, **facts.pop("settings", {})}
    deps = tuple(Module(path=path, version=v, sum=None, replace=None) for path, v in facts.pop("deps", {}).items())
    made_of = go_build(observed={"goos": goos, "goarch": goarch, **facts}, settings=settings)
    recorded = made_of.recorded
    assert isinstance(recorded, Recorded)
    return replace(made_of, recorded=replace(recorded, path=program, deps=deps))


def outcome(rule: str, status: Status = Status.FAIL, severity: Severity = Severity.ERROR, **more: Any) -> Outcome:
    """One outcome of a rule of that name."""
    return made.outcome(rule, f"GBI{sum(map(ord, rule)) % 900:03}", status, severity, f"{rule} says so", **more)


def file(path: str, made_of: GoBuild | None = None, *outcomes: Outcome, **more: Any) -> FileReport:
    """One file with one image, and no digest unless one is given: equal digests are equal content."""
    sha256 = more.pop("sha256", Unknown("not computed"))
    return replace(made.file(path, made.image(made_of or build(), *outcomes), **more), sha256=sha256)


def cut_off(path: str, *members: str) -> Skipped:
    """A file that ends too early."""
    return made.skip(path, SkipKind.TRUNCATED, "the file ends too early", members=members)


def read(name: str, *files: FileReport, skipped: Iterable[Skipped] = ()) -> Side:
    """A side that is inspected now."""
    found: Report = made.report(*files, skipped=skipped)
    return side(f"no/such/{name}", lambda _: True, lambda _: found)


def compared(
    old: Iterable[FileReport], new: Iterable[FileReport], fail_on: Severity | None = Severity.ERROR
) -> Difference:
    """Two releases held against each other."""
    return compare(read("old", *old), read("new", *new), fail_on)


def written(found: Difference, name: str = "text", **view: Any) -> str:
    """What a renderer writes."""
    out = io.StringIO()
    RENDERERS[name](found, out, View(**view))
    return out.getvalue()


def labels(alone: Iterable[Any]) -> list[str]:
    """The targets of artifacts that one side alone has."""
    return [str(one.single.target) for one in alone]
