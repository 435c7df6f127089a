"""The program is for another operating system than was meant.

## What it means
The program was built for one GOOS, and another was declared or is given by
the file's name.

## Why it matters
The file does not start where it is shipped: "exec format error", "cannot
execute binary file", "not a valid Win32 application". The usual causes are a
GOOS that did not reach the build command, so that Go built for the machine
it ran on, and a copy or `-o` step that reuses one name for two targets. A
linux program under an android name may start, and then finds no DNS server.

## How it looks in the bytes
The container (ELF, PE, Mach-O) gives the family. Inside ELF the runtime's own
file table tells linux, android and the BSDs apart, and solaris from illumos:
`rt0_linux_amd64.s`, `os_dragonfly.go`, `os_illumos.go`. It survives `strip`.
The recorded GOOS is shown beside it.

## How to fix it
Set GOOS in the environment of the very command that builds:
`GOOS=windows GOARCH=amd64 go build`. The order of `export` lines has no
effect; a subshell, a `sudo`, a new step of a CI job or a Makefile recipe that
drops the environment has.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Compare the observed GOOS with the intended one."""
    meant = subject.intent.goos
    if meant is None:
        return not_applicable("no GOOS was declared")
    goos = known(subject.build.observed.goos)
    proof = (*subject.build.proof("goos"), *subject.build.setting_proof("GOOS"))
    if goos == meant.value:
        return passed(f"{goos}, as intended by {meant.source}", *proof)
    return failed(
        f"built for {goos}, but {meant.value} was meant ({meant.source})",
        *proof,
        fix=f"GOOS={meant.value} go build ...",
    )


RULE = Rule(id="GBI101", name="wrong-goos", severity=Severity.ERROR, check=check, keys=("goos",))
