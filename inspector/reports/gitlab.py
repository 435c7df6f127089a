"""The report as GitLab's code quality JSON: what is wrong, for the widget of a merge request.

GitLab reads of each entry what its documentation of Code Quality lists ("Implement a custom tool") and leaves out the
rest. It has nothing for a finding that was let through, so waived ones are absent.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, Final, TextIO

from inspector.model import Report, Severity
from inspector.reports.alerts import Alert, Unseen, alerts, shortened, unseen
from inspector.reports.documents import write_json
from inspector.reports.safe import neutral
from inspector.reports.view import View

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
"""GitLab's words. Its ``blocker`` is left for those who set a policy: no rule can know what blocks a merge."""
_NO_LINE: Final = 1
"""GitLab makes a link of the path and a line and drops an entry without one; a program has no lines."""


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the report as one JSON array; an empty one when there is nothing to say."""
    wrong = (alert for alert in alerts(report) if alert.outcome.waiver is None)
    write_json(chain(map(_entry, wrong), map(_entry, unseen(report))), out)


def _entry(alert: Alert | Unseen) -> dict[str, Any]:
    return {
        "description": shortened(f"{neutral(alert.check)}: {alert.text}"),
        "check_name": alert.check,
        "fingerprint": alert.fingerprint,
        "severity": _SEVERITIES[alert.severity],
        "location": {"path": alert.place.path, "lines": {"begin": _NO_LINE}},
    }
