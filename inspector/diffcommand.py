"""The command that holds two releases against each other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from inspector import outputs
from inspector.errors import ExitCode, UsageError
from inspector.run import names, policy_of, rules_of, say, spare, threshold_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.diff.compare import Difference
    from inspector.diff.sides import Side, Wanted
    from inspector.model import AnyRule, Policy, Report


def diff(old: str, new: str, **given: Any) -> ExitCode:  # click's values
    """Compare, write the reports and return the exit code.

    Raises UsageError before anything is inspected, and for a side that is JSON but no report of this tool.
    """
    from inspector.diff.compare import compare
    from inspector.diff.renderers import RENDERERS
    from inspector.diff.sides import STDIN
    from inspector.reports import View

    written = outputs.picked(given["formats"], RENDERERS)
    spare((old, new), written)
    if given["quiet"] and given["verbose"]:
        raise UsageError("-q and -v exclude each other")
    if old == new == STDIN:
        raise UsageError("only one of both can be standard input")
    fail_on = threshold_of(given["fail_on"], strict=False).fail_on
    policy = policy_of(given["config"], no_config=given["no_config"])
    rules = rules_of(given["select"], given["ignore"], policy)
    inspect = _inspecting(rules, policy, given)
    sides: list[Side] = []
    for path in (old, new):
        side = _side(path, _wanted(given), inspect)
        if side is None:
            return ExitCode.NOT_INSPECTED
        if side.interrupted and not side.written:
            say("interrupted; nothing was compared")
            return ExitCode.INTERRUPTED
        sides.append(side)
    found = compare(sides[0], sides[1], fail_on)
    view = View(quiet=given["quiet"], verbose=given["verbose"])
    failures = outputs.put(found, written, view, given["colour"])
    for failure in failures:
        say(f"error: {failure}")
    return ExitCode.NOT_WRITTEN if failures else exit_code(found)


def exit_code(found: Difference) -> ExitCode:
    """Return what a comparison comes to: something worse, something not inspected, or neither."""
    if found.worse:
        return ExitCode.FINDINGS
    unseen = any(side.unseen or side.crashed or side.interrupted for side in (found.old, found.new))
    return ExitCode.NOT_INSPECTED if unseen else ExitCode.CLEAN


def _side(path: str, wanted: Wanted, inspect: Callable[[str], Report]) -> Side | None:
    """Return one side; None, and say why, where nothing of it can be compared."""
    from inspector.diff.sides import side
    from inspector.reports.summary import name_of

    found = side(path, wanted, inspect)
    if found.rows or (found.interrupted and not found.written):
        return found
    for row in found.unseen:
        say(f"{name_of(row.path, row.members, row.slice)}: {row.kind}: {row.reason}")
    if not found.unseen:
        say(f"nothing to compare in {path}{', a report of an interrupted run' if found.interrupted else ''}")
    return None


def _inspecting(rules: tuple[AnyRule, ...], policy: Policy | None, given: dict[str, Any]) -> Callable[[str], Report]:
    """Return what inspects a path as `gobin-inspect PATH` does. Raises UsageError for a glob that matches nothing."""
    from inspector.sources import chosen

    below = chosen(given["include"], given["exclude"])

    def inspect(path: str) -> Report:
        from inspector.batch import inspect_paths
        from inspector.cores import cores
        from inspector.intent import planned
        from inspector.model import Intent
        from inspector.pipeline import Options
        from inspector.progress import Progress

        plan = planned(Intent(), None, policy, (path,))
        options = Options(plan=plan, rules=rules, hashes=not given["no_hash"])
        with Progress(sys.stderr, quiet=given["quiet"]) as progress:
            return inspect_paths((path,), options, jobs=given["jobs"] or cores(), watch=progress, chosen=below)

    return inspect


def _wanted(given: dict[str, Any]) -> Wanted:
    """Return which rules are compared, of a report that was written earlier too, whose rules may be others."""
    from inspector.rules import named

    selected = {name for word in names(given["select"]) for name in named(word)}
    ignored = {name for word in names(given["ignore"]) for name in named(word)}
    return lambda rule: rule not in ignored and (not selected or rule in selected)
