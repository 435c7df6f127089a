"""The code signature does not fit the bytes of the file.

## What it means
The file carries a signature, and something changed the file, or the
signature, after it was made.

## Why it matters
macOS kills the program: "Killed: 9", or "code signature invalid" in the
crash report. On Apple silicon that is at the start, or in the middle of the
work, when the first changed page is read.

## How it looks in the bytes
The CodeDirectory holds one hash per page of the file up to its code limit.
The evidence names the pages whose hash differs, or says why the signature
cannot be read. Both ad-hoc signatures, as Go's linker writes them, and those
made with a certificate are recomputed; who signed is not judged.

## How to fix it
Find the step that changes the file after `go build` (strip, a packer, a
patch, a bad copy) and leave it out, or sign again as the last step:
`codesign --force --sign - app` on macOS, `rcodesign sign app` elsewhere.

Severity: error.
Since: every Go release; Go signs arm64 files itself since 1.16.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

SHOWN = 4


def check(subject: Subject) -> Verdict:
    """Judge the signature by the hashes recomputed."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    signature = macho.signature
    if signature.kind == "none":
        return not_applicable("there is no code signature")
    proof = build.proof("macho.signature")
    if known(signature.state) != "broken":
        return passed(f"every page fits the {signature.kind} signature", *proof)
    why = signature.defect or _pages(known(signature.bad_pages))
    return failed(
        f"the code signature is broken: {why}",
        *proof,
        fix="leave out what changes the file after linking, or sign again: codesign --force --sign - FILE",
    )


def _pages(bad: tuple[int, ...]) -> str:
    shown = ", ".join(str(page) for page in bad[:SHOWN])
    more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
    return f"page {shown} has changed" if len(bad) == 1 else f"pages {shown}{more} have changed"


RULE = Rule(id="GBI402", name="macho-signature-broken", severity=Severity.ERROR, check=check)
