"""The tool at work on a store, as a process, with a text, JSON and SARIF."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.process import PROGRAM, environment

FORMATS = ("-f", "text", "-f", "json=report.json", "-f", "sarif=report.sarif")


@dataclass
class Run:
    """What the tool said."""

    code: int
    text: str
    errors: str
    report: dict[str, Any]
    sarif: dict[str, Any]

    @property
    def files(self) -> dict[tuple[str, ...], Any]:
        """The entries by path and members."""
        return {(file["path"], *file["members"]): file for file in self.report["files"]}

    @property
    def unseen(self) -> list[dict[str, Any]]:
        """The rows of what should have been inspected."""
        return [row for row in self.report["skipped"] if row["kind"] not in {"not-executable", "not-go"}]


class Started:
    """The tool at work on ``store`` in a folder; nothing may be left in its place for temporary files."""

    def __init__(self, folder: Path, *arguments: str, program: tuple[str, ...] = tuple(PROGRAM), **more: str) -> None:
        self._folder = folder
        (folder / "scratch").mkdir()
        # Files that nobody may read can be read by root, unless it gives that right away.
        humbly = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [*humbly, *program, *arguments, "--no-config", "-v", *FORMATS, "store"],
                cwd=folder,
                env=environment(**{"TMPDIR": str(folder / "scratch"), **more}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def ended(self) -> Run:
        """Wait for the end, and see that nothing is left behind."""
        self._process.wait(timeout=300)
        text, errors = ((self._folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        assert "Traceback" not in errors
        errors = without_progress(errors)
        assert list((self._folder / "scratch").iterdir()) == []
        report, sarif = (json.loads((self._folder / f"report.{name}").read_bytes()) for name in ("json", "sarif"))
        return Run(self._process.returncode, " ".join(text.split()), errors, report, sarif)


def without_progress(errors: str) -> str:
    """Standard error but for the lines that a run of more than 30 seconds says, on a machine with much else to do."""
    return re.sub(r"(?m)^gobin-inspect: [0-9,]+ of [0-9,]+\+? files, .*\n", "", errors)


def lines_of(run: Run, row: dict[str, Any]) -> tuple[int, int]:
    """How often a row's name, kind and reason are told as text, and in SARIF."""
    name = " -> ".join((row["path"], *row["members"]))
    notices = [
        notice
        for notice in run.sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        if notice["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == row["path"]
        and notice["descriptor"]["id"] == row["kind"]
        and row["reason"] in notice["message"]["text"]
    ]
    return run.text.count(f"{name}: {row['kind']}: {row['reason']}"), len(notices)
