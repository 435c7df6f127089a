"""For people who script: say what was meant, inspect, read the values. docs/api.md tells it with examples."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import asdict, replace

from inspector.batch import inspect_paths
from inspector.errors import InspectorError, UsageError
from inspector.intent import from_options, planned
from inspector.intent import policy as policies
from inspector.model import Declared, FileReport, Intent, Report, SkipKind
from inspector.pipeline import Options
from inspector.reports.summary import name_of
from inspector.rules import named as named_rules
from inspector.ruling import chosen
from inspector.sources import chosen as choice

AnyPath = str | os.PathLike[str]


class NotInspectedError(InspectorError):
    """Something could not be inspected.

    ``name`` says what, with the containers that hold it ("app.zip -> app"), ``kind`` why, ``reason`` why exactly.
    """

    def __init__(self, name: str, kind: SkipKind, reason: str) -> None:
        super().__init__(name, kind, reason)
        self.name = name
        self.kind = kind
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}: {self.reason}"


def declare(
    *,
    target: str | None = None,
    goos: str | None = None,
    goarch: str | None = None,
    cgo: bool | None = None,
    goamd64: str | None = None,
    goarm: str | None = None,
    goarm64: str | None = None,
    go386: str | None = None,
    gomips: str | None = None,
    gomips64: str | None = None,
    goppc64: str | None = None,
    goriscv64: str | None = None,
    static: bool | None = None,
    buildmode: str | None = None,
    tags: str | None = None,
    tzdata: str | None = None,
    go: str | None = None,
) -> Intent:
    """Return the intent that holds these values, each with the source "argument NAME"; None declares nothing.

    They are spelled as the command line's options of these names are: ``target="linux/arm64"``,
    ``tags="netgo,osusergo"``. Raises IntentError, which speaks of those options, for a value Go would refuse, for a
    port that no known Go release has, and for values that contradict each other.
    """
    intent = from_options(
        target=target,
        goos=goos,
        goarch=goarch,
        cgo=None if cgo is None else str(int(cgo)),
        goamd64=goamd64,
        goarm=goarm,
        goarm64=goarm64,
        go386=go386,
        gomips=gomips,
        gomips64=gomips64,
        goppc64=goppc64,
        goriscv64=goriscv64,
        static=static,
        buildmode=buildmode,
        tags=tags,
        tzdata=tzdata,
        go=go,
    )
    return replace(intent, **dict(_as_arguments(intent)))


def inspect(
    path: AnyPath,
    intent: Intent | None = None,
    *,
    profile: str | None = None,
    policy: AnyPath | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    hashes: bool = True,
) -> FileReport:
    """Inspect one program: a file, or an archive that holds one. "-" is standard input.

    What is not in ``intent`` is taken from the profile of that name, the policy file, GoReleaser's artifacts.json and
    the file's name, in this order. ``select`` and ``ignore`` are names, ids and bands of rules. Without ``hashes``
    what reads every byte is left out, and those facts are Unknown.

    Raises NotInspectedError when it, or a slice of it, cannot be read or is no Go program; UsageError for a directory
    or an archive of several programs, and for arguments that make no sense (IntentError, RuleNameError and PolicyError
    are such). Ctrl-C is KeyboardInterrupt, as in any other call.
    """
    if os.path.isdir(path):  # noqa: PTH112  # pathlib takes 5 ms to import
        raise UsageError(f"{os.fspath(path)} is a directory; inspect_all takes it")
    report = inspect_all([path], intent, profile=profile, policy=policy, select=select, ignore=ignore, hashes=hashes)
    for row in report.unseen:
        raise NotInspectedError(name_of(row.path, row.members, row.slice), row.kind, row.reason)
    if len(report.files) > 1:
        raise UsageError(f"{os.fspath(path)} holds {len(report.files)} programs; inspect_all takes it")
    if not report.files:
        raise NotInspectedError(os.fspath(path), SkipKind.NOT_GO, "holds no Go program")
    return report.files[0]


def inspect_all(
    paths: Iterable[AnyPath],
    intent: Intent | None = None,
    *,
    profile: str | None = None,
    policy: AnyPath | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    hashes: bool = True,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    together: bool = False,
    jobs: int = 1,
) -> Report:
    """Inspect everything that files, archives and directories hold; the first arguments are those of ``inspect``.

    ``include`` and ``exclude`` are globs that choose files of directories, as the options of these names do.
    ``together``: judge what is met as releases, as an audit does, even where no list or policy tells what they hold.
    ``jobs`` is how many processes there may be where it pays; with more than 1 the calling script's main module is
    imported anew in each, so that what it runs must stand below ``if __name__ == "__main__":``.

    What cannot be inspected is a row of the report's ``skipped`` and raises nothing. ``release`` has the outcomes
    of the rules that look at the release as a whole. Raises UsageError for arguments that make no sense, InspectorError
    when the disk has no room for the results of very many files, KeyboardInterrupt on Ctrl-C.
    """
    named = tuple(os.fspath(path) for path in paths)
    rulebook = None if policy is None else policies.load(os.fspath(policy), named_rules)
    plan = planned(Intent() if intent is None else intent, profile, rulebook, named)
    rules = chosen(tuple(select), tuple(ignore), rulebook)
    options = Options(plan=plan, rules=rules, hashes=hashes, together=together)
    below = choice(tuple(include), tuple(exclude))
    report = inspect_paths(named, options, jobs=jobs, chosen=below)
    if report.interrupted:  # the command line reports what is known by then; a script wants its interrupt
        raise KeyboardInterrupt
    return report


def _as_arguments(intent: Intent) -> Iterator[tuple[str, Any]]:
    """Yield the declared values as what they are here: arguments of a function, and no options."""
    for key, value in asdict(intent).items():
        if isinstance(value, Declared):
            yield key, _argument(value)
        elif key == "microarch":
            yield key, {variable: _argument(level) for variable, level in value.items()}


def _argument(declared: Declared[Any]) -> Declared[Any]:
    return replace(declared, source=declared.source.replace("option --", "argument ").replace("no-static", "static"))
