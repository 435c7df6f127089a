"""Windows does not randomise where this program is loaded.

## What it means
The file could be moved, for it has base relocations, but its header does not
allow it: the DYNAMIC_BASE bit is off.

## Why it matters
Without address space layout randomisation (ASLR) an attacker who finds one
memory bug knows where everything is. Security scanners report it.

## How it looks in the bytes
DllCharacteristics in the optional header without 0x40. Go asks the C linker
for it with `-buildmode=exe`, and leaves it off in race builds, which Go
does not link position-independent on windows. Where the relocations are gone
as well, pe-reloc-missing says so instead.

## How to fix it
`go build -buildmode=pie`, and no `-race` in what is shipped.

Severity: warning; error where ASLR was declared (`aslr = true` in the policy).
Since: Go 1.15 sets it by default.
"""

from inspector.demands import breached
from inspector.model import Rule, Severity, Subject, Unknown, Verdict, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for DYNAMIC_BASE."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    proof = build.proof("pe.dynamic_base")
    if pe.dynamic_base:
        return passed("DYNAMIC_BASE is set", *proof)
    what, fix = "DYNAMIC_BASE is off: no ASLR", "go build -buildmode=pie ..."
    instrumentation = build.traits.instrumentation
    if not isinstance(instrumentation, Unknown) and "race" in instrumentation:
        what, fix = "no ASLR, as in every race build for windows", "build what is shipped without -race"
    return breached(what, "it", subject.intent.aslr, *proof, fix=fix)


RULE = Rule(
    id="GBI305",
    name="pe-no-aslr",
    severity=Severity.WARNING,
    check=check,
    keys=("aslr",),
    yields_to=("packed", "wrong-buildmode", "pe-reloc-missing"),
)
