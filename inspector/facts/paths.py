"""Source paths of the build machine that the file table still holds."""

from __future__ import annotations

import re
from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.model import Evidence

_ROOTS: Final = ("/", "\\\\")
_AFTER_DRIVE: Final = (":/", ":\\")
_MODULE_CACHE: Final = re.compile(r"/pkg/mod/|/mod/cache/|@v\d+\.")
_HOME: Final = re.compile(
    r"/home/[^/]+/|/Users/[^/]+/|/root/|[A-Za-z]:[/\\]Users[/\\][^/\\]+[/\\]"  # people
    r"|/github/workspace/|/builds/|/workspace/|/__w/|/drone/src|/bitbucket/pipelines|[A-Za-z]:[/\\]a[/\\]"  # CI
)
_SHOWN: Final = 3  # examples of each kind


def is_absolute(path: str) -> bool:
    """Tell whether a recorded source path is absolute on any system Go runs on."""
    return path.startswith(_ROOTS) or (path[1:3] in _AFTER_DRIVE and path[0].isascii() and path[0].isalpha())


def _absolute(table: FunctionTable) -> list[str]:
    """Return the absolute paths: the first three characters tell, and hundreds of paths share them."""
    heads = {path[:3] for path in table.files}
    roots = set(filter(is_absolute, heads))
    return [path for path in table.files if path[:3] in roots] if roots else []


def trimpath(table: FunctionTable | Unknown) -> bool | Unknown:
    """Tell whether no absolute source path is left, as after -trimpath."""
    return table if isinstance(table, Unknown) else not _absolute(table)


def build_paths(image: Image, table: FunctionTable | Unknown) -> tuple[Evidence, ...] | Unknown:
    """Return one evidence per kind of place the paths name, with how many and the first few.

    Kinds: "GOROOT", "module cache", "home directory or CI workspace", "other directory"; a path counts once, in
    the first of these it fits.
    """
    if isinstance(table, Unknown):
        return table
    kinds: dict[str, list[str]] = {}
    for path in _absolute(table):
        kinds.setdefault(_kind(path, table), []).append(path)
    return tuple(_evidence(image, table, kind, found) for kind, found in sorted(kinds.items()))


def _kind(path: str, table: FunctionTable) -> str:
    if table.goroot and path.startswith(table.goroot):
        return "GOROOT"
    if _MODULE_CACHE.search(path):
        return "module cache"
    return "home directory or CI workspace" if _HOME.match(path) else "other directory"


def _evidence(image: Image, table: FunctionTable, kind: str, found: list[str]) -> Evidence:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    offset = table.file_offset(found[0])
    return Evidence(kind, ", ".join(found[:_SHOWN]) + more, image.place(offset))
