"""GoReleaser's lists: dist/artifacts.json and dist/metadata.json.

A list counts wherever it stands: its paths start with the name that dist had when it was written, and a release that
was downloaded keeps the published files alone, under their published names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence, Set
from typing import Final

import msgspec

from inspector.errors import PolicyError
from inspector.intent.artifactlist import SOURCE, STAGED, TYPES, Artifact, Contents
from inspector.intent.places import is_below, open_unnamed
from inspector.model import METADATA, Declared, Dist, Intent, Row
from inspector.shown import shown

_MARK: Final = b'"internal_type"'
"""No other tool's artifacts.json has this key."""

_MAX_LIST: Final = 16 << 20
"""Bytes of a list: 20,000 rows of 800 bytes. A release for 50 targets, with signatures, has some 300 rows."""

_MAX_ROWS: Final = 20_000

_MAX_VALUES: Final = 1_000_000
"""Commas of a list, which bound what decoding it takes: a row of a release has some twenty."""

_MAX_METADATA: Final = 64 << 10

_MAX_ENTRIES: Final = 10_000
"""Entries of a directory that are looked at for lists and for what was merged."""

_TROUBLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_TAG: Final = re.compile(r"v\d+\.\d+\.\d+(?:[-+].*)?")
"""A tag that Go takes for the version of the module at a repository's root. One of another module has its directory in
front, and nothing here says whether it is that module which was built."""

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
"""GoReleaser writes the whole hash, of 40 or 64 digits; 7 are the least that tell commits apart. A snapshot without a
repository says "none"."""

_THIN: Final = re.compile(r".+_darwin_(?:amd64|arm64)(?:_[^_]+)?")
"""Directory of a program for one Mac processor: internal/pipe/build names it after the build's id and target."""


class _Head(msgspec.Struct):
    """What tells a list from any other JSON file."""

    name: str
    path: str
    type: str


class _Metadata(msgspec.Struct):
    tag: str = ""
    version: str = ""
    commit: str = ""


def find_dists(paths: Sequence[str]) -> tuple[Dist, ...]:
    """Return the lists that stand in or just below the given directories, or beside or just above the given files.

    A file of that name that is no list of GoReleaser's is nothing. Raises PolicyError, one line that names file and
    row, for one that is damaged or contradicts itself.
    """
    found: dict[str, Dist | None] = {}
    for directory in _directories(paths):
        real = os.path.realpath(directory)
        if real not in found:
            found[real] = _dist(directory, real)
    return tuple(dist for _, dist in sorted(found.items()) if dist is not None)


def _directories(paths: Sequence[str]) -> Iterator[str]:
    """Yield the directories where a list may stand."""
    for path in paths:
        if "\0" in path:
            continue
        if os.path.isdir(path):  # noqa: PTH112  # pathlib takes 5 ms to import
            yield path
            yield from (os.path.join(path, name) for name in _below(path))  # noqa: PTH118
        elif os.path.isfile(path):  # noqa: PTH113
            directory = os.path.dirname(path)  # noqa: PTH120
            yield directory
            yield os.path.join(directory, os.pardir)  # noqa: PTH118


def _below(directory: str) -> Iterator[str]:
    """Yield the names of the directories in a directory, bounded; no link is followed."""
    try:
        with os.scandir(directory or os.curdir) as entries:
            for entry, _ in zip(entries, range(_MAX_ENTRIES), strict=False):
                if entry.is_dir(follow_symlinks=False):
                    yield entry.name
    except OSError:
        return  # whoever walks the directory reports that


def _dist(directory: str, real: str) -> Dist | None:
    source = shown(os.path.normpath(os.path.join(directory, SOURCE)))  # noqa: PTH118
    data = _read(os.path.join(directory, SOURCE), source, _MAX_LIST)  # noqa: PTH118
    artifacts = None if data is None else _artifacts(data, source)
    if artifacts is None:
        return None
    rows = _Rows(real, source, artifacts)
    return Dist(directory=real, source=source, intent=_release(directory), rows=rows.sorted())


def _read(path: str, source: str, limit: int) -> bytes | None:
    """Read a file, up to one byte more than the limit; None where there is no regular file.

    Where the directory lets nobody see whether there is one, whoever walks it reports that.
    """
    try:
        os.lstat(path)
    except OSError:
        return None
    try:
        file = open_unnamed(path)
        if file is None:
            return None
        with file:
            return file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PolicyError(f"{source}: {error.strerror}") from None


def _artifacts(data: bytes, source: str) -> list[Artifact] | None:
    """Decode a list; None for what is none of GoReleaser's."""
    if len(data) > _MAX_LIST:
        _refuse(data, f"{source}: over the limit of {_MAX_LIST} bytes")
        return None
    if data.count(b",") > _MAX_VALUES:
        _refuse(data, f"{source}: over the limit of {_MAX_VALUES} values")
        return None
    try:
        rows = msgspec.json.decode(data, type=list[msgspec.Raw])
    except _TROUBLE as error:
        _refuse(data, f"{source}: no list in JSON: {_why(error)}")
        return None
    if not any(_is_ours(row) for row in rows):
        return None
    if len(rows) > _MAX_ROWS:
        raise PolicyError(f"{source}: over the limit of {_MAX_ROWS} rows")
    artifacts = []
    for number, row in enumerate(rows):
        try:
            artifacts.append(msgspec.json.decode(row, type=Artifact))
        except _TROUBLE as error:
            raise PolicyError(f"{_row(source, number)}: {_why(error)}") from None
    return artifacts


def _refuse(data: bytes, message: str) -> None:
    """Raise for what seems to be GoReleaser's, and let anything else be."""
    if _MARK in data:
        raise PolicyError(message)


def _is_ours(row: msgspec.Raw) -> bool:
    try:
        return msgspec.json.decode(row, type=_Head).type in TYPES
    except _TROUBLE:
        return False


def _why(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _row(source: str, number: int) -> str:
    """Return how messages name a row: as jq does, so that it can be looked up."""
    return f"{source}: .[{number}]"


def _release(directory: str) -> Intent:
    """Return what metadata.json says of every program of the release."""
    path = os.path.join(directory, METADATA)  # noqa: PTH118
    source = shown(os.path.normpath(path))
    data = _read(path, source, _MAX_METADATA)
    if data is None:
        return Intent()
    if len(data) > _MAX_METADATA:
        raise PolicyError(f"{source}: over the limit of {_MAX_METADATA} bytes")
    try:
        metadata = msgspec.json.decode(data, type=_Metadata)
    except _TROUBLE as error:
        raise PolicyError(f"{source}: {_why(error)}") from None
    version = _version(metadata)
    commit = metadata.commit if _COMMIT.fullmatch(metadata.commit) else None
    return Intent(
        version=Declared(version, METADATA) if version else None,
        revision=Declared(commit, METADATA) if commit else None,
        # Of a dirty tree GoReleaser makes a snapshot alone (internal/pipe/git); a hook may make it dirty after that.
        clean=Declared(True, METADATA) if version else None,
    )


def _version(metadata: _Metadata) -> str | None:
    """Return the module version that the tag stands for.

    None for a snapshot, whose version is made up, and for a tag that Go does not read as the root module's version.
    """
    tag = _TAG.fullmatch(metadata.tag)
    return metadata.tag if tag and metadata.version == metadata.tag.removeprefix("v") else None


class _Rows:
    """Makes rows of a list's artifacts."""

    def __init__(self, directory: str, source: str, artifacts: Sequence[Artifact]) -> None:
        self._directory = directory
        self._source = source
        self._artifacts = artifacts
        self._prefix = _prefix(artifacts)
        self._contents = Contents(artifacts)

    def sorted(self) -> tuple[Row, ...]:
        """Return the rows by path."""
        rows = list(self._listed())
        rows += self._merged({os.path.dirname(row.path) for row in rows})  # noqa: PTH120
        return tuple(sorted(rows, key=lambda row: row.path))

    def _listed(self) -> Iterator[Row]:
        for number, artifact in enumerate(self._artifacts):
            where = _row(self._source, number)
            if artifact.type not in TYPES or (place := self._place(artifact, where)) is None:
                continue
            row = self._file(artifact, place, where)
            yield row
            if (staging := self._staging(artifact, place)) is not None:
                yield self._directory_row(staging, row.target, row.intent)

    def _file(self, artifact: Artifact, place: str, where: str) -> Row:
        ours = self._contents.is_gos(artifact)
        return Row(
            path=place,
            name=self._shown(place),
            target=artifact.port,
            intent=artifact.intent(where) if ours else Intent(),
            expected=ours and artifact.type not in STAGED and not self._contents.is_packed(artifact),
            program=ours and (artifact.is_program or artifact.opens),
            holds=self._contents.names_in(artifact) if ours else (),
            checksum=_checksum(artifact, where),
        )

    def _directory_row(self, path: str, target: str | None, intent: Intent) -> Row:
        return Row(path=path, name=self._shown(path), target=target, intent=intent)

    def _place(self, artifact: Artifact, where: str) -> str | None:
        """Return where a file of the list stands, or would stand; None for one that was never in dist."""
        rest = _below_prefix(artifact.path, self._prefix)
        if not rest:
            return None
        place = self._inside(rest, where)
        if artifact.is_uploaded and artifact.name and not os.path.lexists(place):
            published = self._inside(artifact.name, where)
            return published if os.path.lexists(published) else place
        return place

    def _inside(self, rest: str, where: str) -> str:
        path = os.path.normpath(os.path.join(self._directory, rest))  # noqa: PTH118
        if not rest.isprintable() or not is_below(path, self._directory):
            raise PolicyError(f"{where}: {shown(rest[:100])} is no path in the directory")
        directory, name = os.path.split(path)
        return os.path.join(os.path.realpath(directory), name)  # noqa: PTH118

    def _shown(self, place: str) -> str:
        """Return a place as reports show it: below the directory as it was given."""
        given = os.path.dirname(self._source)  # noqa: PTH120
        return os.path.join(given, os.path.relpath(place, self._directory))  # noqa: PTH118

    def _staging(self, artifact: Artifact, place: str) -> str | None:
        """Return the directory where GoReleaser put copies of programs to make this package of."""
        if artifact.type == "Snap":
            return os.path.join(place.removesuffix(".snap"), "prime")  # noqa: PTH118
        if artifact.type in {"Makeself Package", "Flatpak"}:
            directory = os.path.dirname(place)  # noqa: PTH120
            return directory if is_below(directory, self._directory) else None
        return None

    def _merged(self, listed: Set[str]) -> Iterator[Row]:
        """Yield the directories of thin programs that a universal one replaces: their rows are gone, they are not."""
        if any(artifact.is_program and artifact.more.replaces for artifact in self._artifacts):
            for name in _below(self._directory):
                path = os.path.join(self._directory, name)  # noqa: PTH118
                if _THIN.fullmatch(name) and path not in listed:
                    yield self._directory_row(path, "darwin", Intent(goos=Declared("darwin", SOURCE)))


def _prefix(artifacts: Sequence[Artifact]) -> str:
    """Return the path that dist had: where metadata.json or a checksum file was, else what a path starts with."""
    for kind in ("Metadata", "Checksum"):
        found = next((artifact.path for artifact in artifacts if artifact.type == kind), None)
        if found is not None:
            return found.rpartition("/")[0]
    return next((artifact.path.partition("/")[0] for artifact in artifacts if "/" in artifact.path), "")


def _below_prefix(path: str, prefix: str) -> str | None:
    """Return a path from dist on; None where it does not lead through it.

    GoReleaser lists a path as absolute that the current directory's own spelling does not begin.
    """
    if not prefix:
        return path
    if path.startswith(f"{prefix}/"):
        return path[len(prefix) + 1 :]
    if path.startswith("/") or path[1:3] == ":/":
        _, between, rest = path.rpartition(f"/{prefix}/")
        return rest if between else None
    return None


def _checksum(artifact: Artifact, where: str) -> str | None:
    """Return a checksum, "sha256:<hex>"."""
    said = artifact.more.checksum
    if not said:
        return None
    if not re.fullmatch(r"[a-z0-9-]{1,20}:[0-9a-fA-F]{1,128}", said):
        raise PolicyError(f"{where}: a checksum is written algorithm:hexadecimal, not {shown(said[:60])!r}")
    algorithm, _, digest = said.partition(":")
    return f"{algorithm}:{digest.lower()}"
