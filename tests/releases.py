"""Runs over a directory that holds a release, for the tests of what is judged of it as a whole."""

import datetime
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from inspector.intent import Plan, find_dists
from inspector.model import (
    Declared,
    FileReport,
    GoBuild,
    Intent,
    Outcome,
    Policy,
    PolicyTarget,
    SkipKind,
    Skipped,
    Status,
    WaiverClause,
)
from inspector.release import Listed, release_outcomes
from inspector.release.listed import held
from inspector.rules import select
from inspector.sources import Found, find
from scripts.goreleaser import Target, archive_row, binary_row, metadata_row
from tests.build.facts import go_build
from tests.reports.made import WRONG, file, image, skip
from tests.reports.made import report as report_of

TODAY = datetime.date(2026, 11, 23)
AMD64 = Target("linux", "amd64", ("goamd64", "v1"))
ARM64 = Target("linux", "arm64", ("goarm64", "v8.0"))
ARM_BUILD = go_build(observed={"goarch": "arm64"}, settings={"GOARCH": "arm64", "GOAMD64": None})
NO_BYTES = hashlib.sha256(b"").hexdigest()


class Run:
    """One run over a directory: what is on disk, what was met there, and what that comes to."""

    def __init__(self, root: Path) -> None:
        self.dist = root / "dist"
        self.dist.mkdir()
        self.rows: list[Any] = [metadata_row()]
        self.policy: Policy | None = None
        self.skipped: list[Skipped] = []
        self._met: list[tuple[str, tuple[str, ...], GoBuild]] = []

    def put(self, name: str, content: bytes = b"") -> Path:
        path = self.dist / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def met(self, name: str, build: GoBuild | None = None, *members: str) -> None:
        """Have a Go program there."""
        self.put(name)
        self._met.append((str(self.dist / name), members, build or go_build()))

    def skip(self, name: str, kind: SkipKind, reason: str = "for a reason", *members: str) -> None:
        self.put(name)
        self.skipped.append(skip(str(self.dist / name), kind, reason, members=members))

    def archive(self, target: Target, name: str, digest: str = NO_BYTES) -> None:
        """List an archive of one program, and the program."""
        self.rows += [binary_row(target, "demo", "demo"), archive_row(target, name, "demo", digest, archive="default")]

    def outcomes(self, *paths: str, rules: Iterable[str] = (), hashes: bool = True) -> dict[str, Outcome]:
        paths = paths or (str(self.dist),)
        if self.rows:
            self.put("artifacts.json", json.dumps(self.rows).encode())
        plan = Plan(dists=find_dists(paths), policy=self.policy)
        files = tuple(self._file(plan, *met) for met in self._met)
        report = report_of(*files, skipped=tuple(self.skipped))
        met = [found for found in find(paths) if isinstance(found, Found)]
        sums = tuple(one for found in met for one in held(found.path, plan, {}, hashes=hashes).sums)
        found = release_outcomes(report, Listed(sums=sums), paths, plan, select(tuple(rules)), TODAY)
        return {outcome.rule: outcome for outcome in found}

    def proofs(self, rule: str, *paths: str) -> list[tuple[str, str]]:
        """What a rule says is wrong: names below dist, without who says so."""
        found = self.outcomes(*paths)[rule]
        assert (found.status is Status.FAIL) is bool(found.evidence)
        return [(os.path.relpath(e.label, self.dist), e.value.rpartition(" (")[0] or e.value) for e in found.evidence]

    def _file(self, plan: Plan, path: str, members: tuple[str, ...], build: GoBuild) -> FileReport:
        meant = plan.meant(path, members, (("file name", "x"),), build)
        shown = replace(image(build, WRONG), claimed_by=meant.claimed_by, unclaimed_by=meant.unclaimed_by)
        return file(path, shown, members=members)


def target(number: int, goarch: str, *files: str, optional: bool = False) -> PolicyTarget:
    said = f"policy p.toml:targets[{number}]"
    intent = Intent(goos=Declared("linux", said), goarch=Declared(goarch, said))
    return PolicyTarget(name=f"linux/{goarch}", source=said, files=files, intent=intent, optional=optional)


def policy(run: Run, *targets: PolicyTarget, waivers: tuple[WaiverClause, ...] = ()) -> Policy:
    return Policy(path=str(run.dist.parent / "p.toml"), everything=Intent(), targets=targets, waivers=waivers)
