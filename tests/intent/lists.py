"""Lists as GoReleaser writes them."""

import json
import os
from pathlib import Path
from typing import Any

from inspector.intent import find_dists
from inspector.model import Declared, Dist, Intent, Row

LISTED = "artifacts.json"
METADATA_ROW = {"name": "metadata.json", "path": "dist/metadata.json", "internal_type": 36, "type": "Metadata"}


def row(path: str = "demo_linux_amd64_v1/demo", kind: str = "Binary", extra: Any = None, **fields: Any) -> dict:
    """A row as GoReleaser writes it: internal/artifact's Artifact, fields without a value left out."""
    said = {"goos": "linux", "goarch": "amd64", "goamd64": "v1", "target": "linux_amd64_v1", **fields}
    if extra is None:
        extra = {"Binary": "demo", "Builder": "go", "Ext": "", "ID": "demo"} if kind == "Binary" else {}
    named = {"name": path.rpartition("/")[2], "path": f"dist/{path}", "type": kind, "extra": extra}
    return {key: value for key, value in {**named, **said}.items() if value is not None}


def archive(path: str = "demo_1.2.3_linux_amd64.tar.gz", holds: tuple[str, ...] = ("demo",), **fields: Any) -> dict:
    extra = {"Binaries": list(holds), "Format": "tar.gz", "ID": "default", "WrappedIn": "", **fields.pop("extra", {})}
    return row(path, "Archive", extra, **fields)


def write(directory: Path, *rows: object, metadata: object = None) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / LISTED).write_text(json.dumps([METADATA_ROW, *rows]), encoding="utf-8")
    if metadata is not None:
        (directory / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return directory


def only(directory: Path) -> Dist:
    (dist,) = find_dists([str(directory)])
    return dist


def rows_of(directory: Path, *rows: object) -> dict[str, Row]:
    """The rows by their path in dist, but for that of metadata.json."""
    dist = only(write(directory, *rows))
    found = {os.path.relpath(row.path, dist.directory): row for row in dist.rows}
    assert found.pop("metadata.json") is not None
    return found


def intent_of(directory: Path, *rows: object) -> Intent:
    (found,) = rows_of(directory, *rows).values()
    return found.intent


def said(value: object) -> Declared:
    return Declared(value, LISTED)
