"""The options that all inspecting commands share; imports click alone, as ``--help`` needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from inspector import completion
from inspector.commandline import grouped

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[Callable[..., Any]], Callable[..., Any]]
Complete = Callable[[click.Context, click.Parameter, str], list[str]]

NEVER: Final = "never"
_MEANT: Final = "What was meant"
_LEVEL: Final = "Microarchitecture that was meant, as the variable of that name"
_BUILT: Final = "How it was meant to be built"
_JUDGE: Final = "What to look at"
_REPORT: Final = "Reports"

_POLICY: Final = (
    grouped(
        _MEANT,
        "--config",
        metavar="FILE",
        shell_complete=completion.paths,
        help="Policy file; default: gobin-inspect.toml, here or above.",
    ),
    grouped(_MEANT, "--no-config", is_flag=True, help="Look for no policy file."),
)
_CHOICE: Final = (
    grouped(
        _JUDGE,
        "--include",
        metavar="GLOB",
        multiple=True,
        help="In directories only these files on disk: globs as in .gitignore, such as '*.zip'; repeatable.",
    ),
    grouped(
        _JUDGE,
        "--exclude",
        metavar="GLOB",
        multiple=True,
        help="In directories not these; wins over --include; repeatable.",
    ),
)
_RULES: Final = (
    grouped(
        _JUDGE,
        "--select",
        metavar="RULE,...",
        multiple=True,
        shell_complete=completion.rules,
        help="Only these rules, by name, id or band (GBI3).",
    ),
    grouped(
        _JUDGE, "--ignore", metavar="RULE,...", multiple=True, shell_complete=completion.rules, help="Not these rules."
    ),
    grouped(_JUDGE, "--no-hash", is_flag=True, help="Skip what reads every byte: sha256, pristine check, page hashes."),
)
_JOBS: Final = grouped(
    _JUDGE, "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to work in; default: one a core."
)
_COLOUR: Final = grouped(
    _REPORT,
    "--color",
    "colour",
    type=click.Choice(["auto", "always", NEVER]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless NO_COLOR is set.",
)


def _fail_on(what: str) -> Option:
    return grouped(
        _JUDGE,
        "--fail-on",
        type=click.Choice(["error", "warning", "note", NEVER]),
        default="error",
        show_default=True,
        help=what,
    )


def _formats(names: str, offered: Complete = completion.formats) -> Option:
    return grouped(
        _REPORT,
        "-f",
        "--format",
        "formats",
        metavar="FMT[=FILE]",
        shell_complete=offered,
        multiple=True,
        help=f"{names}; repeatable.",
    )


def _quiet(what: str) -> Option:
    return grouped(_REPORT, "-q", "--quiet", is_flag=True, help=what)


def _verbose(what: str) -> Option:
    return grouped(_REPORT, "-v", "--verbose", is_flag=True, help=what)


_OPTIONS: Final = (
    grouped(
        _MEANT,
        "--target",
        metavar="GOOS/GOARCH",
        shell_complete=completion.targets,
        help="Port, as Go spells it: linux/arm64.",
    ),
    grouped(_MEANT, "--goos", metavar="GOOS", shell_complete=completion.systems, help="Operating system alone."),
    grouped(_MEANT, "--goarch", metavar="GOARCH", shell_complete=completion.processors, help="Processor alone."),
    grouped(_MEANT, "--cgo", type=click.Choice(["0", "1"]), help="CGO_ENABLED."),
    grouped(
        _MEANT,
        "--profile",
        metavar="NAME",
        shell_complete=completion.profiles,
        help="Needs of a target: static-scratch, musl, glibc-2.28, windows-10, ...",
    ),
    grouped(
        _MEANT, "--from-env", is_flag=True, help="Take GOOS, GOARCH, CGO_ENABLED, GOAMD64, ... from the environment."
    ),
    *_POLICY,
    grouped(_LEVEL, "--goamd64", metavar="v1|v2|v3|v4"),
    grouped(_LEVEL, "--goarm", metavar="5|6|7"),
    grouped(_LEVEL, "--goarm64", metavar="v8.0..v9.5"),
    grouped(_LEVEL, "--go386", metavar="sse2|softfloat"),
    grouped(_LEVEL, "--gomips", metavar="hardfloat|softfloat"),
    grouped(_LEVEL, "--gomips64", metavar="hardfloat|softfloat"),
    grouped(_LEVEL, "--goppc64", metavar="power8|power9|power10"),
    grouped(_LEVEL, "--goriscv64", metavar="rva20u64|rva22u64|rva23u64"),
    grouped(
        _BUILT, "--static/--no-static", default=None, help="No interpreter and no library needed; or the opposite."
    ),
    grouped(
        _BUILT,
        "--buildmode",
        type=click.Choice(["default", "exe", "pie", "c-shared", "c-archive", "plugin"]),
        help="Compared with the bytes: exe is not position-independent, default is what that Go does for that port.",
    ),
    grouped(_BUILT, "--tags", metavar="A,B", help="Build tags."),
    grouped(_BUILT, "--tzdata", type=click.Choice(["embedded", "absent"]), help="Time zone database inside the file."),
    grouped(_BUILT, "--go", metavar="1.27", help="This Go release or newer."),
    *_CHOICE,
    *_RULES,
    _JOBS,
    _fail_on("Lowest severity that makes the exit code 1."),
    _formats("text (default), json, sarif, junit, github, gitlab, markdown"),
    grouped(_REPORT, "--no-auto-format", is_flag=True, help="Under GITHUB_ACTIONS=true: do not add -f github."),
    _quiet("Only what failed; no progress."),
    _verbose("Every outcome with its reason, notes spelled out, full pages."),
    _COLOUR,
)


_COMPARING: Final = (
    *_POLICY,
    *_CHOICE,
    *_RULES,
    _JOBS,
    _fail_on("Lowest severity of a new finding that makes it worse."),
    _formats("text (default), json, markdown", completion.diff_formats),
    _quiet("Only what is worse; no progress."),
    _verbose("Every target by name, every value and list in full."),
    _COLOUR,
)
"""The options of a comparison."""


def inspecting(command: F) -> F:
    """Give a command the paths and the options of every inspecting command, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=completion.paths)(command)


def comparing(command: F) -> F:
    """Give a command the two sides of a comparison, and its options, in their order."""
    for option in reversed(_COMPARING):
        command = option(command)
    for name in ("new", "old"):
        command = click.argument(name, shell_complete=completion.paths)(command)
    return command
