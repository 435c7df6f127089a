"""The program is for another processor than was meant.

## What it means
The container's machine field, which the loader checks before anything else,
names another architecture than the one declared or given by the file's name.

## Why it matters
The file does not start where it is shipped: "exec format error", "cannot
execute binary file", "This app can't run on your PC". A build step whose
GOARCH got lost builds for the machine it runs on and says nothing.

## How it looks in the bytes
ELF e_machine with class and byte order, COFF Machine, Mach-O cputype. The
recorded GOARCH is shown beside it.

## How to fix it
Set GOARCH in the environment of the very command that builds:
`GOOS=linux GOARCH=arm64 go build`. In a release, look for a copy or `-o` step
that reuses one name for several targets.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Compare the observed GOARCH with the intended one."""
    meant = subject.intent.goarch
    if meant is None:
        return not_applicable("no GOARCH was declared")
    goarch = known(subject.build.observed.goarch)
    proof = (*subject.build.proof("goarch"), *subject.build.setting_proof("GOARCH"))
    if goarch == meant.value:
        return passed(f"{goarch}, as intended by {meant.source}", *proof)
    return failed(
        f"built for {goarch}, but {meant.value} was meant ({meant.source})",
        *proof,
        fix=f"GOARCH={meant.value} go build ...",
    )


RULE = Rule(id="GBI102", name="wrong-goarch", severity=Severity.ERROR, check=check, keys=("goarch",))
