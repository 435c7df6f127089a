"""Versions of Go modules: how they are spelled, which of them Go can stamp, and when two are the same."""

from __future__ import annotations

import re
from typing import Final

FIRST_STAMPED: Final = 24
"""The Go 1.x that first took the main module's version from version control."""

UNSTAMPED: Final = frozenset({None, "", "(devel)"})
"""What Go records for a module that comes from a directory and was given no version."""

# golang.org/x/mod/module, pseudoVersionRE: a version that names a commit by its time and hash.
_PSEUDO: Final = r"v[0-9]+\.(0\.0-|[0-9]+\.[0-9]+-([^+]*\.)?0\.)[0-9]{14}-(?P<commit>[A-Za-z0-9]+)(\+[0-9A-Za-z.-]+)?"

# semver.org, section 2, 9 and 10, with the v that Go wants and people leave out.
_SEMVER: Final = r"(?a)[vV]?(?P<major>0|[1-9][0-9]*)\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?"

_MAJOR: Final = r"(?a)(?:/v|^gopkg\.in/.*\.v)([0-9]+)$"  # example.com/app/v2, gopkg.in/app.v2

# What Go adds for a repository without go.mod and for a changed tree (cmd/go/internal/load, setBuildInfo).
_ADDED: Final = frozenset({"incompatible", "dirty"})


def pseudo_commit(version: str) -> str | None:
    """Return the start of the commit that a pseudo-version names; None for a version of another kind."""
    found = re.fullmatch(_PSEUDO, version)
    return found["commit"] if found else None


def same(one: str, other: str) -> bool:
    """Say whether two spellings are of one version.

    A v before it, words after it, and what tells of a changed tree (+dirty, or -dirty of `git describe`) or of a
    module without go.mod (+incompatible) make no difference; nor does build metadata that only one of them has.
    """
    (release, metadata), (its_release, its_metadata) = _bare(one), _bare(other)
    return release == its_release and (metadata == its_metadata or not metadata or not its_metadata)


def can_stamp(version: str, module: str) -> bool:
    """Say whether a tag can give a module this version: of three numbers, and of the major one in the module's path."""
    found = re.fullmatch(_SEMVER, version.partition("+")[0])
    if found is None:
        return False
    suffix = re.search(_MAJOR, module)
    return found["major"] == suffix[1] if suffix else found["major"] in {"0", "1"}


def _bare(text: str) -> tuple[str, str]:
    """Return the release and the build metadata."""
    first = (text.split(maxsplit=1) or [""])[0]
    release, _, metadata = first.partition("+")
    if re.match(r"[vV]\d", release):
        release = release[1:]
    return release.removesuffix("-dirty"), ".".join(part for part in metadata.split(".") if part not in _ADDED)
