"""The program runs with other defaults than those of the Go that built it.

## What it means
GODEBUG settings switch single changes of Go's run-time behaviour off. Those
compiled into this program bring back older behaviour, or were set by hand.

## Why it matters
An old `go` line in go.mod brings old defaults with it, however new the
toolchain is: TLS 1.2 with SHA-1 signatures, no post-quantum key exchange, no
limit on cookies, GOMAXPROCS that ignores the container's CPU limit. The
build looks up to date and behaves like the release the line names.
asyncpreemptoff=1, a remedy of Go 1.14 days, lets one busy loop hold up all
other goroutines and the garbage collector.

## How it looks in the bytes
The build info's DefaultGODEBUG. The go line is told from the set: the table
of Go's source says what each release changed. What no go line explains was
set by a `godebug` line in go.mod or a `//go:debug` line in package main; a
`godebug default=go1.24` there looks like `go 1.24`.
-ldflags=-X=runtime.godebugDefault=... takes the place of all of it, and is
recorded only without -trimpath. The environment variable GODEBUG, read when
the program starts, leaves nothing in the file. fips140=on comes from
GOFIPS140 and is no override.

## How to fix it
Raise the go line: `go mod edit -go=1.27`. Then set by hand what the program
really needs of the old behaviour, with the reason beside it.

Severity: note.
Since: Go 1.21.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from inspector.godebugs import FIRST, Origin, origin, parse, spelled
from inspector.ldflags import variables
from inspector.model import (
    Evidence,
    GoBuild,
    Recorded,
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)

VARIABLE = "runtime.godebugDefault"
"""What the go command's own -X sets, before the user's (cmd/go/internal/work, gcToolchain.ld)."""

PREEMPTION = {"asyncpreemptoff": "1"}
WITHOUT_MODULE = 20
"""What Go 1.27 takes outside of a module; the releases before take 1.16 (defaultGODEBUGGoVersion)."""

NAMED = 4  # settings that the message names
SHOWN = 50  # settings by hand that the evidence has: Go knows some 60, a record that is no honest one may have any
REMOVE = "remove the godebug line from go.mod, or the //go:debug line from package main"


def check(subject: Subject) -> Verdict:
    """Explain the compiled-in settings."""
    build = subject.build
    recorded = known(build.recorded)
    minor = known(build.traits.go_minor)
    if minor < FIRST:
        return not_applicable(f"Go 1.{minor} compiles no GODEBUG settings in; Go 1.{FIRST} is the first that does")
    if not recorded.settings:
        return undecided("no build setting is recorded, the go command did not link this")
    linked = variables(recorded.settings.get("-ldflags", "")).get(VARIABLE)
    given = parse(linked or "")
    if given:
        return failed(
            f"the linker was told to set GODEBUG {_pairs(given)}, in place of what Go compiles in{_preemption(given)}",
            *build.setting_proof("-ldflags"),
            fix=f"remove -X {VARIABLE}=... from the linker flags",
        )
    found = origin(_defaults(recorded) if linked is None else {}, minor)
    if not found.reverted and not found.explicit:
        return passed(f"no recorded setting reverts a default of Go 1.{minor}", *build.setting_proof("DefaultGODEBUG"))
    fixes = [f"go mod edit -go=1.{minor}"] * bool(found.reverted) + [REMOVE] * bool(found.explicit)
    return failed("; ".join(_says(found, recorded)), *_evidence(found, build), fix="; ".join(fixes))


def _defaults(recorded: Recorded) -> dict[str, str]:
    """Return the recorded settings, without the one that GOFIPS140 brings."""
    defaults = parse(recorded.settings.get("DefaultGODEBUG", ""))
    if recorded.settings.get("GOFIPS140", "off") != "off" and defaults.get("fips140") == "on":
        del defaults["fips140"]
    return defaults


def _says(found: Origin, recorded: Recorded) -> Iterator[str]:
    if found.reverted:
        number = len(found.reverted)
        why = f"as with `go {spelled(found.line)}` in go.mod"
        if recorded.main is None and found.line <= WITHOUT_MODULE:
            why = "as Go takes outside of a module"
        elif found.line < WITHOUT_MODULE - 1:
            why = "as with an old go line in go.mod, or with none"
        what = "default is that" if number == 1 else "defaults are those"
        yield f"{number} {what} of Go {spelled(found.line)}, {why}"
        weaker = [f"{name}={setting.old}" for name, setting in found.reverted.items() if setting.weaker]
        if weaker:
            yield f"weaker for it: {_some(weaker)}"
    if found.explicit:
        yield f"set by hand: {_pairs(found.explicit)}{_preemption(found.explicit)}"


def _preemption(settings: Mapping[str, str]) -> str:
    return " (goroutines are not preempted asynchronously)" if PREEMPTION.items() <= settings.items() else ""


def _pairs(settings: Mapping[str, str]) -> str:
    return _some([f"{name}={value}" for name, value in settings.items()])


def _some(pairs: list[str]) -> str:
    rest = len(pairs) - NAMED
    return ", ".join(pairs[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _evidence(found: Origin, build: GoBuild) -> Iterable[Evidence]:
    for name, value in islice(found.explicit.items(), SHOWN):
        yield build.record_proof("DefaultGODEBUG", f"{name}={value}")
    others = []
    for name, setting in sorted(found.reverted.items()):
        if setting.weaker:
            text = f"{name}={setting.old} ({setting.does}; the default until Go 1.{setting.changed - 1})"
            yield build.record_proof("DefaultGODEBUG", text)
        else:
            others.append(f"{name}={setting.old}")
    if others:
        yield build.record_proof("DefaultGODEBUG", ", ".join(others))


RULE = Rule(id="GBI607", name="godebug-override", severity=Severity.NOTE, check=check)
