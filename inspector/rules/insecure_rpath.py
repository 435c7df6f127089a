"""The program looks for libraries where someone else may put them.

## What it means
A run path, the list of directories searched before the system's own, has an
entry that is empty, relative, world-writable, or inside a home directory or a
build machine's workspace.

## Why it matters
Whoever can write there chooses the code this program runs. An empty or
relative entry is the directory the user happens to stand in. A path under
/home or of a build runner is missing on most machines, and belongs to
whoever creates it; it also tells how the program was built.

## How it looks in the bytes
ELF DT_RPATH and DT_RUNPATH, split at colons; Mach-O LC_RPATH. `$ORIGIN`,
`@executable_path` and `@loader_path` (where the program itself lies) are fine.

## How to fix it
Find the `-rpath` in CGO_LDFLAGS, `#cgo LDFLAGS` or `-r` in -ldflags, and name
a system directory or `$ORIGIN`. On a finished file:
`patchelf --remove-rpath`, or `install_name_tool -delete_rpath`.

Severity: warning.
Since: every Go release.
"""

import posixpath
import re

from inspector.model import (
    Evidence,
    Format,
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
)

BESIDE_THE_PROGRAM = r"(\$ORIGIN|\$\{ORIGIN\}|@executable_path|@loader_path)(/|$)"

WORLD_WRITABLE = ("/tmp", "/var/tmp", "/usr/tmp", "/dev/shm", "/private/tmp", "/private/var/tmp", "/Users/Shared")  # noqa: S108
HOMES = r"((/usr|/var|/export)?(/home|/Users)/[^/]+|/root|/var/root)/"
WORKSPACES = r"/(builds|__w|github/workspace|workspaces?|drone/src|buildkite|bitrise|var/lib/jenkins)/"
"""Where GitLab, GitHub (container jobs, actions), Cloud Build, Drone, Buildkite, Bitrise and Jenkins check out."""


def check(subject: Subject) -> Verdict:
    """Look for a run path entry that others can fill."""
    if subject.build.format is Format.PE:
        return not_applicable("PE files have no run path")
    entries = known(subject.build.observed.rpath)
    proof = subject.build.proof("rpath")
    if not entries:
        return passed("no run path", *proof)
    bad = [(entry, defect) for entry in entries if (defect := _defect(entry))]
    if not bad:
        return passed(f"{', '.join(entries)}: nobody else's directory", *proof)
    places = {evidence.value: evidence.offset for evidence in proof}
    return failed(
        "; ".join(f"libraries are looked for in {entry!r}, {defect}" for entry, defect in bad),
        *(Evidence(f"run path, {defect}", entry, places.get(entry)) for entry, defect in bad),
        fix="take that -rpath out of CGO_LDFLAGS, or: patchelf --remove-rpath FILE",
    )


def _defect(entry: str) -> str | None:
    if not entry:
        return "which is empty: the current directory"
    if re.match(BESIDE_THE_PROGRAM, entry):
        return None
    if not entry.startswith("/"):
        return "which is relative to the current directory"
    path = "/" + posixpath.normpath(entry).lstrip("/")
    if any(path == place or path.startswith(place + "/") for place in WORLD_WRITABLE):
        return "which everyone may write to"
    if re.match(HOMES, path + "/"):
        return "a home directory"
    return "a build machine's workspace" if re.match(WORKSPACES, path + "/") else None


RULE = Rule(id="GBI206", name="insecure-rpath", severity=Severity.WARNING, check=check)
