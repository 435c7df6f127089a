"""Some of the program's memory is writable and executable at once.

## What it means
An ELF load segment or a PE section is mapped with both permissions.

## Why it matters
Any bug that writes to memory can then write code. Neither Go's linker nor a C
linker makes such a range; hardened systems (SELinux execmem, PaX, OpenBSD
W^X) refuse to load it. It comes from packers and from edited headers.

## How it looks in the bytes
A PT_LOAD with PF_W and PF_X; a PE section with IMAGE_SCN_MEM_WRITE and
IMAGE_SCN_MEM_EXECUTE; a Mach-O segment whose initial protection has both.

## How to fix it
Ship the file as the linker wrote it, not packed. When it is unpacked already,
look for an assembly or C object with a writable text section among the cgo
dependencies.

Severity: error.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, passed


def check(subject: Subject) -> Verdict:
    """Report every range that is writable and executable."""
    ranges = subject.build.traits.writable_code
    if not ranges:
        return passed("no range is writable and executable")
    return failed(
        f"{', '.join(e.label for e in ranges)}: writable and executable at once",
        *ranges,
        fix="ship the file as the linker wrote it, without a packer",
    )


RULE = Rule(id="GBI211", name="writable-code", severity=Severity.ERROR, check=check, yields_to=("packed",))
