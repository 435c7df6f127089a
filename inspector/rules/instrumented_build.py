"""The program is an instrumented build made for testing.

## What it means
It was built with the race detector, the memory or address sanitizer, or
coverage counters.

## Why it matters
A race build is 2 to 20 times slower, takes 5 to 10 times the memory and dies
at 8,128 goroutines; the sanitizers are no better. A coverage build writes
files wherever GOCOVERDIR says, and complains in every run when it says
nothing.

## How it looks in the bytes
The file table lists runtime/race.go, msan.go or asan.go with their C run-time
functions, or runtime/coverage; the build info says -race, -msan, -asan or
-cover.

## How to fix it
Build what is shipped without -race, -msan, -asan and -cover, and look for them
in GOFLAGS.

Severity: warning.
Since: every Go release; -cover for programs came with Go 1.20.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, passed


def check(subject: Subject) -> Verdict:
    """Look for instrumentation that was not asked for."""
    build = subject.build
    found = known(build.traits.instrumentation)
    meant = subject.intent.tags
    extra = tuple(name for name in found if meant is None or name not in meant.value)
    flags = tuple(f"-{name}" for name in found)
    proof = build.proof("instrumentation") + build.setting_proof(*flags)
    if extra:
        unwanted = ", ".join(f"-{name}" for name in extra)
        return failed(f"built with {unwanted}", *proof, fix=f"go build without {unwanted} (look at GOFLAGS, too)")
    if found and meant is not None:
        return passed(f"{', '.join(found)}, as intended by {meant.source}", *proof)
    return passed("no instrumentation")


RULE = Rule(id="GBI606", name="instrumented-build", severity=Severity.WARNING, check=check)
