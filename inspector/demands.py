"""What becomes of a finding that is a note, where somebody demanded that there be none."""

from __future__ import annotations

from inspector.model import Declared, Evidence, Severity, Verdict, failed


def breached(found: str, asked: str, demand: Declared[bool] | None, *evidence: Evidence, fix: str | None) -> Verdict:
    """Return the failure: an error that names who asked for what, where it was demanded; else as the rule has it."""
    if demand is None or not demand.value:
        return failed(found, *evidence, fix=fix)
    message = f"{found}, but {asked} was asked for ({demand.source})"
    return failed(message, *evidence, fix=fix, severity=Severity.ERROR)
