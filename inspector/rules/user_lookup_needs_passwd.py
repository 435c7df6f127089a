"""The program looks users up, and the target has no user database.

## What it means
The target was declared to have no /etc/passwd, and the program links a lookup
of package os/user.

## Why it matters
Pure Go answers user.Current from /etc/passwd or from $USER and $HOME; with
neither it fails: "user: Current requires cgo or $USER, $HOME set in
environment". user.Lookup and its like read /etc/passwd and /etc/group alone.
With cgo all of them ask libc, which finds nothing there either, variables or
not: "user: unknown userid 0".

## How it looks in the bytes
The function table lists os/user.Current, Lookup, LookupId, LookupGroup,
LookupGroupId or (*User).GroupIds; the file table tells Go's own lookup
(lookup_stubs.go) from libc's (cgo_lookup_cgo.go). Linked does not mean called.

## How to fix it
Copy /etc/passwd and /etc/group into the image, or set USER and HOME for a
program that asks for its own user alone, built with CGO_ENABLED=0 or
`-tags osusergo`. os.UserHomeDir and os.Getuid need no database.

Severity: warning; only where the target is declared to have no users, as by
`--profile static-scratch`. Windows, Plan 9 and macOS ask the system, and
Android needs no database.
Since: every Go release.
"""

from typing import Final

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

LOOKUPS: Final[tuple[str, ...]] = (
    "os/user.Current",
    "os/user.Lookup",
    "os/user.LookupId",
    "os/user.LookupGroup",
    "os/user.LookupGroupId",
    "os/user.(*User).GroupIds",
)


def check(subject: Subject) -> Verdict:
    """Hold the linked lookups against a target without users."""
    absent = subject.intent.absent
    if absent is None or "users" not in absent.value:
        return not_applicable("nothing declares a target without users")
    build = subject.build
    who = known(build.observed.user_lookup)
    if who == "system":
        return not_applicable("the system itself answers, not a file")
    if known(build.observed.goos) == "android":
        return not_applicable("Android has no user database, and os/user does without")
    linked = known(build.traits.linked)
    found = [name for name in LOOKUPS if name in linked]
    if not found:
        return passed("no user lookup is linked")
    proof = build.proof(*(f"linked.{name}" for name in found), "user_lookup")
    names = ", ".join(found)
    if who == "cgo":
        message = f"libc finds no /etc/passwd for {names} ({absent.source})"
        return failed(message, *proof, fix="copy /etc/passwd and /etc/group into the image")
    message = f"there is no /etc/passwd for {names} ({absent.source})"
    if found == [LOOKUPS[0]]:
        message = f"{names} needs $USER and $HOME where there is no /etc/passwd ({absent.source})"
    return failed(message, *proof, fix="copy /etc/passwd and /etc/group into the image, or set USER and HOME")


RULE = Rule(
    id="GBI506",
    name="user-lookup-needs-passwd",
    severity=Severity.WARNING,
    check=check,
    keys=("absent",),
    yields_to=("wrong-goos",),
)
