"""A release's programs were built with different flags.

## What it means
One program was built for several targets, and the flags that Go recorded
differ where nothing of the target asks for it: build tags, -trimpath, -race or
-cover, compiler flags, and of -ldflags the variables that -X sets, -s and -w.

## Why it matters
A tag decides which code is in the program, so a feature is there for some
users only. A version that -X did not set is empty in `app version`. Without
-trimpath one program tells the directories of the build machine and cannot be
reproduced. The usual cause is a job of the matrix that was written out by
hand, a quote that PowerShell took for itself, or a target that someone built
on their own machine.

## How it looks in the bytes
The settings in the build info, flag by flag. Compared are the artifacts of one
release that are one program and whose names say the same but for the target;
between processors of one system every flag, between systems -trimpath, and
tags and variables that all targets but one have, for systems differ in what
they can be given (`netgo`, `-H windowsgui`). Values of -X, dates, paths and
what C compilers are given are not compared. With -trimpath Go records no
-ldflags, so these are compared where it was not given; GOEXPERIMENT and the
like only between programs of one Go release; -buildmode=pie only where Go has
it, and has it without cgo where a program is without. Tags that the policy
declares are judged by wrong-tags, and not here.

## How to fix it
Build every target by one command, with GOOS and GOARCH as its only difference.
Where targets are meant to differ, declare the tags of each in the policy, or
name the artifacts for it: `app-debug`.

Severity: warning.
Since: Go 1.18.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from inspector.buildflags import flags, is_trimmed
from inspector.mixtures import NOTHING_TOGETHER, Batch, batches, few, links_pie_itself, port, proofs
from inspector.model import (
    Evidence,
    Part,
    Release,
    ReleaseRule,
    Severity,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)
from inspector.ports import pie_supported

_OF_SYSTEMS: Final = frozenset(
    f"-tags {tag}" for tag in ("musl", "netcgo", "netgo", "osusergo", "static", "static_build", "timetzdata")
)
"""Tags that builds for one system are given, and builds for others have no use for."""

_OF_RELEASES: Final = ("GOEXPERIMENT=", "GOFIPS140=")
"""Settings whose meaning, or whether they are recorded, depends on the release of Go."""

_DECLARED: Final = {"-tags ": "tags", "-trimpath": "trimpath", "-buildmode=": "buildmode"}
"""Flags that an intent may declare, so that other rules judge them."""

_SILENT: Final = "no settings are recorded"

_MOST: Final = 100  # flags of one set of programs that are told; nobody gives a build as many


class _Odd(NamedTuple):
    """Parts that have a flag which most others have not, or have it not and most others have."""

    flag: str
    has: bool
    parts: tuple[Part, ...]
    batch: Batch


def check(release: Release) -> Verdict:
    """Compare the recorded flags of what belongs together."""
    seen = batches(release)
    if not seen:
        return not_applicable(NOTHING_TOGETHER)
    odd = [one for batch in seen for one in _odd_ones(batch)]
    if odd:
        return failed(
            _message(odd),
            *proofs((one.batch, part, _words(one)) for one in odd for part in one.parts),
            fix="build every target by one command with the same flags",
        )
    telling = [batch for batch in seen if any(part.image.settings for part in batch.parts)]
    if not telling:
        return not_applicable("no program that has others beside it records its settings")
    silent = {part.artifact for batch in telling for part in batch.parts if not part.image.settings}
    if silent:
        return undecided(_SILENT, *(Evidence(name, _SILENT) for name in sorted(silent)))
    return passed("what belongs together was built with the same flags")


_Built = Sequence[tuple[Part, frozenset[str]]]
"""Parts, and the flags that each was built with."""


def _odd_ones(batch: Batch) -> Iterator[_Odd]:
    built = [(part, flags(part.image.settings)) for part in batch.parts if part.image.settings]
    systems: defaultdict[object, list[tuple[Part, frozenset[str]]]] = defaultdict(list)
    for part, given in built:
        systems[part.image.goos].append((part, given))
    told: set[str] = set()
    for parts in systems.values():
        for odd in _differing(parts, batch):
            told.add(odd.flag)
            yield odd
    for odd in _differing(built, batch):
        if odd.flag not in told and (odd.flag == "-trimpath" or _is_left_out(odd, built)):
            yield odd


def _is_left_out(odd: _Odd, built: _Built) -> bool:
    """Say whether one target is without a tag or a variable that all others have, which are for several systems."""
    if odd.has or odd.flag in _OF_SYSTEMS or not odd.flag.startswith(("-tags ", "-ldflags -X ")):
        return False
    systems = {part.image.goos for part, given in built if odd.flag in given}
    return len({port(part) for part in odd.parts}) == 1 and len(systems) > 1


def _differing(built: _Built, batch: Batch) -> Iterator[_Odd]:
    """Yield the flags that some parts have, with the fewer parts: of two equal halves those without it."""
    counts = Counter(flag for _, given in built for flag in given)
    partly = (flag for flag, count in sorted(counts.items()) if count < len(built))
    one_release = len({part.image.go_version for part, _ in built}) == 1
    for flag in islice(partly, _MOST):
        if flag.startswith(_OF_RELEASES) and not one_release:
            continue
        have, lack = (
            tuple(part for part, given in built if (flag in given) is wanted and _applies(flag, part))
            for wanted in (True, False)
        )
        if have and lack:
            has = len(have) < len(lack)
            yield _Odd(flag, has, have if has else lack, batch)


def _applies(flag: str, part: Part) -> bool:
    """Say whether a part can be asked whether it has a flag: the flag was not declared, and would be recorded."""
    image = part.image
    if any(flag.startswith(start) and key in image.declared_keys for start, key in _DECLARED.items()):
        return False
    if flag.startswith("-ldflags"):
        return not is_trimmed(image.settings)
    if flag == "-buildmode=pie":
        return (
            isinstance(image.goos, str)
            and isinstance(image.goarch, str)
            and pie_supported(image.goos, image.goarch, None)
            and (image.cgo is True or links_pie_itself(image))
        )
    return True


def _message(odd: Sequence[_Odd]) -> str:
    first, *others = odd
    targets = {port(part): None for one in odd if (one.flag, one.has) == (first.flag, first.has) for part in one.parts}
    more = len({(one.flag, one.has) for one in others} - {(first.flag, first.has)})
    return (
        f"{few(targets, ', ')} {'was' if len(targets) == 1 else 'were'} built {_words(first)}, unlike the rest"
        f"{f', and {more} more such differences' if more > 1 else ', and 1 more such difference' if more else ''}"
    )


def _words(odd: _Odd) -> str:
    return f"{'with' if odd.has else 'without'} {odd.flag}"


RULE = ReleaseRule(id="GBI711", name="mixed-settings", severity=Severity.WARNING, check=check)
