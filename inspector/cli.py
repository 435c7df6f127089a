"""The command line: parse, call, show, exit code. Everything else is imported when a command needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from inspector import PROGRAM, __version__, completion
from inspector.commandline import DefaultGroup, GroupedCommand, misspelled
from inspector.errors import ExitCode, PolicyError, ReportWriteError, RuleNameError, UsageError, internal
from inspector.options import comparing, inspecting

if TYPE_CHECKING:
    from inspector.policycommands import Said
    from inspector.reports.layout import Line

T = TypeVar("T")

_SUMMARY: Final = """Is this Go program what you meant to ship, and will it start where you ship it?

Reads ELF, PE, Mach-O, WebAssembly, XCOFF and Plan 9 files and C archives, directories of them,
archives (zip, tar) and packages (deb, rpm, apk, wheel, npm); - is standard input.
Holds what the bytes show, what Go recorded and what was meant against each other.
Runs nothing and asks no network.
"""
_CODES: Final = """\b
Exit codes:
  0    inspected, nothing at or above --fail-on
  1    a finding at or above --fail-on
  2    wrong usage or policy, nothing was inspected
  3    something could not be inspected, or there was nothing to inspect
  4    a report could not be written
  130  interrupted; what was known is reported
"""
_EPILOG: Final = f"""\b
Examples:
  gobin-inspect app.exe
  gobin-inspect --target linux/arm64 --cgo 0 --static dist/app
  gobin-inspect -f json=report.json -f text dist/
  GOOS=windows GOARCH=386 gobin-inspect --from-env app.exe
  gobin-inspect explain tzdata-missing

{_CODES}"""
_GATE: Final = """The release gate: let only through what is as meant.

Something must declare what is meant: an option, --from-env, a policy file, or GoReleaser's
artifacts.json. What then cannot be decided counts as a failure. Ends with one line for the log.
"""
_GATES: Final = """\b
Examples:
  gobin-inspect verify dist/
  gobin-inspect verify --target linux/arm64 --cgo 0 --static dist/app
  GOOS=windows GOARCH=386 gobin-inspect verify --from-env app.exe
  gobin-inspect verify -f text -f sarif=out.sarif -f junit=report.xml dist/

\b
Exit codes:
  0  everything is as meant
  1  a finding at or above --fail-on, or something declared was undecidable
  2  wrong usage or policy, or nothing declared; nothing was inspected
  3  something could not be inspected, or there was nothing to inspect
  4  a report could not be written
"""
_DIFF: Final = """What changed from one release to the next, and whether it got worse.

OLD and NEW are directories, archives, single files, or reports that -f json wrote.
Artifacts are paired by program and target, whatever version is in their names.
"""
_DIFFS: Final = """\b
Worse is: a target lost, a program that cannot be read any more, a new or
graver finding at or above --fail-on, a glibc floor or oldest system that
rose, static that became dynamic.

\b
Examples:
  gobin-inspect diff dist-1.2/ dist-1.3/
  gobin-inspect diff last-release.json dist/
  gobin-inspect diff -f text -f markdown=comment.md app_1.2.zip app_1.3.zip

\b
Exit codes:
  0  nothing got worse
  1  something got worse
  2  wrong usage or policy, or JSON that is no report
  3  something could not be inspected, or there was nothing to compare
  4  a report could not be written
"""

_SWEEP: Final = """Sweep directories and archives, and judge what they hold as releases.

Adds to what is wrong with each artifact what shows only when they are seen together: a target
missing, cgo slipped into one of them, two names for one content, a checksum file that lies.
Shows a grid in place of pages, and on a terminal how far it is.
"""
_SWEEPS: Final = f"""\b
Examples:
  gobin-inspect audit dist/
  gobin-inspect audit -j 8 --exclude '*.dbg' /srv/releases
  gobin-inspect audit -f text -f json=audit.json store/ backup.tar.zst

{_CODES}"""

_COMPLETION: Final = """Print the script that makes a shell complete words on Tab.

\b
bash  ~/.bashrc:                   eval "$(gobin-inspect completion bash)"
zsh   ~/.zshrc, after compinit:    eval "$(gobin-inspect completion zsh)"
fish  ~/.config/fish/config.fish:  gobin-inspect completion fish | source
"""


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
    except PolicyError as error:
        _say(f"error: {error}")
        return ExitCode.USAGE
    except Exception as bug:  # noqa: BLE001  # the interface promises that nobody ever sees a traceback
        _say(internal(bug))
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
@inspecting
@click.pass_context
def inspect(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> ExitCode:  # click's values
    """Inspect files."""
    meant = misspelled(paths[0], tool.commands)
    if meant is not None:
        _say(f"there is no {paths[0]}; was the command {meant} meant?")
    return _run(ctx, paths, given)


@tool.command(
    cls=GroupedCommand, no_args_is_help=True, help=_GATE, short_help="Let only through what is as meant.", epilog=_GATES
)
@inspecting
@click.pass_context
def verify(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> ExitCode:  # click's values
    """Inspect files as a release gate."""
    return _run(ctx, paths, given, strict=True)


@tool.command(
    cls=GroupedCommand,
    no_args_is_help=True,
    help=_SWEEP,
    short_help="Sweep artifact stores, as releases.",
    epilog=_SWEEPS,
)
@inspecting
@click.pass_context
def audit(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> ExitCode:  # click's values
    """Inspect a store of artifacts."""
    return _run(ctx, paths, given, together=True)


@tool.command(
    cls=GroupedCommand, no_args_is_help=True, help=_DIFF, short_help="Hold a release against another.", epilog=_DIFFS
)
@comparing
@click.pass_context
def diff(ctx: click.Context, /, old: str, new: str, **given: Any) -> ExitCode:  # click's values
    """Compare two releases."""
    from inspector.diffcommand import diff as compared

    return _or_usage(ctx, lambda: compared(old, new, **given))


@tool.command()
@click.argument("rule", required=False, shell_complete=completion.pages)
def explain(rule: str | None) -> None:
    """Explain a rule, by name or id; without one, list all."""
    from inspector.explain import catalogue, coloured, explained
    from inspector.outputs import on_terminal
    from inspector.reports.layout import plain

    try:
        text = explained(rule) if rule is not None else "\n".join(map(plain, catalogue()))
    except RuleNameError as error:
        raise click.UsageError(str(error)) from error
    if on_terminal(sys.stdout):
        _paint(coloured(text) if rule is not None else catalogue())
    else:
        _print(text)


@tool.command()
@click.option("--policy", "of_policy", is_flag=True, help="That of the policy file instead, for editors.")
@click.option("--diff", "of_diff", is_flag=True, help="That of `diff --format json` instead.")
def schema(*, of_policy: bool, of_diff: bool) -> None:
    """Print the JSON Schema of `--format json`."""
    import json

    if of_policy and of_diff:
        raise click.UsageError("--policy and --diff exclude each other")
    if of_policy:
        from inspector.policycommands import schema as wanted
    elif of_diff:
        from inspector.diff.document import schema as wanted
    else:
        from inspector.reports.json_v1 import schema as wanted
    _print(json.dumps(wanted(), indent=2))


@tool.group(name="policy", short_help="Write or check a policy file.")
def policies() -> None:
    """Write a policy file that a good release satisfies, or check one."""


@policies.command(
    name="init", no_args_is_help=True, short_help="Write a policy that the good release in DIR satisfies."
)
@click.argument("directory", metavar="DIR", shell_complete=completion.paths)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=completion.paths,
    help="Write it there instead of to standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def policy_init(ctx: click.Context, /, directory: str, output: str | None, *, force: bool) -> ExitCode:
    """Write a policy that the known-good release in DIR satisfies, to be read and corrected."""
    from inspector.policycommands import init

    return _told(ctx, lambda: init(directory, output, force=force), output)


@policies.command(name="check")
@click.argument("file", required=False, shell_complete=completion.paths)
@click.pass_context
def policy_check(ctx: click.Context, /, file: str | None) -> ExitCode:
    """Check FILE, or the gobin-inspect.toml here or above."""
    from inspector.policycommands import check

    return _told(ctx, lambda: check(file))


@tool.command(name="completion", help=_COMPLETION, short_help="Print what makes a shell complete words on Tab.")
@click.argument("shell", type=click.Choice(completion.SHELLS))
def complete(shell: str) -> None:
    """Print a completion script."""
    _print(completion.script(tool, PROGRAM, shell).rstrip())


def _print(text: str) -> None:
    from inspector.reports.output import standard_output

    with standard_output() as out:
        out.write(f"{text}\n")


def _paint(lines: Iterable[Line]) -> None:
    from inspector.reports.colour import paint
    from inspector.reports.output import standard_output

    with standard_output() as out:
        paint(lines, out)


def _say(text: str) -> None:
    from inspector.run import say

    say(text)


def _told(ctx: click.Context, command: Callable[[], Said], output: str | None = None) -> ExitCode:
    """Run a command and hand out what it says: a text, into a file if there is one, and remarks."""
    from inspector.reports.output import write_text

    said: Said = _or_usage(ctx, command)
    for remark in said.remarks:
        _say(remark)
    if said.text and output is not None:
        write_text(said.text, output)
    elif said.text:
        _print(said.text.removesuffix("\n"))
    return said.code


def _run(ctx: click.Context, paths: tuple[str, ...], given: dict[str, Any], **kind: bool) -> ExitCode:
    from inspector.run import run

    return _or_usage(ctx, lambda: run(paths, **kind, **given))


def _or_usage(ctx: click.Context, command: Callable[[], T]) -> T:
    """Run a command; what it refuses is shown with its usage."""
    try:
        return command()
    except PolicyError:
        raise  # the command line is not at fault, so its usage is no help
    except UsageError as error:
        raise click.UsageError(str(error), ctx) from error
