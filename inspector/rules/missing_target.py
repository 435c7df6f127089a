"""A target or file that the release must hold is not there.

## What it means
The policy declares a target, or GoReleaser's artifacts.json lists a program,
an archive or a package, and what was inspected holds no Go program for it.

## Why it matters
Users of that system find nothing to download, and a script that builds the
name of the file from their system gets "404 Not Found". A matrix job that
failed, a build that an `if` left out, and an upload that stopped half-way all
leave a directory that looks complete.

## How it looks in the bytes
There are none. A listed file is missing, or is there and is no Go program, or
is an archive without the program its row names; or no Go program was met that
the target claims. A file that is there and cannot be read counts as met: that
it cannot be read is reported, and gives exit code 3, on its own. A program
that GoReleaser lists and that only its archive or package still holds, as in
a release that was downloaded, is there. Only a whole directory can lack
something: where single files were inspected the rule does not apply.

## How to fix it
Build what is missing, or take it out of the list that names it. A target that
is not always built is `optional = true` in the policy.

Severity: error.
Since: every Go release.
"""

from inspector.model import Evidence, Release, ReleaseRule, Severity, Verdict, failed, not_applicable, passed


def check(release: Release) -> Verdict:
    """Look for what is expected and was not met."""
    if not release.lists:
        return not_applicable("nothing lists what the release must hold")
    if not release.whole:
        return not_applicable("single files were inspected, and what is missing beside them cannot be told")
    if not release.expected:
        apart = ", ".join(release.apart)
        return not_applicable(
            f"the directory of {apart} was not inspected as a whole" if apart else "no list demands a target or a file"
        )
    missing = [expected for expected in release.expected if not expected.met]
    total = len(release.expected)
    if not missing:
        return passed("what must be there is there" if total == 1 else f"all {total} that must be there are there")
    verb = "is" if len(missing) == 1 else "are"
    return failed(
        f"{len(missing)} of {total} that must be there {verb} missing",
        *(Evidence(expected.name, f"{expected.why} ({expected.source})") for expected in missing),
        fix="build what is missing, or take it out of the list that names it",
    )


RULE = ReleaseRule(id="GBI701", name="missing-target", severity=Severity.ERROR, check=check)
