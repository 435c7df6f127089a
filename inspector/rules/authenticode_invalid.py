"""The Authenticode signature is not that of the file.

## What it means
A Windows program carries a signature, and the digest that was signed is not
the one of the file's bytes; or what was signed was itself changed; or the
certificate table cannot be read at all.

## Why it matters
Windows shows the publisher as unknown or refuses to run the file, SmartScreen
and antivirus programs distrust it more than an unsigned one, and enterprise
policies block it. The cause is a change after signing: a resource editor, a
packer, an installer that appends its data, `strip`, or a damaged download.

## How it looks in the bytes
The attribute certificate table (the fifth data directory) holds a PKCS #7
whose SpcIndirectDataContent names a hash and its value. The hash is of the
whole file but the CheckSum, the table's own directory entry and the table.
Every signature in the table, nested ones too, must fit. Who issued the
certificate, how old it is, and the time stamp are shown and not judged.

## How to fix it
Sign as the last step of the build, after every other tool has run, and ship
the signed file unchanged.

Severity: error.
Since: every Go release for windows.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Report a signature that does not fit the file."""
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("only Windows programs carry Authenticode signatures")
    state = known(pe.signature)
    if state == "absent":
        return not_applicable("the file is not signed")
    proof = build.proof("pe.signature")
    if state == "valid":
        return passed(f"the digest that {known(pe.signer) or 'the signer'} signed is that of the file", *proof)
    return failed(
        "the Authenticode signature is not that of the file: one of the two was changed since",
        *proof,
        fix="sign the file again, as the last step: signtool sign ... or osslsigncode sign ...",
    )


RULE = Rule(id="GBI309", name="authenticode-invalid", severity=Severity.ERROR, check=check)
