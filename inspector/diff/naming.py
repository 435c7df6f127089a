"""What a name says when its version is left out, so that names of two releases are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from inspector.intent.words import MAX_NAME, read

# semver.org with what release tools and packagers write behind it: GoReleaser's 1.2.4-SNAPSHOT-abc1234 and
# 1.2.4-next, Go's pseudo-versions, Debian's revision in app_1.2.3-1_amd64.deb. Not amd64v1, armv7, go1.27, x86_64:
# a version has a dot, and no letter but v before it.
_VERSION: Final = re.compile(
    r"(?<![A-Za-z0-9])v?[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}"
    r"(?:[-._~+]?(?:alpha|beta|rc|pre|preview|dev|next|nightly|canary|snapshot)(?![A-Za-z])[-.]?[0-9]{0,9})?"
    r"(?:-0\.[0-9]{14}|-[0-9]{14})?"
    r"(?:[-.+~](?:git\.?|g)?[0-9a-f]{7,40})?"
    r"(?:-[0-9]{1,2})?"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_JOINTS: Final = re.compile(r"[-_.+~]{2,}")
_TOKEN: Final = re.compile(r"[^\W_]+")
_MAJOR: Final = re.compile(r"/v[0-9]{1,9}(?=/|$)|(?<=[^/])\.v[0-9]{1,9}(?=/|$)")
"""Of a module's path: example.com/app/v2/cmd/app, gopkg.in/app.v2."""

_CONTAINERS: Final = re.compile(
    r"\.(tar(?:\.[a-z0-9]{2,4})?|t[gbx]z|tbz2|tzst|zip|gz|bz2|xz|zst|deb|rpm|apk|whl|jar|ipk|7z)$", re.IGNORECASE
)


_DEEPEST: Final = 64
"""Names of a place: deeper than anyone nests releases."""


def versionless(name: str) -> str:
    """Return a name without the versions in it; of what stands between two words the last is left."""
    bare = _VERSION.sub("", name[:MAX_NAME])
    return _JOINTS.sub(lambda found: found[0][-1], bare).strip("-_.+~") if bare != name else name


def stem(name: str) -> str:
    """Return what a file name says besides version, target and extension: the program's own name, in lower case.

    Where nothing else is in it, all of it.
    """
    bare = _CONTAINERS.sub("", versionless(name).lower()).removesuffix(".exe").removesuffix(".wasm")
    kept = [word for word in _TOKEN.findall(bare) if all(said.kind == "other" for said in read(word))]
    return "-".join(kept) or bare


def without_major(path: str) -> str:
    """Return a package's path without the major version of its module: a program stays itself from v1 to v2."""
    return _MAJOR.sub("", path)


def container(chain: Sequence[str]) -> str:
    """Return the kind of what a program is shipped in, by the suffix of its name; nothing for a plain file."""
    if len(chain) < 2:
        return ""
    found = _CONTAINERS.search(chain[-2])
    return found[1].lower() if found else "container"


def depth(chains: Iterable[tuple[str, ...]]) -> int:
    """Return how many names all chains of a path and its members start with: the root of what they are below.

    That is a directory, or an archive that holds everything. The last name of a chain is never part of it.
    """
    first: str | None = None
    shared: tuple[str, ...] = ()
    several = False
    for path, *members in chains:
        directories = _parts(path)[:-1]
        if first is None:
            first, shared = path, (*_parts(path), *members)[:-1]
        elif path == first and not several:  # into an archive the root leads only if nothing is beside it
            shared = _start(shared, (*_parts(path), *members)[:-1])
        else:
            several = True
            shared = _start(shared, directories)
    return len(_start(shared, _parts(first)[:-1])) if several and first is not None else len(shared)


def below(chain: tuple[str, ...], root: int) -> tuple[str, ...]:
    """Return a chain's names below the root, without versions."""
    return tuple(versionless(part) for part in (*_parts(chain[0]), *chain[1:])[root : root + _DEEPEST])


def _start(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return what two tuples have in common at their beginning."""
    length = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        length += 1
    return one[:length]


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[/\\]", path) if part not in {"", "."}) or (path,)
