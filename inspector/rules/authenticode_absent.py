"""The windows program is not signed, although a signature was declared.

## What it means
An Authenticode signature was declared to be needed, and the file has none.

## Why it matters
Windows shows the publisher of an unsigned download as unknown, SmartScreen
stops it at the first start, and application control (AppLocker, Windows
Defender Application Control) refuses it where a signature is demanded. The
signing step was left out, failed unseen, or ran on another copy of the file;
or a later step, `strip` or a packer, threw the signature away.

## How it looks in the bytes
The optional header's fifth data directory, the attribute certificate table,
is empty. A signature in a catalogue file (.cat) beside it does not count: it
is not in what is shipped. Whether a signature that is there is the file's
says authenticode-invalid.

## How to fix it
Sign as the last step of the build: `signtool sign /fd sha256 /a app.exe` on
Windows, `osslsigncode sign ...` elsewhere.

Severity: error; only when a signature was declared
(`signature = "authenticode"` in the policy).
Since: every Go release for windows.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for a signature where one was asked for."""
    meant = subject.intent.signature
    if meant is None or meant.value != "authenticode":
        return not_applicable("no Authenticode signature was asked for")
    build = subject.build
    pe = build.observed.pe
    if pe is None:
        return not_applicable("only Windows programs carry Authenticode signatures")
    state = known(pe.signature)
    proof = build.proof("pe.signature")
    if state == "absent":
        return failed(
            f"the file is not signed, but a signature was asked for ({meant.source})",
            *proof,
            fix="sign the file as the last step: signtool sign ... or osslsigncode sign ...",
        )
    if state == "invalid":
        return not_applicable("there is a signature, and authenticode-invalid says what is wrong with it")
    return passed(f"signed, as asked for by {meant.source}", *proof)


RULE = Rule(id="GBI310", name="authenticode-absent", severity=Severity.ERROR, check=check, keys=("signature",))
