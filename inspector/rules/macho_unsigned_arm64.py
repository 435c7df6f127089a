"""The arm64 Mach-O file carries no code signature.

## What it means
There is no embedded signature, not even the ad-hoc one that needs no
certificate and that Go's linker writes for every arm64 build.

## Why it matters
A Mac with Apple silicon kills an unsigned arm64 program at its start:
"Killed: 9". It cannot load an unsigned library either. Intel programs run
without a signature, so this rule has nothing to say about them.

## How it looks in the bytes
There is no LC_CODE_SIGNATURE load command. Go signs since 1.16; `strip`,
packers and tools that rewrite the file throw the signature away.

## How to fix it
Leave out the step that rewrites the file (`-ldflags="-s -w"` strips while
linking and keeps the signature), or sign again as the last step:
`codesign --force --sign - app` on macOS, `rcodesign sign app` elsewhere.
Where a certificate's signature was declared, sign with that: codesign-absent
tells how.

Severity: error; arm64 only.
Since: Go 1.16, the first with darwin/arm64 for macOS.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

LOADED = {"MH_EXECUTE", "MH_DYLIB", "MH_BUNDLE"}


def check(subject: Subject) -> Verdict:
    """Look for a signature, right or wrong, where Apple silicon wants one."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    goarch = known(build.observed.goarch)
    if goarch != "arm64":
        return not_applicable(f"{goarch} programs need no signature")
    if macho.file_type not in LOADED:
        return not_applicable(f"{macho.file_type} is not loaded by itself")
    if macho.signature.kind != "none":
        return passed("it carries a code signature", *build.proof("macho.signature"))
    count = len(macho.load_commands)
    absent = Evidence("load commands", f"no LC_CODE_SIGNATURE among {count}", build.place("macho.load_commands"))
    return failed(
        "no code signature: Apple silicon kills this program at its start",
        absent,
        fix=_fix(subject),
    )


def _fix(subject: Subject) -> str:
    meant = subject.intent.signature
    if meant is not None and meant.value == "codesign":
        return 'sign it as the last step: codesign --force --timestamp --sign "Developer ID Application: ..." FILE'
    return "sign it as the last step: codesign --force --sign - FILE (off macOS: rcodesign sign FILE)"


RULE = Rule(id="GBI401", name="macho-unsigned-arm64", severity=Severity.ERROR, check=check)
