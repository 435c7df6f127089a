"""A module came from a directory of the machine that built the program.

## What it means
go.mod replaces a module by a file path, or a workspace (go.work) puts a
directory in its place. What was compiled is what lay there.

## Why it matters
The recorded version of that module is not what the program contains, and
nothing says what it does contain. Vulnerability scanners and bills of
materials report the version that was replaced. A replacement that a developer
made to try something out, and committed, is a common accident; so is a
go.work that lies above the repository.

## How it looks in the bytes
The build info has a line `=>` with a path and "(devel)" instead of a module
and its version; a module of a workspace is a `dep` whose version is "(devel)".
So is the main module of files that were named on the command line (`go build
main.go`): where such a program has one `dep` of that kind, it is left alone.

## How to fix it
Remove the replace line, or replace by a module and version:
`go mod edit -dropreplace=example.com/lib`. Build with GOWORK=off. In a
repository of several modules, tag and require them.

Severity: note.
Since: Go 1.13 records modules, Go 1.18 has workspaces.
"""

from inspector.model import (
    FROM_FILES,
    Module,
    Recorded,
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
)

FIX = "go mod edit -dropreplace=MODULE, or build with GOWORK=off"

NAMED = 3  # modules that the message names
SHOWN = 100  # modules that the evidence has; Terraform has nine

NO_VERSION = {None, "", "(devel)"}
"""What Go records where a module has no version: a directory has none (cmd/go/internal/load, setBuildInfo)."""


def check(subject: Subject) -> Verdict:
    """Look for modules that are directories. The main module is one by its nature, unless it was replaced."""
    build = subject.build
    recorded = known(build.recorded)
    if recorded.main is None and not recorded.deps:
        return not_applicable("the build info names no module")
    main = () if recorded.main is None or recorded.main.replace is None else (recorded.main,)
    own = _main_of_files(recorded)
    local = [(module, _directory(module)) for module in (*main, *recorded.deps) if module != own]
    found = [(module, directory) for module, directory in local if directory is not None]
    if not found:
        return passed("no recorded dependency came from a directory")
    names = ", ".join(module.path for module, _ in found[:NAMED]) + (", ..." if len(found) > NAMED else "")
    return failed(
        f"{len(found)} {'module' if len(found) == 1 else 'modules'} came from a local directory: {names}",
        *(build.record_proof(f"module {module.path}", directory) for module, directory in found[:SHOWN]),
        fix=FIX,
    )


def _main_of_files(recorded: Recorded) -> Module | None:
    """Return the module that the named files belong to. With more than one candidate nothing tells which it is."""
    if recorded.path != FROM_FILES or recorded.main is not None:
        return None
    candidates = [module for module in recorded.deps if module.version in NO_VERSION and module.replace is None]
    return candidates[0] if len(candidates) == 1 else None


def _directory(module: Module) -> str | None:
    """Return what the record says of the directory the module came from; None when it came from none."""
    version = module.version or "no version"
    if module.replace is not None:
        return f"{version} => {module.replace.path}" if module.replace.version in NO_VERSION else None
    return f"{version}, a directory of the workspace" if module.version in NO_VERSION else None


RULE = Rule(id="GBI609", name="local-replace", severity=Severity.NOTE, check=check)
