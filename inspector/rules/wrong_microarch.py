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
Where the bytes prove a level they are believed before the record; that the two
differ is reported by record-contradicts-binary. The start-up code prints the
message above only for GOAMD64=v2 and higher; on linux and freebsd it asks for
LSE since Go 1.25 (GOARM64=v8.0,lse or v8.1 and later, which the bytes do not
tell apart). Software floating point (GO386, GOMIPS, GOMIPS64) links
`runtime/softfloat64.go`. `runtime.goarm` holds GOARM, where the symbol table
is left to find it. Else the recorded setting is compared. `7` is read as
`7,hardfloat` and `5` as `5,softfloat`; `v8.1` and later include `lse`. A file
name (`armv7`, `amd64_v1`) speaks of the level alone, not of floating point.

## How to fix it
Set the variable for the command that builds: `GOARCH=arm GOARM=6 go build`.
The default of GOARM is 7 in cross builds since Go 1.21.

Severity: error; only against an intent.
Since: GOAMD64 Go 1.18; GOARM64 and GORISCV64 Go 1.23; the others always.
"""

from inspector.microarch import VARIABLES, arm, fits, same
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
        actual, evidence = _actual(subject, key, declared.value)
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


def _actual(subject: Subject, key: str, meant: str) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    """Return the level the program was built for, as exactly as it is known and as ``meant`` calls for."""
    build = subject.build
    recorded = build.setting(key)
    proven = None if isinstance(build.observed.microarch, Unknown) else build.observed.microarch.get(key)
    if proven is not None:
        proof = (*build.proof("microarch"), *build.setting_proof(key))
        if recorded is not None and fits(key, proven, recorded) is not False:
            return recorded, proof
        if fits(key, proven, meant) is None:
            return Unknown(f"the bytes prove {key}={proven}, but not whether it is {meant}"), proof
        return meant if fits(key, proven, meant) else proven, proof
    if recorded is not None:
        return recorded, build.setting_proof(key)
    since, base = BEFORE.get(key, (0, ""))
    minor = build.traits.go_minor
    if not isinstance(minor, Unknown) and minor < since:
        return base, build.proof("go_version")
    return Unknown(f"{key} is neither proven by the bytes nor recorded"), ()


def _same(key: str, actual: str, meant: Declared[str]) -> bool:
    if key == "GOARM" and meant.by_name:
        return arm(actual)[0] == arm(meant.value)[0]
    return same(key, actual, meant.value)


RULE = Rule(id="GBI104", name="wrong-microarch", severity=Severity.ERROR, check=check, keys=("microarch",))
