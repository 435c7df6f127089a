"""The command line: parse, call, show, exit code. Everything else is imported when a command needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

import click

from inspector import __version__
from inspector.commandline import DefaultGroup, GroupedCommand, grouped
from inspector.errors import ExitCode, IntentError, ReportWriteError, RuleNameError

if TYPE_CHECKING:
    from inspector.model import Intent, Report
    from inspector.reports import Renderer, View

PROGRAM: Final = "gobin-inspect"
NEVER: Final = "never"

_SUMMARY: Final = """Is this Go program what you meant to ship, and will it start where you ship it?

Reads ELF, PE, Mach-O, WebAssembly, XCOFF and Plan 9 files and C archives, directories, and
zip and tar archives of them; - is standard input.
Holds what the bytes show, what Go recorded and what was meant against each other.
Runs nothing and asks no network.
"""
_EPILOG: Final = """\b
Examples:
  gobin-inspect app.exe
  gobin-inspect --target linux/arm64 --cgo 0 --static dist/app
  gobin-inspect -f json=report.json -f text dist/
  GOOS=windows GOARCH=386 gobin-inspect --from-env app.exe
  gobin-inspect explain tzdata-missing

\b
Exit codes:
  0  inspected, nothing at or above --fail-on
  1  a finding at or above --fail-on
  2  wrong usage, nothing was inspected
  3  something could not be inspected, or there was nothing to inspect
  4  a report could not be written
"""
_NARROWEST: Final = 60
"""Columns below which a page cannot be laid out; a narrower terminal wraps it."""
_WIDEST: Final = 120
"""Columns beyond which lines get hard to read."""
_MEANT: Final = "What was meant"
_LEVEL: Final = "Microarchitecture that was meant, as the variable of that name"
_BUILT: Final = "How it was meant to be built"
_JUDGE: Final = "What to look at"
_REPORT: Final = "Reports"


class Output(NamedTuple):
    """One requested report; ``path`` None is standard output."""

    renderer: Renderer
    path: str | None


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        return int(tool.main(args, prog_name=PROGRAM, standalone_mode=False) or 0)
    except click.ClickException as error:
        from inspector.reports.output import standard_error

        with standard_error():
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except ReportWriteError as error:
        _say(f"error: {error}")
        return ExitCode.NOT_WRITTEN
    except Exception as bug:  # noqa: BLE001  # the interface promises that nobody ever sees a traceback
        _say(f"internal error, please report it: {_where(bug)}: {type(bug).__name__}: {bug}")
        return ExitCode.NOT_INSPECTED


@click.group(
    cls=DefaultGroup,
    default="inspect",
    help=_SUMMARY,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def tool() -> None:
    """Hold the commands."""


@tool.command(
    cls=GroupedCommand, no_args_is_help=True, help=_SUMMARY, short_help="Inspect files (the default).", epilog=_EPILOG
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@grouped(_MEANT, "--target", metavar="GOOS/GOARCH", help="Port, as Go spells it: linux/arm64.")
@grouped(_MEANT, "--goos", metavar="GOOS", help="Operating system alone.")
@grouped(_MEANT, "--goarch", metavar="GOARCH", help="Processor alone.")
@grouped(_MEANT, "--cgo", type=click.Choice(["0", "1"]), help="CGO_ENABLED.")
@grouped(
    _MEANT, "--profile", metavar="NAME", help="Needs of a target: static-scratch, musl, glibc-2.28, windows-10, ..."
)
@grouped(_MEANT, "--from-env", is_flag=True, help="Take GOOS, GOARCH, CGO_ENABLED, GOAMD64, ... from the environment.")
@grouped(_LEVEL, "--goamd64", metavar="v1|v2|v3|v4")
@grouped(_LEVEL, "--goarm", metavar="5|6|7")
@grouped(_LEVEL, "--goarm64", metavar="v8.0..v9.5")
@grouped(_LEVEL, "--go386", metavar="sse2|softfloat")
@grouped(_LEVEL, "--gomips", metavar="hardfloat|softfloat")
@grouped(_LEVEL, "--gomips64", metavar="hardfloat|softfloat")
@grouped(_LEVEL, "--goppc64", metavar="power8|power9|power10")
@grouped(_LEVEL, "--goriscv64", metavar="rva20u64|rva22u64|rva23u64")
@grouped(_BUILT, "--static/--no-static", default=None, help="No interpreter and no library needed; or the opposite.")
@grouped(
    _BUILT,
    "--buildmode",
    type=click.Choice(["default", "exe", "pie", "c-shared", "c-archive", "plugin"]),
    help="Compared with the bytes: exe is not position-independent, default is what that Go does for that port.",
)
@grouped(_BUILT, "--tags", metavar="A,B", help="Build tags.")
@grouped(_BUILT, "--tzdata", type=click.Choice(["embedded", "absent"]), help="Time zone database inside the file.")
@grouped(_BUILT, "--go", metavar="1.27", help="This Go release or newer.")
@grouped(_JUDGE, "--select", metavar="RULE,...", multiple=True, help="Only these rules, by name, id or band (GBI3).")
@grouped(_JUDGE, "--ignore", metavar="RULE,...", multiple=True, help="Not these rules.")
@grouped(_JUDGE, "--no-hash", is_flag=True, help="Skip what reads every byte: sha256, pristine check, page hashes.")
@grouped(
    _JUDGE,
    "--fail-on",
    type=click.Choice(["error", "warning", "note", NEVER]),
    default="error",
    show_default=True,
    help="Lowest severity that makes the exit code 1.",
)
@grouped(
    _REPORT,
    "-f",
    "--format",
    "formats",
    metavar="FMT[=FILE]",
    multiple=True,
    help="text (default) or json; repeatable.",
)
@grouped(_REPORT, "-q", "--quiet", is_flag=True, help="Only what failed.")
@grouped(_REPORT, "-v", "--verbose", is_flag=True, help="Every outcome with its reason, notes spelled out, full pages.")
@grouped(
    _REPORT,
    "--color",
    "colour",
    type=click.Choice(["auto", "always", NEVER]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless NO_COLOR is set.",
)
@click.pass_context
def inspect(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> ExitCode:  # click's values
    """Inspect files."""
    from inspector.pipeline import Options, inspect_paths
    from inspector.progress import Progress
    from inspector.rules import select

    outputs = _outputs(given.pop("formats"))
    quiet, verbose = given.pop("quiet"), given.pop("verbose")
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other")
    colour, fail_on, hashes = given.pop("colour"), given.pop("fail_on"), not given.pop("no_hash")
    try:
        rules = select(_chosen(given.pop("select")), _names(given.pop("ignore")))
        profile = given.pop("profile")
        intent = _intent(**given)
        options = Options(intent=intent, profile=_profile(profile, intent), rules=rules, hashes=hashes)
    except (IntentError, RuleNameError) as error:
        raise click.UsageError(str(error), ctx) from error
    with Progress(sys.stderr) as progress:
        report = inspect_paths(paths, options, progress.on_artifact)
    written = _write(report, outputs, _view(fail_on, quiet=quiet, verbose=verbose), colour)
    _tell(report, paths, rows=all(output.path or output.renderer.name != "text" for output in outputs))
    return exit_code(report, paths, fail_on) if written else ExitCode.NOT_WRITTEN


@tool.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Explain a rule, by name or id; without one, list all."""
    from inspector.explain import catalogue, explained

    if rule is None:
        _print("\n".join(catalogue()))
        return
    try:
        lines = explained(rule).splitlines()
    except RuleNameError as error:
        raise click.UsageError(str(error)) from error
    if _terminal(sys.stdout):
        lines = [_heading(line) if n == 0 or line.startswith("## ") else line for n, line in enumerate(lines)]
    _print("\n".join(lines))


@tool.command()
def schema() -> None:
    """Print the JSON Schema of `--format json`."""
    import json

    from inspector.reports.json_v1 import schema as document

    _print(json.dumps(document(), indent=2))


def _heading(line: str) -> str:
    return click.style(line.removeprefix("## "), bold=True)


def _print(text: str) -> None:
    from inspector.reports.output import standard_output

    with standard_output() as out:
        out.write(f"{text}\n")


def _outputs(formats: tuple[str, ...]) -> tuple[Output, ...]:
    """Read the ``--format`` values; raise UsageError when two go to one place."""
    from inspector.reports import RENDERERS

    by_name = {renderer.name: renderer for renderer in RENDERERS}
    outputs: list[Output] = []
    taken: set[str | None] = set()
    for word in formats or ("text",):
        name, given, path = word.partition("=")
        if name not in by_name:
            raise click.UsageError(f"unknown format '{name}' (there are: {', '.join(by_name)})")
        if given and not path:
            raise click.UsageError(f"--format {word} names no file")
        output = Output(by_name[name], None if path in {"", "-"} else path)
        place = output.path and os.path.realpath(output.path)
        if place in taken:
            where = output.path or "standard output"
            raise click.UsageError(f"two formats would go to {where}; give one a file of its own: -f {name}=FILE")
        taken.add(place)
        outputs.append(output)
    return tuple(outputs)


def _chosen(lists: tuple[str, ...]) -> tuple[str, ...]:
    """Split --select's lists; one that names nothing is likely an unset variable, and must not mean every rule."""
    names = _names(lists)
    if lists and not names:
        raise RuleNameError("--select names no rule; leave it out to run all of them")
    return names


def _names(lists: tuple[str, ...]) -> tuple[str, ...]:
    """Split comma lists."""
    return tuple(name.strip() for words in lists for name in words.split(",") if name.strip())


def _view(fail_on: str, *, quiet: bool, verbose: bool) -> View:
    from inspector.model import Severity
    from inspector.reports import View

    # What makes the exit code 1 is spelled out, and a warning always.
    spelled = Severity.NOTE if fail_on == Severity.NOTE else Severity.WARNING
    return View(quiet=quiet, verbose=verbose, spelled=spelled)


def _write(report: Report, outputs: tuple[Output, ...], view: View, colour: str) -> bool:
    """Write every report and tell whether all could be."""
    from msgspec.structs import replace

    from inspector.reports.output import write_file, write_stdout

    written = True
    always = colour == "always"
    for renderer, path in outputs:
        try:
            if path is not None:
                write_file(renderer, report, replace(view, colour=always), path)
            elif sys.stdout is not None and sys.stdout.isatty():
                from shutil import get_terminal_size  # takes 4 ms, and only a terminal has a width

                width = max(_NARROWEST, min(_WIDEST, get_terminal_size().columns))
                shown = always or (colour != NEVER and _terminal(sys.stdout))
                write_stdout(renderer, report, replace(view, colour=shown, width=width))
            else:
                write_stdout(renderer, report, replace(view, colour=always))
        except ReportWriteError as error:
            _say(f"error: {error}")
            written = False
    return written


def _terminal(stream: TextIO | None) -> bool:
    """Tell a terminal that wants colour."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not plain


def exit_code(report: Report, paths: tuple[str, ...], fail_on: str) -> ExitCode:
    """Return what the run comes to: findings at or above ``fail_on``, something not inspected, or all clean."""
    from inspector.model import Severity, Status
    from inspector.reports.summary import images_of

    outcomes = [outcome for image in images_of(report) for outcome in image.outcomes]
    if fail_on != NEVER:
        least = Severity(fail_on).rank
        if any(outcome.status is Status.FAIL and outcome.severity.rank >= least for outcome in outcomes):
            return ExitCode.FINDINGS
    unseen = any(row.matters for row in report.skipped)
    crashed = any(outcome.status is Status.ERROR for outcome in outcomes)
    return ExitCode.NOT_INSPECTED if unseen or crashed or _barren(report, paths) else ExitCode.CLEAN


def _barren(report: Report, paths: tuple[str, ...]) -> list[str]:
    """Return the paths that gave nothing: neither a file nor a reason of their own."""
    from inspector.sources.names import shown

    met = [file.path for file in report.files] + [row.path for row in report.skipped if row.matters]
    return [path for path in map(shown, paths) if not any(_is_below(found, path) for found in met)]


def _is_below(found: str, path: str) -> bool:
    found, path = os.path.normpath(found), os.path.normpath(path)
    return path == "." or found == path or found.startswith(path.rstrip(os.sep) + os.sep)


def _tell(report: Report, paths: tuple[str, ...], *, rows: bool) -> None:
    """Say on standard error what gave nothing to inspect and, unless a text report says it, what was skipped."""
    from inspector.reports.page import name_of

    for path in _barren(report, paths):
        _say(f"nothing to inspect in {path}")
    for row in report.skipped if rows else ():
        if row.matters:
            _say(f"{name_of(row.path, row.members, row.slice)}: {row.kind}: {row.reason}")


def _intent(*, from_env: bool, **given: Any) -> Intent:  # click's values
    from inspector.intent import from_environment, from_options, merge

    declared = from_options(**given)
    return merge(declared, from_environment(os.environ)) if from_env else declared


def _profile(name: str | None, declared: Intent) -> Intent:
    from inspector.intent import from_profile, merge
    from inspector.model import Intent

    profile = Intent() if name is None else from_profile(name, declared)
    merge(declared, profile)  # what cannot be meant together is an error before anything is inspected
    return profile


def _say(text: str) -> None:
    from inspector.reports.output import standard_error
    from inspector.reports.safe import neutral

    with standard_error():
        click.echo(f"{PROGRAM}: {neutral(text)}", err=True)


def _where(bug: Exception) -> str:
    """Name the line that raised, which a report of the defect needs."""
    trace = bug.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119  # pathlib takes 5 ms to import
    return f"{file}:{trace.tb_lineno}"
