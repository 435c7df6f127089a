"""What the record says of the commit a program was built from, and why it may say nothing."""

from __future__ import annotations

from typing import Final

from inspector.model import FROM_FILES, GoBuild, Module, Recorded, Unknown

FIRST: Final = 18
"""The Go 1.x that first recorded the commit, and build settings at all."""


def fetched(recorded: Recorded) -> Module | None:
    """Return the main module where it was fetched as a version, so that its checksum stands for its source."""
    main = recorded.main
    return main if main is not None and main.sum and main.version else None


def why_no_commit(build: GoBuild, recorded: Recorded) -> str:
    """Say what of Go's conditions for recording a commit (cmd/go/internal/load, setBuildInfo) was likely not met."""
    if not recorded.settings:
        minor = build.traits.go_minor
        if not isinstance(minor, Unknown) and minor < FIRST:
            return f"Go before 1.{FIRST} records none"
        return "the go command did not link this, or not in the usual way (no build setting is recorded)"
    if "vcs" in recorded.settings:
        return f"the {recorded.settings['vcs']} repository had no commit yet"
    if recorded.path == FROM_FILES:
        return "files were named on the command line, not a package"
    if recorded.main is None:
        return "it was built outside of a module"
    main = fetched(recorded)
    if main is not None:
        return f"it was built from {main.path}@{main.version}, as fetched"
    return "-buildvcs=false, or no repository or no git where it was built"
