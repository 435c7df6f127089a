"""One run of an inspecting command: from the values of its options to reports and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from inspector import PROGRAM, outputs
from inspector.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from inspector.intent import Plan
    from inspector.model import AnyRule, Policy, Report, Threshold
    from inspector.outputs import Output
    from inspector.reports import View

NOTHING_DECLARED: Final = (
    "nothing declares what is meant: give an option such as --target linux/amd64, --from-env with GOOS, GOARCH or "
    "CGO_ENABLED set, a policy (gobin-inspect.toml; `gobin-inspect policy init DIR` writes one), or a directory with "
    "GoReleaser's artifacts.json"
)

_MANY: Final = 1_000
"""Artifacts of which a report takes seconds to write: JSON 2, JUnit 3."""


def run(
    paths: tuple[str, ...],
    *,
    strict: bool = False,
    together: bool = False,
    **given: Any,  # click's values
) -> ExitCode:
    """Inspect, write the reports and return the exit code.

    ``strict``: as the release gate; ``together``: as an audit, which judges releases and shows a grid.

    Raises UsageError before anything is inspected.
    """
    from inspector.batch import inspect_paths
    from inspector.cores import cores
    from inspector.pipeline import Options
    from inspector.progress import Progress
    from inspector.sources import chosen

    written = outputs.chosen(given.pop("formats"), os.environ, auto=not given.pop("no_auto_format"))
    spare(paths, written)
    quiet, verbose, colour = given.pop("quiet"), given.pop("verbose"), given.pop("colour")
    if quiet and verbose:
        raise UsageError("-q and -v exclude each other")
    threshold = threshold_of(given.pop("fail_on"), strict=strict)
    select, ignore, hashes = given.pop("select"), given.pop("ignore"), not given.pop("no_hash")
    jobs, below = given.pop("jobs") or cores(), chosen(given.pop("include"), given.pop("exclude"))
    plan = _plan(paths, **given)
    if strict and not _declares(plan):
        raise UsageError(NOTHING_DECLARED)
    rules = rules_of(select, ignore, plan.policy)
    if strict and not rules:
        raise UsageError("--select, --ignore and the policy leave no rule, so that anything would pass")
    options = Options(plan=plan, rules=rules, hashes=hashes, together=together, threshold=threshold)
    with Progress(sys.stderr, quiet=quiet) as progress:
        report = inspect_paths(paths, options, jobs=jobs, watch=progress, chosen=below, apart=together)
    view = _view(threshold, quiet=quiet, verbose=verbose, grid=together)
    files = [output.path for output in written if output.path is not None]
    if files and len(report.briefs) >= _MANY and not quiet:
        say(f"writing {', '.join(files)}")
    failures = outputs.write(report, written, view, colour)
    for failure in failures:
        say(f"error: {failure}")
    _tell(report, paths, written)
    if report.interrupted:
        say(f"interrupted after {progress.reached()}; this is what was known by then")
        return ExitCode.INTERRUPTED
    return ExitCode.NOT_WRITTEN if failures else exit_code(report, paths)


def exit_code(report: Report, paths: tuple[str, ...]) -> ExitCode:
    """Return what the run comes to: findings that count, something not inspected, or all clean."""
    from inspector.model import Status
    from inspector.reports.summary import notable_of

    if any(report.threshold.counts(outcome) for outcome in notable_of(report)):
        return ExitCode.FINDINGS
    crashed = any(outcome.status is Status.ERROR for outcome in notable_of(report))
    return ExitCode.NOT_INSPECTED if report.unseen or crashed or _barren(report, paths) else ExitCode.CLEAN


def say(text: str) -> None:
    """Write a line to standard error, after the program's name."""
    from inspector.reports.output import standard_error
    from inspector.reports.safe import neutral

    with standard_error() as err:
        err.write(f"{PROGRAM}: {neutral(text)}\n")


def spare(paths: tuple[str, ...], written: Sequence[Output[Any]]) -> None:
    """Raise UsageError where a report would replace what it is about."""
    inspected = {os.path.realpath(path) for path in paths if "\0" not in path and os.path.isfile(path)}  # noqa: PTH113
    for output in written:
        if output.path is not None and os.path.realpath(output.path) in inspected:
            raise UsageError(f"{output.path} is to be inspected; a report needs a file of its own")


def threshold_of(fail_on: str, *, strict: bool) -> Threshold:
    """Return what ``--fail-on`` and the command say of which outcomes count."""
    from inspector.model import Severity, Threshold

    return Threshold(fail_on=None if fail_on == "never" else Severity(fail_on), strict=strict)


def _plan(
    paths: tuple[str, ...],
    *,
    from_env: bool,
    profile: str | None,
    config: str | None,
    no_config: bool,
    **given: Any,  # click's values
) -> Plan:
    from inspector.intent import from_environment, from_options, merge, planned

    policy = policy_of(config, no_config=no_config)
    declared = from_options(**given)
    if from_env:
        declared = merge(declared, from_environment(os.environ))
    return planned(declared, profile, policy, paths)


def policy_of(config: str | None, *, no_config: bool) -> Policy | None:
    """Return the policy of a run: the given one, the one that is found, or none."""
    from inspector import rules
    from inspector.intent import policy

    if config is not None and no_config:
        raise UsageError("--config and --no-config exclude each other")
    path = config if config is not None or no_config else policy.find(os.curdir)
    return None if path is None else policy.load(path, rules.named)


def _declares(plan: Plan) -> bool:
    """Say whether anything but a name declares what is meant."""
    from inspector.model import Intent

    return plan.declared != Intent() or plan.profile != Intent() or plan.policy is not None or bool(plan.dists)


def rules_of(select: tuple[str, ...], ignore: tuple[str, ...], policy: Policy | None) -> tuple[AnyRule, ...]:
    """Return the rules to run, by the command line's comma lists and the policy."""
    from inspector.ruling import chosen

    selected = names(select)
    if select and not selected:  # likely an unset variable, which must not mean every rule
        raise UsageError("--select names no rule; leave it out to run all of them")
    return chosen(selected, names(ignore), policy)


def names(lists: tuple[str, ...]) -> tuple[str, ...]:
    """Split comma lists."""
    return tuple(name.strip() for words in lists for name in words.split(",") if name.strip())


def _view(threshold: Threshold, *, quiet: bool, verbose: bool, grid: bool) -> View:
    from inspector.model import Severity
    from inspector.reports import View

    # What makes the exit code 1 is spelled out, and a warning always.
    spelled = Severity.NOTE if threshold.fail_on is Severity.NOTE else Severity.WARNING
    return View(quiet=quiet, verbose=verbose, spelled=spelled, grid=grid)


def _tell(report: Report, paths: tuple[str, ...], written: tuple[Output[Report], ...]) -> None:
    """Say on standard error what gave nothing to inspect and, unless a text report says it, the rest of the matter."""
    from inspector.reports.closing import closing
    from inspector.reports.summary import skipped_line

    for path in _barren(report, paths) if not report.interrupted else ():
        say(f"nothing to inspect in {path}")
    if any(output.path is None and output.renderer.name == "text" for output in written):
        return
    for row in report.unseen:
        say(skipped_line(row))
    if report.threshold.strict:
        say(closing(report))


def _barren(report: Report, paths: tuple[str, ...]) -> list[str]:
    """Return the paths that gave nothing: neither a file nor a reason of their own."""
    from inspector.sources.names import shown

    met = [file.path for file in report.briefs] + [row.path for row in report.unseen]
    return [path for path in map(shown, paths) if not any(_is_within(found, path) for found in met)]


def _is_within(found: str, path: str) -> bool:
    from inspector.intent import is_below

    found, path = os.path.normpath(found), os.path.normpath(path)
    return path in {os.curdir, found} or is_below(found, path)
