"""The macOS program is not signed with a certificate, although it was meant.

## What it means
A signature made with a certificate was declared to be needed, and the file
has none, or only the ad-hoc one that needs no certificate.

## Why it matters
Gatekeeper stops a downloaded program unless a Developer ID certificate
signed it and Apple notarised it. An ad-hoc signature, which Go's linker
writes for every arm64 build, says nothing of who made the file, and Apple's
notary service refuses such a file. The signing step was left out, failed
unseen, or a later step signed again with `codesign --sign -`.

## How it looks in the bytes
LC_CODE_SIGNATURE names a SuperBlob; a certificate's signature is the CMS blob
in it (slot 0x10000), with something in it. An ad-hoc signature has a
CodeDirectory alone, with flag 0x2. Who issued the certificate, and whether
Apple notarised the file, is not judged. Whether the signature fits the file
says macho-signature-broken.

## How to fix it
Sign as the last step of the build:
`codesign --force --timestamp --options runtime --sign NAME app` on macOS,
where NAME is that of the certificate ("Developer ID Application: ..."), or
`rcodesign sign --p12-file cert.p12 app` elsewhere.

Severity: error; only when a signature was declared
(`signature = "codesign"` in the policy).
Since: every Go release for darwin; Go signs arm64 files ad hoc since 1.16.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for a certificate's signature where one was asked for."""
    meant = subject.intent.signature
    if meant is None or meant.value != "codesign":
        return not_applicable("no signature of macOS was asked for")
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    if macho.file_type == "MH_OBJECT":
        return not_applicable("MH_OBJECT is not signed by itself")
    signature = macho.signature
    if signature.state == "broken":
        return not_applicable("there is a signature, and macho-signature-broken says what is wrong with it")
    kind = known(signature.kind)
    proof = build.proof("macho.signature" if kind != "none" else "macho.load_commands")
    if kind == "cms":
        return passed(f"{known(signature.state)}, and made with a certificate, as asked for by {meant.source}", *proof)
    what = "no code signature" if kind == "none" else "signed ad hoc only"
    return failed(
        f"{what}, but a certificate's signature was asked for ({meant.source})",
        *proof,
        fix='sign it as the last step: codesign --force --timestamp --sign "Developer ID Application: ..." FILE',
    )


RULE = Rule(
    id="GBI410",
    name="codesign-absent",
    severity=Severity.ERROR,
    check=check,
    keys=("signature",),
    yields_to=("macho-unsigned-arm64",),
)
