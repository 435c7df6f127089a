"""The file was changed after Go linked it.

## What it means
Go ends every link by writing a hash of the file into its build ID. The hash
does not fit the bytes any more. It leaves out what comes later: the ID itself
and a Mach-O code signature, which is checked on its own.

## Why it matters
Most changes are meant: distributions strip symbols, releases are signed. When
none was meant, this is how a damaged or tampered file shows. It says that the
file changed, never who built it: whoever changes a file on purpose can write a
new hash.

## How it looks in the bytes
The last part of the Go build ID is the SHA-256 of the file with every copy of
the ID blanked, and with it the Mach-O code signature and, since Go 1.24, the
GNU build ID or LC_UUID. Where the hash does not fit, known edits are undone
and the file is hashed again: appended data, an Authenticode signature, a PE
checksum that was set, a Mach-O signature of another size, one copy of the
settings text. If the hash fits then, that edit is proven to be the only one.

Else the likely cause is told by what is seen: a signature, ELF section headers
that are not where Go's linker puts them (strip, objcopy and patchelf write
them anew), symbols that are gone. There is nothing to check without a build ID
(`-ldflags=-buildid=`), and in a program that a C linker made of a Go archive
(`-buildmode=c-archive`): the build ID holds the hash of the archive.

## How to fix it
Strip while linking (`-ldflags="-s -w"`) instead of afterwards, and compare the
file with the one the build made.

Severity: note; error where a file as linked was asked for
(`pristine = true` in the policy), which a signature made later breaks too.
Since: Go 1.10, the first with such a build ID.
"""

import re

from inspector.demands import breached
from inspector.model import GoBuild, Rule, Severity, Subject, Verdict, known, passed, undecided

LINKER_SIGNED = 0x20000  # CS_LINKER_SIGNED, XNU osfmk/kern/cs_blobs.h
LINKER_IDENTIFIER = "a.out"  # cmd/link signs as a.out, whatever the file's name
OMITS_SYMBOLS = r"(^|[\s=])--?s(\s|$)"  # in -ldflags; with -trimpath Go does not record them

FIXES = {
    "appended": "none needed if you appended it",
    "authenticode": "none needed if you signed it",
    "checksum": "none needed",
    "signature": "none needed if you signed it",
    "record": "take the file from the build that made it",
}
UNTOLD = "compare it with the file that go build made"
AS_LINKED = 'ship the file that go build made; strip while linking: go build -ldflags="-s -w"'


def check(subject: Subject) -> Verdict:
    """Report a build ID that does not fit, with what most likely happened."""
    build = subject.build
    proof = build.proof("pristine")
    pristine = known(build.observed.pristine)
    if pristine == "unverifiable":
        if build.setting("-buildmode") == "c-archive":
            return undecided("the hash is that of the Go archive that a C linker made the program of", *proof)
        return undecided("the file has no Go build ID that its bytes could be held against", *proof)
    if pristine == "pristine":
        return passed("every byte that the build ID covers is as the linker wrote it", *proof)
    edit = build.traits.edit
    if edit is not None:
        found, fix = f"changed after linking, and only so: {edit.what}", FIXES[edit.kind]
    else:
        cause, fix = _cause(build)
        found = f"changed after linking: {cause}"
    demand = subject.intent.pristine
    demanded = demand is not None and demand.value
    return breached(found, "a file as linked", demand, *proof, fix=AS_LINKED if demanded else fix)


def _cause(build: GoBuild) -> tuple[str, str]:
    """Return what most likely changed the file, where undoing known edits does not give the file as linked."""
    observed = build.observed
    if build.traits.identity.settings is False:
        return "the settings in its build info are not those of the runtime", FIXES["record"]
    if observed.buildmode == "c-archive":
        return "one of its objects was changed, added or taken out", UNTOLD
    if observed.pe is not None and observed.pe.signature != "absent":
        return "it carries an Authenticode signature, and without it is not as linked either", FIXES["authenticode"]
    if observed.macho is not None and observed.macho.signature.identifier is not None:
        signature = observed.macho.signature
        if signature.identifier != LINKER_IDENTIFIER or not (signature.flags or 0) & LINKER_SIGNED:
            return f"it was signed again, as {signature.identifier}, probably after other changes", FIXES["signature"]
    moved = build.traits.sections_moved if observed.link_mode == "internal" else None
    if moved and observed.symbols is not False:
        return "its section headers were written anew, as objcopy and patchelf do", UNTOLD
    if moved or (moved is None and observed.symbols is False and not _omits_symbols(build)):
        return "probably its symbols were stripped", 'strip while linking: go build -ldflags="-s -w"'
    return "nothing tells by what", UNTOLD


def _omits_symbols(build: GoBuild) -> bool:
    return re.search(OMITS_SYMBOLS, build.setting("-ldflags") or "") is not None


RULE = Rule(
    id="GBI611",
    name="modified-after-link",
    severity=Severity.NOTE,
    check=check,
    keys=("pristine",),
    yields_to=(
        "pe-checksum-mismatch",
        "authenticode-invalid",
        "macho-unsigned-arm64",
        "macho-signature-broken",
        "packed",
    ),
)
