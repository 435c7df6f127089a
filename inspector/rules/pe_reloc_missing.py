"""The windows program has no base relocations and loads at one address only.

## What it means
The file holds no base relocation table (`.reloc`), so Windows can place it
nowhere but at the address in its header.

## Why it matters
There is no address space layout randomisation (ASLR): an attacker who finds
one memory bug knows where everything is, and security scanners complain.
A DLL without relocations fails to load when its address is taken. Windows on
ARM refuses such a program.

## How it looks in the bytes
The base relocation directory of the optional header is empty, or the COFF
header says RELOCS_STRIPPED. Go's linker does both, and leaves DYNAMIC_BASE
off, for `-buildmode=exe` on 386 and amd64. The build info says
`-buildmode=exe` for the default too, which is position-independent, so it
proves nothing. Programs linked by a C linker keep their relocations.

## How to fix it
Leave out `-buildmode=exe`, or say `-buildmode=pie`. If the build has neither,
look for a tool that strips relocations after linking.

Severity: warning; note before Go 1.15, where it was the default; error on
ARM, and where ASLR was declared (`aslr = true` in the policy).
Since: Go 1.15 links windows programs position-independent by default.
"""

from inspector.demands import breached
from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

DEFAULT_PIE = 15  # internal/platform.DefaultPIE: windows since Go 1.15, but for -race


def check(subject: Subject) -> Verdict:
    """Look for base relocations that the loader will use."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    proof = build.proof("pe.reloc", "pe.relocs_stripped")
    if pe.reloc and not pe.relocs_stripped:
        return passed(f"{pe.reloc_size} bytes of base relocations", *proof)
    what = "base relocations are marked as stripped" if pe.reloc else "there are no base relocations"
    is_dll = known(build.observed.buildmode) == "c-shared"
    fix = "leave out what strips relocations after linking" if is_dll else "go build -buildmode=pie ..."
    meant = subject.intent.aslr
    if meant is not None and meant.value:
        return breached(f"{what}: no ASLR", "it", meant, *proof, fix=fix)
    # Windows on ARM randomises every image; cmd/link needPEBaseReloc: "Non-PIE x86 binaries don't need the base
    # relocation table. Everyone else does."
    if known(build.observed.goarch) in {"arm", "arm64"}:
        return failed(f"{what}, and Windows on ARM refuses such a file", *proof, fix=fix, severity=Severity.ERROR)
    if is_dll:
        return failed(f"{what}: the DLL fails to load when its address is taken", *proof, fix=fix)
    if known(build.traits.go_minor) < DEFAULT_PIE:
        message = f"{what}, as Go linked windows programs before 1.15: no ASLR"
        return failed(message, *proof, fix="build with Go 1.15 or later", severity=Severity.NOTE)
    return failed(f"{what}: the program loads at one address, without ASLR", *proof, fix=fix)


RULE = Rule(
    id="GBI304",
    name="pe-reloc-missing",
    severity=Severity.WARNING,
    check=check,
    keys=("aslr",),
    yields_to=("packed", "wrong-buildmode"),
)
