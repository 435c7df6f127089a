"""Run the release gate as a pipeline does, and read what it said out of its JSON report."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.process import run

RELEASE = "release"
"""What stands for the artifact where a finding is of the release as a whole."""

Findings = set[tuple[str, str]]
"""Rule and artifact of each."""


class Gate(NamedTuple):
    """One run of ``verify`` with a JSON report beside the text one."""

    code: int
    text: str
    messages: str
    report: dict[str, Any]

    @property
    def closing(self) -> str:
        """The last line of the log."""
        return self.text.splitlines()[-1]

    @property
    def failed(self) -> Findings:
        """Every finding that nothing waived, whatever its severity."""
        return self._failed("error", "warning", "note")

    @property
    def errors(self) -> Findings:
        """The findings that are errors."""
        return self._failed("error")

    @property
    def notes(self) -> Findings:
        """The findings that are notes."""
        return self._failed("note")

    def _failed(self, *severities: str) -> Findings:
        return {
            key
            for key, outcome in outcomes(self.report)
            if outcome["status"] == "fail" and not outcome["waiver"] and outcome["severity"] in severities
        }

    def of(self, rule: str) -> dict[str, Any]:
        """The one outcome of a rule."""
        (found,) = (outcome for (name, _), outcome in outcomes(self.report) if name == rule)
        return found


def gate(where: Path, *arguments: object, env: dict[str, str] | None = None, command: str = "verify") -> Gate:
    """Run it in a folder, for a text report on standard output and a JSON report, which must be written."""
    done = asked(where, command, "-f", "text", "-f", "json=report.json", *arguments, env=env)
    report = where / "report.json"
    document = json.loads(report.read_text(encoding="utf-8"))
    report.unlink()
    return Gate(done.returncode, done.stdout, done.stderr, document)


def asked(where: Path, *arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the tool in a folder; nothing of a GitHub runner's environment is seen."""
    return run(*arguments, cwd=where, env={"GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": "", **(env or {})})


def outcomes(report: dict[str, Any]) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """Every outcome of a report, by rule and artifact."""
    found = [
        ((outcome["rule"], " -> ".join((file["path"], *file["members"]))), outcome)
        for file in report["files"]
        for image in file["images"]
        for outcome in image["outcomes"]
    ]
    return found + [((outcome["rule"], RELEASE), outcome) for outcome in report["release"]]
