"""What can go wrong outside the inspected bytes, and the exit codes (an interface: see the README)."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """Exit codes, the same for every report format."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    NOT_INSPECTED = 3
    NOT_WRITTEN = 4
    INTERRUPTED = 130


class InspectorError(Exception):
    """Base of the errors this package raises on purpose; its text is one line for the user."""


class IntentError(InspectorError):
    """An intent that cannot be meant: an unknown port, a value Go would refuse (exit code 2)."""


class RuleNameError(InspectorError):
    """A rule, id or band that does not exist (exit code 2)."""


class ReportWriteError(InspectorError):
    """A report could not be written (exit code 4)."""
