"""The PE checksum is set and is not that of the file.

## What it means
The optional header holds a checksum that somebody computed, and the bytes
were changed afterwards by something other than the Go command itself.

## Why it matters
Windows checks the sum of drivers and of DLLs loaded early at boot, not of
programs, so the file still starts. But a wrong sum tells of a change after
the sum was made: a resource editor, a packer, a patch, a broken download.
Some virus scanners count it against a file.

## How it looks in the bytes
CheckSum in the optional header against the sum of all 16-bit words of the
file, without the field itself, plus the file's length. 0 means absent: the
Go linker never writes one, and that is normal. A value that is right once
the Go command's own last writes are undone is pe-checksum-stale instead.

## How to fix it
Find out what changed the file. When the change is meant, compute the sum
again as the last step: `editbin /release app.exe`; signing the file with
signtool or osslsigncode does it too.

Severity: warning.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

SAYS = {
    "absent": "no checksum, as Go's linker leaves it",
    "valid": "the stored checksum is the file's",
    "stale": "the stored checksum was the file's until the go command's own last writes",
}


def check(subject: Subject) -> Verdict:
    """Tell a checksum that was set and is wrong from one that is absent, right or stale."""
    pe = subject.build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    state = known(pe.checksum.state)
    proof = subject.build.proof("pe.checksum")
    if state != "mismatch":
        return passed(SAYS[state], *proof)
    stored, computed = pe.checksum.stored, known(pe.checksum.computed)
    return failed(
        f"the file was changed after its checksum was set: {stored:#x} is stored, {computed:#x} is right",
        *proof,
        fix="find what changed the file; if the change is meant, end with: editbin /release FILE",
    )


RULE = Rule(id="GBI301", name="pe-checksum-mismatch", severity=Severity.WARNING, check=check)
