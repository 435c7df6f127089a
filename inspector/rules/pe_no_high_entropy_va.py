"""Windows randomises this 64-bit program within 32 bits only.

## What it means
The program has ASLR, but its header does not allow addresses from the whole
64-bit space.

## Why it matters
Fewer random bits make an address easier to guess. The program works as well
as any other.

## How it looks in the bytes
DllCharacteristics in the optional header with DYNAMIC_BASE (0x40) and
without HIGH_ENTROPY_VA (0x20). Go's linker sets both for amd64 and arm64
programs that are position-independent. It asks a C linker for both as well,
and an old one knows only the first.

## How to fix it
With cgo, use a C linker that knows `--high-entropy-va`, and look for
`-Wl,--disable-high-entropy-va` in CGO_LDFLAGS.

Severity: note; 64-bit programs with ASLR only.
Since: Go 1.15 sets it by default.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for HIGH_ENTROPY_VA where it has a meaning."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    if known(build.observed.goarch) not in {"amd64", "arm64"}:
        return not_applicable("a 32-bit program has no high addresses")
    if not pe.dynamic_base or not pe.reloc or pe.relocs_stripped:
        return not_applicable("without ASLR there is nothing to randomise")
    proof = build.proof("pe.high_entropy_va")
    if pe.high_entropy_va:
        return passed("HIGH_ENTROPY_VA is set", *proof)
    return failed(
        "HIGH_ENTROPY_VA is off: fewer random address bits",
        *proof,
        fix="link with a C linker that knows --high-entropy-va",
    )


RULE = Rule(id="GBI307", name="pe-no-high-entropy-va", severity=Severity.NOTE, check=check, yields_to=("packed",))
