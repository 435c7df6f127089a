"""The program says that it is another version than was meant.

## What it means
The main module's version, or a version that the linker was told to write into
the program (`-ldflags=-X=main.version=1.2.3`), is not the declared one.

## Why it matters
The name of the download, the tag and `app --version` then say different
things. A tag that was set after the build, a variable that was empty in the
release job, a clone without tags: the program runs, and bug reports and
vulnerability scanners go by a version that it is not.

## How it looks in the bytes
The `mod` line of the build info holds the module's version: Go 1.24 and later
take it from a tag, earlier releases only where the module was fetched
(`go install module@version`). The recorded -ldflags hold every -X; those that
set `version`, in any case, in package main or another package of the main
module are compared, the last one of each. With -trimpath Go does not record
-ldflags. One witness that contradicts is enough to fail; (devel) is none.

A v in front makes no difference, nor do +incompatible, build metadata on one
side only, and what tells of a changed tree (+dirty), which dirty-tree reports.
A pseudo-version is no release: Go writes one where the commit has no tag, or
none that Go accepts. It is no witness where no tag could give the module the
meant version: v2.0.0 for a module whose path does not end in /v2, or 2026.11.

## How to fix it
Build at the tag (v1.2.3, with the v), from a clone that has its tags, and pass
the same version to -X.

Severity: error; only against an intent.
Since: -X is recorded since Go 1.18, and Go 1.24 stamps module versions.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from inspector.ldflags import variables
from inspector.model import (
    Declared,
    Evidence,
    GoBuild,
    Recorded,
    Rule,
    Severity,
    Subject,
    Unknown,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)
from inspector.versioncontrol import why_no_commit
from inspector.versions import FIRST_STAMPED, UNSTAMPED, can_stamp, pseudo_commit, same

NAMED = 3  # witnesses that the message names
SHOWN = 20  # witnesses that are looked at: real programs have one or two

STAMP = "build at the tag, from a clone that has its tags"


class Witness(NamedTuple):
    """Something in the record that says which version the program is."""

    name: str  # "the module's version", "-X main.version"
    version: str
    proof: Evidence
    fix: str


def check(subject: Subject) -> Verdict:
    """Hold the module's version and what -X sets against the meant version."""
    meant = subject.intent.version
    if meant is None:
        return not_applicable("no version was declared")
    build = subject.build
    recorded = known(build.recorded)
    witnesses = [*_module(build, recorded, meant), *islice(_variables(build, recorded, meant), SHOWN)]
    wrong = [witness for witness in witnesses if not same(witness.version, meant.value)]
    if wrong:
        says = "; ".join(f"{witness.name} is {witness.version or 'empty'}" for witness in wrong[:NAMED])
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        return failed(
            f"{says}{more}, but {meant.value} was meant ({meant.source})",
            *(witness.proof for witness in witnesses),
            fix="; ".join(witness.fix for witness in wrong[:NAMED]),
        )
    if witnesses:
        names = " and ".join(witness.name for witness in witnesses)
        proofs = (witness.proof for witness in witnesses)
        return passed(f"{names}: {witnesses[0].version}, as intended by {meant.source}", *proofs)
    stamped = recorded.main.version if recorded.main else None
    proof = build.record_proof("main module version", stamped or "none")
    return undecided(f"{_unstamped(build, recorded, meant)}; {_unset(recorded)}", proof)


def _module(build: GoBuild, recorded: Recorded, meant: Declared[str]) -> Iterator[Witness]:
    """Yield the main module's version, or that of what replaced it; none where Go had none to stamp."""
    if recorded.main is None:
        return
    module = recorded.main.replace or recorded.main
    version = module.version
    if version is None or version in UNSTAMPED:
        return
    if pseudo_commit(version) and not can_stamp(meant.value, recorded.main.path):
        return
    yield Witness("the module's version", version, build.record_proof("main module version", version), STAMP)


def _variables(build: GoBuild, recorded: Recorded, meant: Declared[str]) -> Iterator[Witness]:
    """Yield what -X sets. For the linker package main is called main: an -X with its path sets nothing."""
    module = recorded.main.path if recorded.main else None
    for variable, value in variables(recorded.settings.get("-ldflags", "")).items():
        package, _, name = variable.rpartition(".")
        own = module is not None and f"{package}/".startswith(f"{module}/") and package != recorded.path
        if name.lower() == "version" and (package == "main" or own):
            proof = build.record_proof(f"-X {variable}", value)
            yield Witness(f"-X {variable}", value, proof, f'go build -ldflags="-X {variable}={meant.value}" ...')


def _unstamped(build: GoBuild, recorded: Recorded, meant: Declared[str]) -> str:
    """Say why the module's version tells nothing."""
    main = recorded.main
    if main is None:
        return "the build info names no main module"
    if main.replace is not None:
        return "the main module was replaced by a directory, which has no version"
    if main.version not in UNSTAMPED:
        return f"no tag could have given {main.path} the version {meant.value}, so that Go stamped {main.version}"
    minor = build.traits.go_minor
    if not isinstance(minor, Unknown) and minor < FIRST_STAMPED:
        return f"Go before 1.{FIRST_STAMPED} stamps no version"
    if "vcs.revision" in recorded.settings:
        return "no version was stamped: the repository has no go.mod at its root, or Go could not read its tags"
    return f"no version was stamped: {why_no_commit(build, recorded)}"


def _unset(recorded: Recorded) -> str:
    """Say why no -X tells one."""
    if recorded.settings.get("-trimpath") == "true":
        return "with -trimpath Go does not record what -X sets"
    return "no recorded -X sets one"


RULE = Rule(id="GBI614", name="wrong-version", severity=Severity.ERROR, check=check, keys=("version",))
