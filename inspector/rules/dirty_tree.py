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

A program that records no version control is none of this rule's business,
until a clean tree is asked for (`clean = true` in the policy): then nothing
proves one, unless the module was fetched as a version.

## How to fix it
Commit or ignore what `git status` shows at the moment of the build, or write
it outside the tree.

Severity: note; error where a clean tree was asked for.
Since: Go 1.18 records vcs.modified.
"""

from inspector.demands import breached
from inspector.model import Rule, Severity, Subject, Verdict, known, not_applicable, passed, undecided
from inspector.versioncontrol import fetched, why_no_commit

FIX = "commit or ignore what `git status` shows at the moment of the build"


def check(subject: Subject) -> Verdict:
    """Read what Go recorded of the tree."""
    build, demand = subject.build, subject.intent.clean
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
        return breached(f"built from {commit} with uncommitted changes", "a clean tree", demand, *evidence, fix=FIX)
    if modified is not None:
        return passed("built from a clean working tree", *evidence)
    if demand is None or not demand.value:
        return not_applicable("no version control was recorded")
    main = fetched(recorded)
    if main is not None:
        proof = build.record_proof("main module", f"{main.path} {main.version} {main.sum}")
        return passed(f"built from {main.path}@{main.version}, as fetched: no tree that could be changed", proof)
    return undecided(f"no version control was recorded: {why_no_commit(build, recorded)}")


RULE = Rule(id="GBI602", name="dirty-tree", severity=Severity.NOTE, check=check, keys=("clean",))
