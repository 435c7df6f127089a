"""The PE checksum that was asked for is not there.

## What it means
A checksum in the header was declared to be needed, and the field is 0.

## Why it matters
Windows checks the sum of drivers and of DLLs that are loaded early at boot,
never of programs. Some application catalogues, update servers and virus
scanners ask for it all the same; this rule is for who ships to them.

## How it looks in the bytes
CheckSum in the optional header is 0. Go's linker never writes one, GNU ld and
Microsoft's with /RELEASE do. Whether a sum that is there is right say
pe-checksum-mismatch and pe-checksum-stale.

## How to fix it
Compute it as the last step: `editbin /release app.exe`; signing the file with
signtool or osslsigncode does it too.

Severity: error; only when a checksum was declared (`pe-checksum = true` in
the policy).
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for a checksum where one was asked for."""
    meant = subject.intent.pe_checksum
    if meant is None or not meant.value:
        return not_applicable("no checksum was asked for")
    pe = subject.build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    state = known(pe.checksum.state)
    proof = subject.build.proof("pe.checksum")
    if state != "absent":
        return passed(f"{pe.checksum.stored:#x} is stored, as asked for by {meant.source}", *proof)
    return failed(
        f"the header holds no checksum, but one was asked for ({meant.source})",
        *proof,
        fix="as the last step: editbin /release FILE, or sign the file",
    )


RULE = Rule(id="GBI303", name="pe-checksum-absent", severity=Severity.ERROR, check=check, keys=("pe_checksum",))
