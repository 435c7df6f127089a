"""The program asks for an executable stack.

## What it means
The file's stack header allows execution, or is missing, which on many
processors means the same.

## Why it matters
A buffer that overflows on the stack can then be run as code. Recent systems
refuse: glibc 2.41 no longer makes the stack executable for a library that is
loaded later, and SELinux denies execstack.

## How it looks in the bytes
ELF PT_GNU_STACK with PF_X, or no PT_GNU_STACK at all. Go's linker always
writes it without PF_X. The C linker leaves it out or sets PF_X when one object
says nothing about its stack, usually assembly; on mips* Go's own cgo does
that, so there it is a note.

## How to fix it
`-ldflags '-extldflags "-z noexecstack"'`, or add
`.section .note.GNU-stack,"",%progbits` to the assembly file that lacks it.

Only linux reads this header.

Severity: warning; note on mips, mipsle, mips64 and mips64le.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look at PT_GNU_STACK."""
    build = subject.build
    goos = known(build.observed.goos)
    if goos != "linux":
        return not_applicable(f"{goos} does not take the stack's permissions from the file")
    proof = build.proof("stack")
    stack = build.traits.stack
    if stack is None:
        return not_applicable("an archive of objects is not linked")
    if stack == "rw":
        return passed("the stack is not executable", *proof)
    mips = known(build.observed.goarch).startswith("mips")
    return failed(
        "asks for an executable stack" if stack == "rwx" else "does not say that the stack is not executable",
        *proof,
        fix="go build -ldflags '-extldflags \"-z noexecstack\"' ...",
        severity=Severity.NOTE if mips else None,
    )


RULE = Rule(id="GBI212", name="executable-stack", severity=Severity.WARNING, check=check, yields_to=("packed",))
