"""The difference as JSON: a written contract with its own types, as that of the report (json_v1_types).

Fields may be added; what is here keeps its name and meaning. Facts go by their names in the report, with its values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TextIO

import msgspec

from inspector import PROGRAM, __version__
from inspector.diff import compare
from inspector.diff.rows import Finding, Row, State
from inspector.diff.sides import Side as ReadSide
from inspector.diff.targets import Target as MetTarget
from inspector.reports.documents import write_json
from inspector.reports.json_v1_types import Tool, Unknown
from inspector.reports.view import View

SCHEMA_VERSION: Final = 1

Value = str | int | bool | None | tuple[str, ...] | Unknown


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two releases. ``report``: it is a report that was written earlier, by that version of the tool.

    ``interrupted``: of a run that was, so that what it lacks may be in the release.
    """

    name: str
    report: bool
    version: str
    artifacts: int
    interrupted: bool


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts: of targets, of artifacts that changed, of findings.

    ``targets`` are those that both releases have. ``worse`` is what makes the exit code 1.
    """

    targets: int
    targets_lost: int
    targets_gained: int
    artifacts: int
    artifacts_changed: int
    artifacts_lost: int
    artifacts_gained: int
    findings_new: int
    findings_fixed: int
    findings_changed: int
    not_inspected: int
    worse: bool


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What a program is built for; null is what could not be read.

    Level, libc and kind are null, too, unless one of the releases has several of them for that program and port.
    """

    program: str
    goos: str | None
    goarch: str | None
    level: str | None
    libc: str | None
    kind: str | None


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """Where one image is; sha256 is null where it was not computed."""

    path: str
    members: tuple[str, ...]
    slice: str | None
    size: int
    sha256: str | None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that changed; null is a value too, and that of what one side does not have."""

    fact: str
    before: Value
    after: Value
    worse: bool


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """A dependency that was added (before is null), removed (after is null) or has another version."""

    module: str
    before: str | None
    after: str | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a finding: how its rule stood before and stands after."""

    rule: str
    id: str
    before: State
    after: State
    message: str
    worse: bool


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that came, went, or are undecided, waived or graded otherwise than they were."""

    new: tuple[Change, ...]
    fixed: tuple[Change, ...]
    changed: tuple[Change, ...]


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of an artifact that one release alone has."""

    rule: str
    id: str
    severity: Literal["error", "warning", "note"]
    message: str


class Alone(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact that one release alone has.

    ``target_met``: the other one has another artifact for that target. ``reason`` says what stands in its place there,
    where something does.
    """

    target: Target
    artifact: Artifact
    target_met: bool
    reason: str | None
    findings: tuple[Carried, ...]
    worse: bool


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact in both releases, and what changed in it."""

    target: Target
    old: Artifact
    new: Artifact
    facts: tuple[Fact, ...]
    modules: tuple[Module, ...]
    findings: Findings


class NotInspected(msgspec.Struct, frozen=True, kw_only=True):
    """Something in one release that could not be inspected."""

    side: Literal["old", "new"]
    path: str
    members: tuple[str, ...]
    slice: str | None
    kind: str
    reason: str


class NotCompared(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that found something in one release and were not asked in the other."""

    old: tuple[str, ...]
    new: tuple[str, ...]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What two releases differ in."""

    schema_version: Literal[1]
    tool: Tool
    old: Side
    new: Side
    summary: Summary
    lost: tuple[Alone, ...]
    gained: tuple[Alone, ...]
    paired: tuple[Paired, ...]
    release: Findings
    not_inspected: tuple[NotInspected, ...]
    not_compared: NotCompared


def render(found: compare.Difference, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the difference as one indented JSON object."""
    write_json(document(found), out)


def document(found: compare.Difference) -> Document:
    """Return the difference in the contract's types."""
    return Document(
        schema_version=SCHEMA_VERSION,
        tool=Tool(PROGRAM, __version__),
        old=_side(found.old),
        new=_side(found.new),
        summary=_summary(found),
        lost=tuple(map(_alone, found.lost)),
        gained=tuple(map(_alone, found.gained)),
        paired=tuple(map(_paired, found.compared)),
        release=_findings(found.release),
        not_inspected=(*_unseen("old", found.old), *_unseen("new", found.new)),
        not_compared=NotCompared(old=found.only_old, new=found.only_new),
    )


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what ``render`` writes."""
    (top,), definitions = msgspec.json.schema_components((Document,), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gobin-inspect difference, version 1",
        **top,
        "$defs": definitions,
    }


def _side(side: ReadSide) -> Side:
    return Side(
        name=side.name,
        report=side.written,
        version=side.version,
        artifacts=len(side.rows),
        interrupted=side.interrupted,
    )


def _summary(found: compare.Difference) -> Summary:
    changes = [change for one in found.compared for change in one.findings] + [*found.release]
    kinds = [change.kind for change in changes]
    return Summary(
        targets=len(found.targets),
        targets_lost=len(found.targets_lost),
        targets_gained=len(found.targets_gained),
        artifacts=len(found.compared),
        artifacts_changed=sum(one.differs for one in found.compared),
        artifacts_lost=len(found.lost),
        artifacts_gained=len(found.gained),
        findings_new=kinds.count("new"),
        findings_fixed=kinds.count("fixed"),
        findings_changed=kinds.count("changed"),
        not_inspected=len(found.old.unseen) + len(found.new.unseen),
        worse=found.worse,
    )


def _target(target: MetTarget) -> Target:
    return Target(
        program=target.program,
        goos=target.goos if target.goos != "?" else None,
        goarch=target.goarch if target.goarch != "?" else None,
        level=target.level or None,
        libc=target.libc or None,
        kind=target.kind or None,
    )


def _artifact(row: Row) -> Artifact:
    return Artifact(path=row.path, members=row.members, slice=row.slice, size=row.size, sha256=row.sha256)


def _alone(one: compare.Alone) -> Alone:
    return Alone(
        target=_target(one.single.target),
        artifact=_artifact(one.single.row),
        target_met=one.single.met,
        reason=one.reason,
        findings=tuple(_carried(one.findings)),
        worse=one.worse,
    )


def _carried(findings: Iterable[Finding]) -> Iterable[Carried]:
    for finding in findings:
        if finding.state in {"error", "warning", "note"}:
            yield Carried(rule=finding.rule, id=finding.id, severity=finding.state, message=finding.message)


def _paired(one: compare.Compared) -> Paired:
    return Paired(
        target=_target(one.pair.target),
        old=_artifact(one.pair.old),
        new=_artifact(one.pair.new),
        facts=tuple(Fact(fact=f.fact, before=f.before, after=f.after, worse=f.worse) for f in one.facts),
        modules=tuple(Module(module=dep.module, before=dep.before, after=dep.after) for dep in one.deps),
        findings=_findings(one.findings),
    )


def _findings(changes: Iterable[compare.FindingChange]) -> Findings:
    told: dict[str, list[Change]] = {"new": [], "fixed": [], "changed": []}
    for one in changes:
        told[one.kind].append(
            Change(rule=one.rule, id=one.id, before=one.before, after=one.after, message=one.message, worse=one.worse)
        )
    return Findings(**{kind: tuple(found) for kind, found in told.items()})


def _unseen(name: Literal["old", "new"], side: ReadSide) -> Iterable[NotInspected]:
    for row in side.unseen:
        yield NotInspected(
            side=name, path=row.path, members=row.members, slice=row.slice, kind=row.kind, reason=row.reason
        )
