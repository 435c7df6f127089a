"""The program needs another processor level than was meant.

## What it means
GOAMD64, GOARM, GOARM64, GO386, GOMIPS, GOMIPS64, GOPPC64 or GORISCV64 has
another value in the file than was declared or is given by its name.

## Why it matters
Too high a level dies at start on older machines: "This program can only be
run on AMD64 processors with v3 microarchitecture support", or plain "Illegal
instruction" on an ARMv6 board and on a MIPS router without floating point.
Two files whose levels were swapped fail for half of the users.

## How it looks in the bytes
Where the bytes prove a level they are believed: the start-up message above is
linked only for GOAMD64=v2 and higher, and `.MIPS.abiflags` holds the floating
point kind. Else the recorded setting is compared. `7` is read as
`7,hardfloat` and `5` as `5,softfloat`; `v8.1` and later include `lse`. A file
name (`armv7`, `amd64_v1`) speaks of the level alone, not of floating point.

## How to fix it
Set the variable for the command that builds: `GOARCH=arm GOARM=6 go build`.
The default of GOARM is 7 in cross builds since Go 1.21.

Severity: error; only against an intent.
Since: GOAMD64 Go 1.18; GOARM64 and GORISCV64 Go 1.23; the others always.
"""

from collections.abc import Callable

from inspector.microarch import VARIABLES
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

BEFORE: dict[str, tuple[int, str]] = {"GOAMD64": (18, "v1"), "GOARM64": (23, "v8.0"), "GORISCV64": (23, "rva20u64")}
"""The Go 1.x that brought a variable, and what every release before it built."""


def check(subject: Subject) -> Verdict:
    """Compare each declared level that matters to this GOARCH with the proven one, else with the recorded one."""
    meant = subject.intent.microarch
    if not meant:
        return not_applicable("no microarchitecture was declared")
    goarch = known(subject.build.observed.goarch)
    relevant = {key: value for key, value in meant.items() if goarch in VARIABLES.get(key, ())}
    if not relevant:
        return not_applicable(f"{goarch} does not read {', '.join(sorted(meant))}")
    wrong: list[str] = []
    unread: list[str] = []
    right: list[str] = []
    proof: list[Evidence] = []
    for key, declared in sorted(relevant.items()):
        actual, evidence = _actual(subject, key)
        proof += evidence
        if isinstance(actual, Unknown):
            unread.append(actual.reason)
        elif _same(key, actual, declared):
            right.append(f"{key}={actual}, as intended by {declared.source}")
        else:
            wrong.append(f"built for {key}={actual}, but {declared.value} was meant ({declared.source})")
    if wrong:
        assignments = " ".join(f"{key}={value.value}" for key, value in sorted(relevant.items()))
        return failed("; ".join(wrong), *proof, fix=f"GOARCH={goarch} {assignments} go build ...")
    if unread:
        return undecided("; ".join(unread), *proof)
    return passed("; ".join(right), *proof)


def _actual(subject: Subject, key: str) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    build = subject.build
    proven = build.observed.microarch
    if not isinstance(proven, Unknown) and key in proven:
        return proven[key], (*build.proof("microarch"), *build.setting_proof(key))
    recorded = build.setting(key)
    if recorded is not None:
        return recorded, build.setting_proof(key)
    since, base = BEFORE.get(key, (0, ""))
    minor = build.traits.go_minor
    if not isinstance(minor, Unknown) and minor < since:
        return base, build.proof("go_version")
    return Unknown(f"{key} is neither proven by the bytes nor recorded"), ()


def _same(key: str, actual: str, meant: Declared[str]) -> bool:
    if key == "GOARM" and meant.by_name:
        return _arm(actual)[0] == _arm(meant.value)[0]
    normal = NORMAL.get(key, str)
    return normal(actual) == normal(meant.value)


def _arm(value: str) -> tuple[str, str]:
    """Level and floating point of a GOARM; internal/buildcfg goarm: 5 is soft by default, 6 and 7 are hard."""
    level, _, kind = value.partition(",")
    return level, kind or ("softfloat" if level == "5" else "hardfloat")


def _arm64(value: str) -> tuple[str, frozenset[str]]:
    """Version and features of a GOARM64; internal/buildcfg ParseGoarm64: lse is part of every version but v8.0."""
    version, *features = value.split(",")
    return version, frozenset(features) | (frozenset() if version == "v8.0" else {"lse"})


NORMAL: dict[str, Callable[[str], object]] = {"GOARM": _arm, "GOARM64": _arm64}

RULE = Rule(id="GBI104", name="wrong-microarch", severity=Severity.ERROR, check=check, keys=("microarch",))
