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


class UsageError(InspectorError):
    """What was asked for makes no sense (exit code 2)."""


class IntentError(UsageError):
    """An intent that cannot be meant: an unknown port, a value Go would refuse."""


class RuleNameError(UsageError):
    """A rule, id or band that does not exist."""


class PolicyError(UsageError):
    """A policy file, or a release's own list, that cannot be read or understood; names file, line and key."""


class ReportWriteError(InspectorError):
    """A report could not be written (exit code 4)."""


def internal(bug: BaseException) -> str:
    """Say in a line what a defect of this tool is, and where, for a report of it."""
    import os

    frame = bug.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    file = os.path.basename(frame.tb_frame.f_code.co_filename) if frame else "?"  # noqa: PTH119
    line = frame.tb_lineno if frame else 0
    return f"internal error, please report it: {file}:{line}: {type(bug).__name__}: {bug}"
