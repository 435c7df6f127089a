"""The build settings in the file contradict what the file is.

## What it means
Go recorded how it built the program, and the program's own bytes show
something else: another GOOS or GOARCH, another processor level (GOAMD64,
GOARM and their like), C code although CGO_ENABLED=0 was recorded, or a dynamic
loader although the C linker was told `-static`.

## Why it matters
A record that is false misleads everyone who reads it: `go version -m`,
scanners, bills of materials. GOOS, GOARCH, the level and CGO_ENABLED can only
differ when the record was edited or belongs to another program. The last case
is a real build: `-ldflags '-extldflags "-static"'` reaches the C linker only
when Go calls one. With `net` and `os/user` as the only cgo packages Go links
by itself, ignores the flag in silence and leaves a dynamic file.

## How it looks in the bytes
The build info's settings, against the container's machine field, the file
table's `rt0_<os>_<arch>.s` and `runtime/cgo/`, ELF PT_INTERP, and what proves
a level, as wrong-microarch tells it. A recorded `-buildmode=exe` and a
recorded CGO_ENABLED=1 prove nothing and are never compared: Go writes `exe`
for its default even when that is PIE, and a program that imports no cgo
package is the same with CGO_ENABLED=1.

## How to fix it
Rebuild from source. For a static program with cgo call the C linker:
`-ldflags '-linkmode=external -extldflags "-static"'`; or do without C:
`-tags netgo,osusergo`, or CGO_ENABLED=0.

Severity: error.
Since: Go 1.18, which first recorded settings.
"""

from typing import NamedTuple

from inspector.ldflags import asks_static
from inspector.microarch import fits
from inspector.model import Evidence, Rule, Severity, Subject, Unknown, Verdict, failed, known, passed, undecided

KINDRED = (frozenset({"darwin", "ios"}), frozenset({"linux", "android"}))
"""Pairs whose difference the bytes do not always hold: a Catalyst build is GOOS=ios with a macOS platform, and
Android's loader can be linked into a GOOS=linux program by its C toolchain. A mismatch within a pair proves nothing."""

STATIC_SYSTEMS = frozenset({"linux", "freebsd", "netbsd", "dragonfly"})
"""Where -static means a file without a loader. One set of flags is often given for every target of a release."""


class Compared(NamedTuple):
    """One setting held against the bytes: the contradiction, None when they agree, Unknown when they were not read."""

    problem: str | Unknown | None
    proof: tuple[Evidence, ...] = ()


def check(subject: Subject) -> Verdict:
    """Hold each recorded setting that the bytes can disprove against the bytes."""
    known(subject.build.recorded)
    found = (_goos(subject), _goarch(subject), _microarch(subject), _cgo(subject), _static(subject))
    compared = [c for c in found if c is not None]
    wrong = [c for c in compared if isinstance(c.problem, str)]
    if wrong:
        return failed("; ".join(str(c.problem) for c in wrong), *(e for c in wrong for e in c.proof), fix=_fix(subject))
    unread = next((c.problem for c in compared if isinstance(c.problem, Unknown)), None)
    if unread is not None:
        return undecided(unread.reason)
    if not compared:
        return undecided("the record holds no build settings")
    return passed("the recorded settings agree with the bytes", *subject.build.proof("recorded"))


def _goos(subject: Subject) -> Compared | None:
    build = subject.build
    if any({build.setting("GOOS"), build.observed.goos} == pair for pair in KINDRED):
        return None
    return _name(subject, "GOOS", build.observed.goos, "goos")


def _goarch(subject: Subject) -> Compared | None:
    return _name(subject, "GOARCH", subject.build.observed.goarch, "goarch")


def _name(subject: Subject, key: str, observed: str | Unknown, fact: str) -> Compared | None:
    build = subject.build
    recorded = build.setting(key)
    if recorded is None:
        return None
    if isinstance(observed, Unknown):
        return Compared(observed)
    if observed == recorded:
        return Compared(None)
    return Compared(
        f"{key}={recorded} is recorded, but the program is for {observed}",
        (*build.setting_proof(key), *build.proof(fact)),
    )


def _microarch(subject: Subject) -> Compared | None:
    """Compare the one variable that the program's GOARCH reads, where the bytes prove it."""
    build = subject.build
    proven = build.observed.microarch
    if isinstance(proven, Unknown):
        return None
    for key, level in proven.items():
        recorded = build.setting(key)
        if recorded is None:
            return None
        if fits(key, level, recorded) is False:
            proof = (*build.setting_proof(key), *build.proof("microarch"))
            return Compared(f"{key}={recorded} is recorded, but the program is built for {level}", proof)
        return Compared(None)
    return None


def _cgo(subject: Subject) -> Compared | None:
    build = subject.build
    if build.setting("CGO_ENABLED") != "0":
        return None
    cgo = build.observed.cgo
    if isinstance(cgo, Unknown):
        return Compared(cgo)
    if not cgo:
        return Compared(None)
    proof = (*build.setting_proof("CGO_ENABLED"), *build.proof("cgo"))
    return Compared("CGO_ENABLED=0 is recorded, but cgo is linked", proof)


def _static(subject: Subject) -> Compared | None:
    build = subject.build
    ldflags = build.setting("-ldflags")
    if ldflags is None or not asks_static(ldflags):
        return None
    goos = build.observed.goos
    if isinstance(goos, Unknown):
        return Compared(goos)
    loader = build.observed.interpreter
    if isinstance(loader, Unknown):
        return Compared(loader)
    if goos not in STATIC_SYSTEMS or loader is None:
        return Compared(None)
    return Compared(
        f"-extldflags -static is recorded, but the program needs the loader {loader}",
        (*build.setting_proof("-ldflags"), *build.proof("interpreter")),
    )


def _fix(subject: Subject) -> str:
    static = _static(subject)
    if static is not None and static.problem is not None:
        return "go build -ldflags '-linkmode=external -extldflags \"-static\"' ..., or CGO_ENABLED=0 go build ..."
    return "rebuild it from source: the record was edited or is another program's"


RULE = Rule(id="GBI105", name="record-contradicts-binary", severity=Severity.ERROR, check=check)
