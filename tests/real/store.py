"""A store of releases as a plan: what stands where, and what must be said of it. Made only when the plan is complete.

So what a test expects was decided before there was a file, by whoever planted it, and never by what reads the store.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Finding = tuple[str, str]
"""A rule and the severity with which it fails."""

Place = tuple[str, tuple[str, ...], str | None]
"""Where something is: its path below the store, the members below that, the slice."""


@dataclass(frozen=True)
class Image:
    """A Go program that must be inspected: the port it was built for, and every finding but the usual notes."""

    port: str
    findings: frozenset[Finding] = frozenset()
    slice: str | None = None

    def having(self, more: frozenset[Finding]) -> Image:
        """Return it with further findings."""
        return Image(self.port, self.findings | more, self.slice)


@dataclass(frozen=True)
class Skip:
    """A row that must be among the skipped ones, of this kind."""

    kind: str
    slice: str | None = None


Said = tuple[tuple[str, ...], Image | Skip]
"""What must be said of one member of a file, or of the file itself: (), and what."""


@dataclass(frozen=True, eq=False)
class Content:
    """Bytes that may stand in many places, stored once; asked for when the store is made.

    ``suffix`` is what a compressed file's one member has less in its name.
    """

    data: Callable[[], bytes]
    said: tuple[Said, ...]
    suffix: str = ""


@dataclass(frozen=True)
class Entry:
    """A file of the store, or a member of an archive: content under a name.

    ``adds`` are the findings that this name or mode brings. ``why`` says what was planted here; empty: nothing.
    """

    name: str
    content: Content
    mode: int = 0o755
    adds: frozenset[Finding] = frozenset()
    why: str = ""

    def said(self) -> Iterator[Said]:
        """What must be said of it."""
        suffix = self.content.suffix
        member = (self.name.rpartition("/")[2].removesuffix(suffix),) if suffix else ()
        for members, what in self.content.said:
            yield (*member, *members), what.having(self.adds) if isinstance(what, Image) else what


@dataclass(frozen=True)
class Special:
    """What is no regular file of its own, made by a call: a link, a pipe. ``kind`` None: nothing is said of it."""

    name: str
    make: Callable[[Path], object]
    kind: str | None = None


@dataclass(frozen=True)
class Sums:
    """A list of checksums: of entries by name, and of names that have another one than the file, or no file."""

    name: str
    files: tuple[Entry, ...]
    lies: tuple[str, ...] = ()

    def text(self, digests: dict[str, str]) -> str:
        """Write it as sha256sum does, the names from the list's own directory on."""
        above = self.name.rpartition("/")[0]
        rows = ((entry.name, digests[entry.name]) for entry in self.files)
        return "".join(
            f"{'0' * 64 if name in self.lies else digest}  {os.path.relpath(name, above)}\n" for name, digest in rows
        )


@dataclass(frozen=True)
class ReleaseWide:
    """A finding of a release-wide rule: some of its evidence must name every one of these artifacts, and no others."""

    rule: str
    severity: str
    artifacts: frozenset[str]
    why: str


@dataclass
class Plan:
    """Everything in a store, and everything that must be said of it."""

    entries: list[Entry] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    sums: list[Sums] = field(default_factory=list)
    release: list[ReleaseWide] = field(default_factory=list)

    @property
    def images(self) -> dict[Place, Image]:
        """Every image that must be inspected."""
        return {(*place, what.slice): what for *place, what in self._said() if isinstance(what, Image)}

    @property
    def skips(self) -> dict[Place, str]:
        """Every row that must be skipped, with its kind."""
        found = {(*place, what.slice): what.kind for *place, what in self._said() if isinstance(what, Skip)}
        found |= {(special.name, (), None): special.kind for special in self.specials if special.kind}
        return found | {(sums.name, (), None): "not-executable" for sums in self.sums}

    @property
    def artifacts(self) -> set[tuple[str, tuple[str, ...]]]:
        """Every file with an image in it."""
        return {place[:2] for place in self.images}

    @property
    def broken(self) -> list[Entry]:
        """What something was planted in."""
        return [entry for entry in self.entries if entry.why]

    def _said(self) -> Iterator[tuple[str, tuple[str, ...], Image | Skip]]:
        for entry in self.entries:
            for members, what in entry.said():
                yield entry.name, members, what

    def make(self, root: Path) -> None:
        """Write the store: each content once for each mode, every further place of it a hard link.

        Raises FileExistsError for a plan that has two things in one place.
        """
        listed = {entry.name for sums in self.sums for entry in sums.files}
        first: dict[tuple[Content, int], Path] = {}
        known: dict[Content, str] = {}
        digests: dict[str, str] = {}
        for entry in self.entries:
            path, key = _room(root, entry.name), (entry.content, entry.mode)
            if key in first:
                os.link(first[key], path)
            else:
                data = entry.content.data()
                with path.open("xb") as file:
                    file.write(data)
                path.chmod(entry.mode)
                first[key], known[entry.content] = path, hashlib.sha256(data).hexdigest()
            if entry.name in listed:
                digests[entry.name] = known[entry.content]
        for special in self.specials:
            special.make(_room(root, special.name))
        for sums in self.sums:
            with _room(root, sums.name).open("x", encoding="utf-8") as file:
                file.write(sums.text(digests))


def _room(root: Path, name: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def program(data: Callable[[], bytes], port: str, *findings: Finding) -> Content:
    """Return a Go program."""
    return Content(data, (((), Image(port, frozenset(findings))),))


def unusable(data: Callable[[], bytes], kind: str) -> Content:
    """Return something of which nothing but a skipped row is said."""
    return Content(data, (((), Skip(kind)),))


def noise(text: str) -> Content:
    """Return a text, as lies beside and inside archives."""
    return unusable(text.encode, "not-executable")


def below(members: Sequence[Entry]) -> tuple[Said, ...]:
    """Return what must be said of a container of these."""
    return tuple(((member.name, *inner), what) for member in members for inner, what in member.said())
