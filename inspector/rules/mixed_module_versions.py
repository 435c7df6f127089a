"""A release's programs are different versions, or hold modules in several.

## What it means
One program was built for several targets, and the version of its main module
that Go recorded is not the same in all of them, or they were built from one
commit and hold a dependency in different versions.

## Why it matters
The version is what `app version` prints where it asks the build info, what
vulnerability scanners match, and what a user writes into a bug report. A
release with two versions holds a file of an earlier release, or was built from
different checkouts: with and without the tag, in a clean and a changed tree,
or by `go install app@latest` on one machine. A dependency in two versions is
in some programs without a fix that the others have; go.mod was changed on one
machine (`go get -u`, `-modfile`, a workspace), or an old artifact is left.

## How it looks in the bytes
The build info names the main module and its version: a tag, a pseudo-version
made of a commit, or `+dirty` for a changed tree. Compared are the artifacts of
one release that are one program and whose names say the same but for the
target. `(devel)`, what Go records without version control and before Go 1.24,
is no version; when others of the set have one, the outcome is unknown. Two
pseudo-versions, and a version with and without `+dirty`, only say again that
the commit or its changes differ: where commits are recorded, that is
mixed-revisions. Which modules a program holds depends on its target, their
versions do not: one go.mod selects one of each for every target. They are
compared between programs of one commit and version.

## How to fix it
Build every target from one checkout that has the tag (`fetch-depth: 0`), and
empty the output directory before. Let the build fail where go.mod would have
to change (`-mod=readonly`, the default, and no `go get` in a build).

Severity: warning.
Since: Go 1.13 for `go install app@version` and for dependencies, Go 1.24 for
builds in a repository.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from inspector.mixtures import Batch, batches, few, judged, port, proofs
from inspector.model import Part, Release, ReleaseRule, Severity, Status, Verdict, failed, passed
from inspector.versions import UNSTAMPED, pseudo_commit

_ALIKE = "what belongs together is of one version"


def check(release: Release) -> Verdict:
    """Compare the recorded versions of what belongs together, and of the modules in it."""
    seen = batches(release)
    verdict = judged(
        seen,
        _version,
        done="stamped as",
        alike=_ALIKE,
        absent="no program that has others beside it records a version",
        partly="no version is recorded",
        fix="build every target from one checkout that has the tag",
    )
    if verdict.status is Status.FAIL:
        return verdict
    odd = [one for batch in seen for one in _odd_modules(batch)]
    if odd:
        return failed(
            _message(odd),
            *proofs((one.batch, one.part, _words(one)) for one in odd),
            fix="build every target with one go.mod and go.sum",
        )
    recorded = any(sum(bool(part.image.modules) for part in batch.parts) > 1 for batch in seen)
    if verdict.status is Status.NOT_APPLICABLE and recorded:
        return passed("what belongs together holds each module in one version")
    return verdict


def _version(part: Part) -> str | None:
    version = part.image.version
    if version is None or version in UNSTAMPED:
        return None
    if "vcs.revision" not in part.image.settings:
        return version
    release, _, metadata = version.partition("+")
    words = [word for word in metadata.split(".") if word and word != "dirty"]
    version = "+".join((release, *([".".join(words)] if words else ())))
    return "a pseudo-version" if pseudo_commit(version) else version


class _Odd(NamedTuple):
    """A part that holds a module in another version than most others do."""

    part: Part
    module: str
    version: str
    usual: str
    batch: Batch


def _odd_modules(batch: Batch) -> Iterator[_Odd]:
    sources: defaultdict[object, list[Part]] = defaultdict(list)
    for part in batch.parts:
        settings = part.image.settings
        sources[part.image.version, settings.get("vcs.revision"), settings.get("vcs.modified")].append(part)
    for parts in sources.values():
        versions: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for part in parts:
            for module, version in part.modules.items():
                versions[module][version] += 1
        usual = {module: max(of, key=of.__getitem__) for module, of in versions.items() if len(of) > 1}
        for part in parts:
            for module in sorted(usual.keys() & part.modules.keys()):
                if part.modules[module] != usual[module]:
                    yield _Odd(part, module, part.modules[module], usual[module], batch)


def _message(odd: list[_Odd]) -> str:
    first = odd[0]
    targets = {port(one.part): None for one in odd if one[1:4] == first[1:4]}
    more = len({one.module for one in odd}) - 1
    return (
        f"{few(targets, ', ')} {'holds' if len(targets) == 1 else 'hold'} {few([first.module], '')} "
        f"{few([first.version], '')}, the rest {few([first.usual], '')}"
        f"{f', and {more} more modules differ' if more > 1 else ', and 1 more module differs' if more else ''}"
    )


def _words(odd: _Odd) -> str:
    return f"{odd.module} {odd.version}; the rest: {odd.usual}"


RULE = ReleaseRule(id="GBI706", name="mixed-module-versions", severity=Severity.WARNING, check=check)
