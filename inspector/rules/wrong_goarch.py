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
recorded GOARCH is shown beside it. Where a universal macOS file was meant
(GoReleaser's `goarch` "all"), the number of slices that are Go programs.

## How to fix it
Set GOARCH in the environment of the very command that builds:
`GOOS=linux GOARCH=arm64 go build`. In a release, look for a copy or `-o` step
that reuses one name for several targets. A universal file is made by
`lipo -create` or GoReleaser's `universal_binaries`.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Declared, Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Compare the observed GOARCH with the intended one, or the number of slices with the intended several."""
    meant, several = subject.intent.goarch, subject.intent.universal
    if several is not None and several.value and len(subject.slices) < 2:
        return _single(subject, several)
    if meant is None:
        return _several(subject, several)
    goarch = known(subject.build.observed.goarch)
    proof = _proof(subject)
    if goarch == meant.value:
        return passed(f"{goarch}, as intended by {meant.source}", *proof)
    return failed(
        f"built for {goarch}, but {meant.value} was meant ({meant.source})",
        *proof,
        fix=f"GOARCH={meant.value} go build ...",
    )


def _single(subject: Subject, meant: Declared[bool]) -> Verdict:
    goarch = known(subject.build.observed.goarch)
    is_thin = subject.build.slice is None
    said = f"a thin {goarch} file" if is_thin else f"a universal file with a Go program for {goarch} alone"
    wanted = "a universal one" if is_thin else "one for several processors"
    return failed(f"{said}, but {wanted} was meant ({meant.source})", *_proof(subject), fix="lipo -create ...")


def _several(subject: Subject, meant: Declared[bool] | None) -> Verdict:
    if meant is None or not meant.value:
        return not_applicable("no GOARCH was declared")
    found = [build.observed.goarch for build in subject.slices]
    named = " and ".join(str(known(goarch)) for goarch in found)
    return passed(f"universal, with slices for {named}, as intended by {meant.source}", *_proof(subject))


def _proof(subject: Subject) -> tuple[Evidence, ...]:
    return *subject.build.proof("goarch"), *subject.build.setting_proof("GOARCH")


RULE = Rule(id="GBI102", name="wrong-goarch", severity=Severity.ERROR, check=check, keys=("goarch", "universal"))
