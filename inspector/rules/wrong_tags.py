"""The program was built with other build tags than were meant.

## What it means
A meant tag had no effect, or the recorded `-tags` is another set than the
declared one.

## Why it matters
Tags choose what is compiled in: `netgo` and `osusergo` keep libc out of name
and user lookup, `timetzdata` carries the time zones along, and a project's
own tags switch features. A tag lost on the way to the build command leaves a
program that works on the build machine and fails elsewhere.

## How it looks in the bytes
For `netgo`, `osusergo`, `timetzdata` and `race` the effect is compared, as
the runtime's file table shows it: `net/cgo_unix_cgo.go` against the pure Go
resolver, `os/user/lookup_stubs.go`, `time/tzdata/`, `runtime/race.go`. An
effect can come without its tag (CGO_ENABLED=0, `import _ "time/tzdata"`), so
one that is present and was not declared is fine. On windows and plan9 the
first two leave no trace, and the record is asked. Every other tag is compared
with the recorded `-tags`, as a set: order and repetition do not matter, nor
does the tag that the go command adds for GOFIPS140 (`fips140v1.0`).

## How to fix it
Give the tags to the command that builds: `go build -tags netgo,osusergo`. A
later `-tags` replaces an earlier one, and one on the command line replaces
the one in GOFLAGS.

Severity: error; only against an intent.
Since: effects every Go release; the record has -tags since Go 1.18.
"""

import re
from typing import NamedTuple

from inspector.model import (
    Declared,
    Evidence,
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

LOOKUPS = {"netgo": ("resolver", "net"), "osusergo": ("user_lookup", "os/user")}
"""Tag, the fact that shows its effect, and the package the tag is about."""

LINKED = {"timetzdata": "time/tzdata/", "race": "runtime/race.go"}
"""Tag, and the source file (or folder) that the file table lists when it took effect."""

EFFECTS = frozenset({*LOOKUPS, *LINKED})

TRACELESS = frozenset({"windows", "plan9"})
"""net/lookup_windows.go, os/user/lookup_windows.go and their plan9 siblings are compiled with the tags and without."""


class Found(NamedTuple):
    """What one part of the declared set came to: a defect, a remark for a pass, or why it could not be told."""

    wrong: str | None = None
    remark: str | None = None
    unread: str | None = None
    proof: tuple[Evidence, ...] = ()


def check(subject: Subject) -> Verdict:
    """Compare effects for the tags that have one in the bytes, the recorded set for the others."""
    meant = subject.intent.tags
    if meant is None:
        return not_applicable("no build tags were declared")
    parts = [*(_effect(subject, tag) for tag in sorted(EFFECTS & set(meant.value))), _others(subject, meant)]
    proof = tuple(evidence for part in parts for evidence in part.proof)
    wrong = "; ".join(part.wrong for part in parts if part.wrong)
    unread = "; ".join(part.unread for part in parts if part.unread)
    if wrong:
        return failed(f"{wrong} ({meant.source})", *proof, fix=_fix(meant.value))
    if unread:
        return undecided(unread, *proof)
    remarks = "".join(f"; {part.remark}" for part in parts if part.remark)
    return passed(f"the tags are those meant by {meant.source}{remarks}", *proof)


def _fix(tags: tuple[str, ...]) -> str:
    # The go command sets the tag race itself, for -race; the tag alone has the compiler instrument nothing.
    others = ",".join(tag for tag in tags if tag != "race")
    return " ".join(
        ["go build", *(["-race"] if "race" in tags else []), *([f"-tags {others}"] if others else []), "..."]
    )


def _effect(subject: Subject, tag: str) -> Found:
    build = subject.build
    if tag in LINKED:
        tags = build.observed.tags
        if isinstance(tags, Unknown):
            return Found(unread=tags.reason)
        file = LINKED[tag]
        if tag in tags:
            return Found(proof=(Evidence("file table", file),))
        absent = Evidence("file table", f"no {file}", build.place("cgo"))  # cgo is told by the file table as well
        return Found(wrong=f"{tag} was meant, but is not linked", proof=(absent,))
    fact, package = LOOKUPS[tag]
    lookup = build.observed.resolver if tag == "netgo" else build.observed.user_lookup
    if isinstance(lookup, Unknown):
        return Found(unread=lookup.reason)
    if lookup is None:
        return Found(remark=f"{tag} has nothing to change: package {package} is not linked")
    if known(build.observed.goos) in TRACELESS:
        return _recorded_effect(subject, tag)
    proof = build.proof(fact)
    if lookup == "go":
        return Found(proof=proof)
    return Found(wrong=f"{tag} was meant, but package {package} looks up through {LIBRARY[lookup]}", proof=proof)


LIBRARY = {"cgo": "C (cgo)", "system": "the system's library"}


def _recorded_effect(subject: Subject, tag: str) -> Found:
    recorded = _recorded(subject)
    if isinstance(recorded, Unknown):
        return Found(unread=recorded.reason)
    proof = _record_proof(subject)
    return Found(proof=proof) if tag in recorded else Found(wrong=f"{tag} was meant, but is not recorded", proof=proof)


def _others(subject: Subject, meant: Declared[tuple[str, ...]]) -> Found:
    recorded = _recorded(subject)
    if isinstance(recorded, Unknown):
        return Found(unread=recorded.reason)
    proof = _record_proof(subject)
    had, wanted = recorded - EFFECTS, set(meant.value) - EFFECTS
    missing, extra = sorted(wanted - had), sorted(had - wanted - _of_fips140(subject))
    defects = []
    if missing:
        defects.append(f"{', '.join(missing)} was meant, but is not recorded")
    if extra:
        defects.append(f"{', '.join(extra)} is recorded, but was not meant")
    return Found(wrong="; ".join(defects) or None, proof=proof)


def _recorded(subject: Subject) -> frozenset[str] | Unknown:
    """Return the recorded tags. Go records no -tags at all when none was given, so other settings must be there."""
    record = subject.build.recorded
    if isinstance(record, Unknown):
        return record
    if not record.settings:
        return Unknown("the record holds no build settings")
    # Commas since Go 1.13; a list with spaces is still accepted and is recorded as it was given.
    return frozenset(tag for tag in re.split(r"[,\s]+", record.settings.get("-tags", "")) if tag)


def _of_fips140(subject: Subject) -> set[str]:
    """Return the tag that the go command itself adds for GOFIPS140=v1.0.0: fips140v1.0 (cmd/go/internal/fips140)."""
    found = re.match(r"v[0-9]+\.[0-9]+", subject.build.setting("GOFIPS140") or "")
    return {f"fips140{found[0]}"} if found else set()


def _record_proof(subject: Subject) -> tuple[Evidence, ...]:
    return (subject.build.record_proof("-tags", subject.build.setting("-tags") or "none"),)


RULE = Rule(id="GBI108", name="wrong-tags", severity=Severity.ERROR, check=check, keys=("tags",))
