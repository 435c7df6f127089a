"""The report as SARIF 2.1.0 (OASIS), written for GitHub code scanning and every other reader of the standard.

A result's location is the file that can be found by its path; what is in it are artifacts of their own
(``parentIndex``) and the result's related location, since GitHub shows a location's path and nothing else of it. There
are no regions: a program has no lines, and without a region a location is the whole artifact (section 3.29.4).
Waived findings are suppressed results. GitHub does not read that and opens alerts for them; who uploads there can leave
them out: ``jq 'del(.runs[].results[] | select(.suppressions != []))'``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO
from urllib.parse import quote

import msgspec

from inspector import PROGRAM
from inspector.model import FileBrief, Notable, Outcome, Report, RulePage, Severity, Status, Unknown
from inspector.reports.alerts import Alert, Place, alerted, alerts, directory_of, portable, shortened, unseen
from inspector.reports.documents import write_json
from inspector.reports.safe import undecoded
from inspector.reports.view import View

Json = dict[str, Any]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS: Final = 25_000
"""GitHub refuses a run with more ("SARIF support for code scanning")."""
BANDS: Final = {
    "GBI1": "target",
    "GBI2": "linkage",
    "GBI3": "pe",
    "GBI4": "mach-o",
    "GBI5": "run-time-needs",
    "GBI6": "build-hygiene",
    "GBI7": "release-set",
    "GBI8": "platforms",
    "GBI9": "could-not-inspect",
}
"""The bands of rule ids in words, to filter by."""
_PROBLEM: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
"""GitHub's ``problem.severity``. There is no ``security-severity``: it would file all of a rule's results under
security, and a program for the wrong processor is no vulnerability."""
_MEANING: Final = re.compile(r"^## What it means\n(.+?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the report as one SARIF log with one run."""
    write_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, out)


def uri_of(path: str) -> str:
    """Return the URI of a path: a relative reference, of an absolute path a file URI (RFC 3986, RFC 8089)."""
    if path.startswith("/"):
        return f"file://{_quoted(path)}"
    drive = re.match(r"[A-Za-z]:(?=/)", path)
    return f"file:///{drive[0]}{_quoted(path[2:])}" if drive else _quoted(path)


def _quoted(path: str) -> str:
    return quote(undecoded(path), safe="/")


def _run(report: Report) -> Json:
    artifacts = _Artifacts(report)
    rules = {rule.id: number for number, rule in enumerate(report.rules)}
    crashed = any(outcome.status is Status.ERROR for outcome in alerted(report))
    return {
        "tool": {
            "driver": {
                "name": PROGRAM,
                "version": report.version,
                "semanticVersion": report.version,
                "rules": [_descriptor(rule) for rule in report.rules],
            }
        },
        "invocations": [
            {
                # A notification of level "error" says that the run failed and results may be missing (3.20.21).
                "executionSuccessful": not (report.unseen or crashed),
                "toolExecutionNotifications": _notices(report, artifacts, crashed=crashed),
            }
        ],
        "results": (_result(alert, rules, artifacts) for alert in _worst(report)),
        "artifacts": artifacts.rows(),  # after the results, which add the directory they are in
    }


def _descriptor(rule: RulePage) -> Json:
    page = rule.page.strip()
    meaning = _MEANING.search(page)
    title = page.partition("\n")[0] or rule.name
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": shortened(title)},
        "fullDescription": {"text": shortened(" ".join(meaning[1].split()) if meaning else title)},
        "help": {"text": page or title, "markdown": page or title},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": ["go", "release", *([BANDS[rule.id[:4]]] if rule.id[:4] in BANDS else [])],
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


def _result(alert: Alert, rules: dict[str, int], artifacts: _Artifacts) -> Json:
    outcome = alert.outcome
    failed = outcome.status is Status.FAIL
    known = {"ruleIndex": rules[outcome.id]} if outcome.id in rules else {}
    within = {"relatedLocations": [artifacts.within(alert.place)]} if alert.place.members else {}
    return {
        "ruleId": outcome.id,
        **known,
        "kind": "fail" if failed else "open",
        "level": outcome.severity.value if failed else "none",  # a level is for failures only (3.27.10)
        "message": _message(alert.text),
        "locations": [artifacts.of(alert.place)],
        **within,
        # GitHub reads primaryLocationLineHash alone, "<digest>:<number>"; its upload makes none without a line.
        "partialFingerprints": {"primaryLocationLineHash": alert.fingerprint, "gobinInspect/v1": alert.fingerprint},
        "suppressions": _suppressions(outcome),  # on all results or on none (3.27.23)
        "properties": {
            "members": alert.place.members,
            "slice": alert.place.slice,
            "evidence": [msgspec.to_builtins(proof) for proof in alert.evidence],
            "fix": outcome.fix,
        },
    }


def _suppressions(outcome: Outcome) -> list[Json]:
    waiver = outcome.waiver
    if waiver is None:
        return []
    until = waiver.until.isoformat() if waiver.until else None
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": waiver.reason,
            "properties": {"source": waiver.source, "until": until},
        }
    ]


def _notices(report: Report, artifacts: _Artifacts, *, crashed: bool) -> Iterator[Json]:
    """Yield why results may be missing."""
    for row in unseen(report):
        yield _notice(row.check, "error", row.text, locations=[artifacts.of(row.place)])
    for alert in alerts(report) if crashed else ():
        if alert.outcome.status is Status.ERROR:
            where = {"associatedRule": {"id": alert.outcome.id}, "locations": [artifacts.of(alert.place)]}
            yield _notice("rule-crashed", "error", alert.text, **where)
    left_out = sum(1 for _ in alerted(report)) - MAX_RESULTS
    if left_out > 0:
        said = f"{left_out} more results were left out, the least severe ones: there is room for {MAX_RESULTS}"
        yield _notice("limit", "warning", said)


def _notice(kind: str, level: str, text: str, **more: object) -> Json:
    return {"descriptor": {"id": kind}, "level": level, "message": _message(text), **more}


def _message(text: str) -> Json:
    """Return a message that stays plain text: braces are doubled (3.11.5), what reads as a link is broken (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _worst(report: Report) -> Iterator[Alert]:
    """Yield as many alerts as there is room for, the worst, in their order."""
    counts = Counter(map(_rank, alerted(report)))
    room = MAX_RESULTS
    for rank in sorted(counts, reverse=True):
        counts[rank] = min(counts[rank], room)
        room -= counts[rank]
    for alert in alerts(report):
        rank = _rank(alert.outcome)
        if counts[rank]:
            counts[rank] -= 1
            yield alert


def _rank(outcome: Outcome | Notable) -> tuple[bool, int]:
    return outcome.waiver is None, outcome.severity.rank


class _Artifacts:
    """The run's artifacts: each once, after the container that holds it."""

    def __init__(self, report: Report) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        self._files: dict[int, FileBrief] = {}
        for file in report.briefs:
            self._files[self._number(portable(file.path), *file.members)] = file
        for missed in unseen(report):
            self._number(missed.place.path, *missed.place.members)
        self._known = len(self._numbers)
        self._directory = directory_of(report) if report.release else None

    def rows(self) -> Iterator[Json]:
        """Yield what is told of each."""
        for (*outer, name), number in self._numbers.items():
            directory = number >= self._known and name == self._directory and not outer
            role = "directory" if directory else "analysisTarget"
            row: Json = {"location": {"uri": _uri(outer, name)}, "roles": [role]}
            if outer:
                row["parentIndex"] = self._numbers[tuple(outer)]
            if (file := self._files.get(number)) is not None:
                row["length"] = file.size
                if not isinstance(file.sha256, Unknown):
                    row["hashes"] = {"sha-256": file.sha256}
            yield row

    def of(self, place: Place) -> Json:
        """Return the location of a place's outermost file, or of the directory of the release."""
        return self._location(place.path)

    def within(self, place: Place) -> Json:
        """Return the location of the artifact that a place is in."""
        return self._location(place.path, *place.members)

    def _location(self, *chain: str) -> Json:
        *outer, name = chain
        return {"physicalLocation": {"artifactLocation": {"uri": _uri(outer, name), "index": self._number(*chain)}}}

    def _number(self, *chain: str) -> int:
        """Return where an artifact stands, and first add it where it is new."""
        if chain not in self._numbers:
            if chain[1:]:
                self._number(*chain[:-1])
            self._numbers[chain] = len(self._numbers)
        return self._numbers[chain]


def _uri(outer: Sequence[str], name: str) -> str:
    """Return the URI of an artifact in others, or in none."""
    # The path of what is in a container begins with a slash (3.24.2, whatever Microsoft's validator says of it in
    # SARIF1004), and two would begin a host's name.
    return f"/{_quoted(name.lstrip('/'))}" if outer else uri_of(name)
