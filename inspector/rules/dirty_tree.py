"""The program was built from a working tree with uncommitted changes.

## What it means
Go asked the version control system while it built, and the tree was not the
commit it recorded: files were changed, or there were files nobody added.

## Why it matters
Nobody can build this file again from the commit it names. A release script
that writes into the tree before it builds is the usual reason; untracked
files count too, and ignored ones do not, even if they are compiled in.

## How it looks in the bytes
The build info says vcs.modified=true, and since Go 1.24 the main module's
version ends in +dirty (.dirty after +incompatible).

## How to fix it
Commit or ignore what `git status` shows at the moment of the build, or write
it outside the tree.

Severity: note.
Since: Go 1.18 records vcs.modified.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Read what Go recorded of the tree."""
    build = subject.build
    recorded = known(build.recorded)
    modified = recorded.settings.get("vcs.modified")
    version = (recorded.main.version if recorded.main else None) or ""
    dirty = version.endswith(("+dirty", ".dirty"))
    evidence = []
    if modified is not None:
        evidence.append(build.record_proof("vcs.modified", modified))
    if dirty:
        evidence.append(build.record_proof("main module version", version))
    if modified == "true" or dirty:
        revision = recorded.settings.get("vcs.revision")
        commit = f"commit {revision[:12]}" if revision else "the recorded commit"
        fix = "commit or ignore what `git status` shows at the moment of the build"
        return failed(f"built from {commit} with uncommitted changes", *evidence, fix=fix)
    if modified is None:
        return not_applicable("no version control was recorded")
    return passed("built from a clean working tree", *evidence)


RULE = Rule(id="GBI602", name="dirty-tree", severity=Severity.NOTE, check=check)
