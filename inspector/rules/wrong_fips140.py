"""The program was built with another GOFIPS140 setting than was meant.

## What it means
GOFIPS140 chooses the Go Cryptographic Module that is linked and whether the
program runs in FIPS 140-3 mode. What was recorded is not what was declared.

## Why it matters
Where FIPS 140 is a condition of the contract, a program with another module,
or with the mode off, may not be shipped; it works all the same, so nothing
tells. The setting is an environment variable, and gets lost like one.

## How it looks in the bytes
The build setting GOFIPS140, which Go leaves out for `off`, and fips140=on in
DefaultGODEBUG. A `//go:debug fips140=off` line in the source takes the mode
away again: then the module is the right one and the rule fails still.

Go records what an alias stands for: v1.0.0 becomes v1.0.0-c2097c7c, and
`inprocess` and `certified` become the version that they have in that release
of Go. Since this changes from release to release, a program with a frozen
module cannot be held against these two; declare the version. Before Go 1.24
there is no such setting, which is the same as `off`. The GODEBUG that the
program is started with leaves nothing in the file.

## How to fix it
Set it for the command that builds: `GOFIPS140=v1.0.0 go build`, or once for
all with `go env -w GOFIPS140=v1.0.0`.

Severity: error; only against an intent.
Since: Go 1.24.
"""

import re

from inspector.godebugs import parse
from inspector.model import (
    Evidence,
    GoBuild,
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

FIRST = 24  # the Go 1.x that first had it
OFF, LATEST = "off", "latest"
MODE_OFF = frozenset({"off", ""})  # crypto/internal/fips140, init; the others are on, only and debug
ALIASES = frozenset({"inprocess", "certified"})  # lib/fips140/*.txt of a Go release says for which version
HASH = re.compile(r"-[0-9a-f]{8}$")  # lib/fips140/v1.0.0.txt says v1.0.0-c2097c7c


def check(subject: Subject) -> Verdict:
    """Compare the recorded setting with the meant one."""
    meant = subject.intent.fips140
    if meant is None:
        return not_applicable("no GOFIPS140 was declared")
    build = subject.build
    setting = known(_setting(build))
    proof = build.setting_proof("GOFIPS140") or (Evidence("recorded GOFIPS140", "none", build.place("recorded")),)
    if meant.value in ALIASES and setting not in {OFF, LATEST}:
        reason = f"GOFIPS140={setting} is recorded, and not whether {meant.value} stood for it: declare the version"
        return undecided(f"{reason} ({meant.source})", *proof)
    if meant.value not in {setting, HASH.sub("", setting)}:
        return failed(
            f"built with GOFIPS140={setting}, but {meant.value} was meant ({meant.source})",
            *proof,
            fix=f"GOFIPS140={meant.value} go build ...",
        )
    mode = parse(build.setting("DefaultGODEBUG") or "").get("fips140", "on")
    if setting != OFF and mode in MODE_OFF:
        return failed(
            f"GOFIPS140={setting}, as intended by {meant.source}, but the mode is off: fips140={mode} was set by hand",
            *proof,
            build.record_proof("DefaultGODEBUG", f"fips140={mode}"),
            fix="remove the godebug line from go.mod, or the //go:debug line from package main",
        )
    return passed(f"GOFIPS140={setting}, as intended by {meant.source}", *proof)


def _setting(build: GoBuild) -> str | Unknown:
    """Return the setting as recorded, where off is left out."""
    recorded, minor = build.recorded, build.traits.go_minor
    if not isinstance(recorded, Unknown) and recorded.settings:
        return recorded.settings.get("GOFIPS140", OFF)
    if not isinstance(minor, Unknown) and minor < FIRST:
        return OFF
    return recorded if isinstance(recorded, Unknown) else Unknown("the record holds no build settings")


RULE = Rule(id="GBI619", name="wrong-fips140", severity=Severity.ERROR, check=check, keys=("fips140",))
