"""The file is larger than was meant.

## What it means
The artifact has more bytes than the declared ceiling allows.

## Why it matters
Functions, firmware and installers have hard limits, and users on slow lines
have soft ones. A program grows all at once, where a dependency pulls in a
large tree, data is embedded, or the flags that leave debug information out get
lost; nobody sees it in a review.

## How it looks in the bytes
The size of the file itself. In an archive it is the size of the unpacked
member; for a universal file it is the size of the whole, of all slices.

## How to fix it
`go build -ldflags="-s -w"` leaves symbols and debug information out;
`go version -m` lists the modules that are in; `go tool nm -size -sort size`
shows the largest functions and variables of a program with symbols.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, not_applicable, passed

MIB = 1 << 20


def check(subject: Subject) -> Verdict:
    """Compare the artifact's size with the meant ceiling."""
    meant = subject.intent.max_size
    if meant is None:
        return not_applicable("no largest size was declared")
    proof = Evidence("size", f"{subject.size:,} bytes")
    if subject.size <= meant.value:
        return passed(f"{_mib(subject.size)}, at most {_mib(meant.value)} as intended by {meant.source}", proof)
    excess = subject.size - meant.value
    return failed(
        f"{_mib(subject.size)}, but at most {_mib(meant.value)} was meant ({meant.source}): "
        f"{excess:,} {'byte' if excess == 1 else 'bytes'} too many",
        proof,
        fix='go build -ldflags="-s -w" ..., or raise the ceiling',
    )


def _mib(size: int) -> str:
    return f"{size / MIB:,.2f} MiB"


RULE = Rule(id="GBI618", name="too-large", severity=Severity.ERROR, check=check, keys=("max_size",))
