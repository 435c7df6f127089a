"""The PE checksum was right until Go wrote its build ID into the file.

## What it means
A C linker set the checksum, then the go command finished the file and left
the checksum as it was. Nobody else changed a byte.

## Why it matters
It is harmless: Windows checks the sum of drivers and early boot DLLs only.
It is worth knowing because tools that verify the sum report this file, and
because it is the common and innocent reason for a wrong sum in a cgo build.

## How it looks in the bytes
GNU ld (mingw) writes CheckSum; afterwards `go build` replaces the last part
of the build ID and, since Go 1.24 and not on 386, fills in the 32 bytes of
the FIPS sum. With these two undone the stored value is right again. lld,
as zig uses it, leaves 0, and so does Go's own linker.

## How to fix it
Nothing needs fixing. To make the sum right: `editbin /release app.exe` as the
last step of the build; signing with signtool or osslsigncode does it too.

Severity: note.
Since: every Go release, with cgo and GNU ld.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Report a checksum that only the go command's own last writes made wrong."""
    pe = subject.build.observed.pe
    if pe is None:
        return not_applicable("not a PE file")
    state = known(pe.checksum.state)
    proof = subject.build.proof("pe.checksum")
    if state == "mismatch":
        return not_applicable("the checksum is wrong for another reason, see pe-checksum-mismatch")
    if state == "stale":
        return failed(
            "the C linker's checksum was made wrong by go build itself, which is harmless",
            *proof,
            fix="none needed; to make it right, end the build with: editbin /release FILE",
        )
    return passed("no checksum to go stale" if state == "absent" else "the stored checksum is the file's", *proof)


RULE = Rule(id="GBI302", name="pe-checksum-stale", severity=Severity.NOTE, check=check)
