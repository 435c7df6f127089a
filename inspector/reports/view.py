"""How a report is to be shown; what is shown is the report's own affair."""

from __future__ import annotations

import msgspec

from inspector.model import Severity, Threshold


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Choices of the person who looks.

    ``width`` is in columns. ``spelled`` is the lowest severity whose findings are spelled out; lower ones are
    only named. ``threshold`` is the report's: what makes the run fail is spelled out too. ``grid``: the text report
    is a table of all artifacts, however few, in place of pages.
    """

    width: int = 80
    colour: bool = False
    verbose: bool = False
    quiet: bool = False
    grid: bool = False
    spelled: Severity = Severity.WARNING
    threshold: Threshold = Threshold()
