"""What an artifact's name, and the names of what holds it, say was meant.

A name is a weak witness, so silence is better than a guess: it speaks where a GOOS and a GOARCH stand side by side, or
where one of them ends the name. Only GOOS, GOARCH, GOARM and GOAMD64 are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from inspector.intent.words import Word, read
from inspector.model import Declared, Intent
from inspector.ports import is_known, known_goarch, known_goos

DIRECTORY: Final = "directory name"

_MAX_PARTS: Final = 64
"""Names that are looked at, far above what any store of releases nests."""

_LAYOUT: Final = 3
"""Directories that may spell one target together: linux/arm/v7."""


class _Target(NamedTuple):
    goos: str | None = None
    goarch: str | None = None
    level: tuple[str, str] | None = None

    def contradicts(self, other: _Target) -> bool:
        return any(mine and theirs and mine != theirs for mine, theirs in zip(self[:2], other[:2], strict=True))


_NOTHING: Final = _Target()
_WASM: Final = _Target(goarch="wasm")
_AFTER_GOOS: Final = frozenset({"goarch", "bits", "any", "filler"})


def from_names(names: Iterable[tuple[str, str]]) -> Intent:
    """Return what names say, per value the nearest one that says it.

    ``names`` are (source, name) pairs, the nearest first: ("file name", "app"), ("directory name", "linux_arm64"),
    ("archive name", "app_1.2.3_linux_arm64.tar.gz"). A name that contradicts a nearer one is about something else
    and is ignored, and so is a pair that no known Go release has.
    """
    goos: Declared[str] | None = None
    goarch: Declared[str] | None = None
    levels: dict[str, Declared[str]] = {}
    looked_at = list(names)[:_MAX_PARTS]
    # A .wasm file in a package for android-64 is what runs there in a WebAssembly host (esbuild-android-64 0.14).
    so_far = _WASM if looked_at and looked_at[0][1].lower().endswith(".wasm") else _NOTHING
    for source, said in _targets(looked_at):
        both = _Target(so_far.goos or said.goos, so_far.goarch or said.goarch)
        if said.contradicts(so_far) or not _possible(both):
            continue
        so_far = both
        if said.goos and goos is None:
            goos = Declared(said.goos, source, by_name=True)
        if said.goarch and goarch is None:
            goarch = Declared(said.goarch, source, by_name=True)
        if said.level:
            key, value = said.level
            levels.setdefault(key, Declared(value, source, by_name=True))
    return Intent(goos=goos, goarch=goarch, microarch=levels)


def _targets(names: Sequence[tuple[str, str]]) -> Iterator[tuple[str, _Target]]:
    for at, (source, name) in enumerate(names):
        if source == DIRECTORY:
            yield source, _layout(names, at)
        yield source, _target(read(name))


def _layout(names: Sequence[tuple[str, str]], at: int) -> _Target:
    """Return the target that a directory and the ones above it spell together: linux/arm, windows/386, linux/arm/v7.

    Here `arm` and `386` need no more proof, but nothing else may stand in these names.
    """
    outward = []
    for source, name in names[at : at + _LAYOUT]:
        if source != DIRECTORY:
            break
        outward.append(name)
    for depth in range(len(outward), 1, -1):
        words = read("/".join(reversed(outward[:depth])))
        if [word.kind for word in words] in (["goos", "goarch"], ["goarch", "goos"]):
            return _target(words)
    return _NOTHING


def _target(words: list[Word]) -> _Target:
    """Return what the words of one name say.

    The last GOOS with a GOARCH after it, else the last one with a GOARCH before it, else what ends the name and is the
    only one of its kind in it.
    """
    if any(word.kind == "goarch" for word in words):
        # In x86_64-pc-win32 and Node's win32-x64 the 32 belongs to the system's name: what is named counts.
        words = [word for word in words if word.kind != "bits"]
    found = _pair(words) or _pair_reversed(words) or _ending(words)
    return found if found is not None and _possible(found) else _NOTHING


def _pair(words: list[Word]) -> _Target | None:
    """Return the last GOOS that a GOARCH follows."""
    found = None
    for at, goos in enumerate(words):
        if goos.kind == "goos":
            found = _followed(goos, words[at + 1 :]) or found
    return found


def _followed(goos: Word, after: list[Word]) -> _Target | None:
    """Return the target of a GOOS and the words after it; None when they do not start with a processor."""
    run = list(takewhile(lambda word: word.kind in _AFTER_GOOS, after))
    named = [word for word in run if word.kind == "goarch"]
    if not named:
        # `linux64` and `darwin_all` end a name; win32-details and linux-all-in-one are about something else.
        unnamed = next((word for word in run if word.kind != "filler"), None)
        if unnamed is None or len(run) < len(after) or goos.value == "js":
            return None
        return _Target(goos.value, unnamed.value or None)
    several = any(word.value != named[0].value for word in named)  # darwin_amd64_arm64
    # People write mac-arm and win-arm for arm64.
    vague = goos.weak and goos.value in {"darwin", "windows"} and named[0].weak and named[0].value == "arm"
    return _Target(goos.value) if several or vague else _Target(goos.value, named[0].value, named[0].level)


def _pair_reversed(words: list[Word]) -> _Target | None:
    """Return the last GOARCH that a GOOS follows: x86_64-unknown-linux-musl, arm64-darwin."""
    found = None
    arch: Word | None = None
    one_goos = _single(words, "goos")
    for at, word in enumerate(words):
        if word.kind == "filler":
            continue
        strong = arch is not None and not (word.weak and arch.weak)  # wasm-js-rewriter
        if arch is not None and word.kind == "goos" and strong and (one_goos or _ends(words[at + 1 :])):
            found = _Target(word.value, arch.value, arch.level)
        arch = word if word.kind == "goarch" else None
    return found


def _ending(words: list[Word]) -> _Target | None:
    """Return what the last word that is no filler says alone."""
    last = next((word for word in reversed(words) if word.kind != "filler"), None)
    if last is None or last.weak or not _single(words, last.kind):
        return None
    if last.kind == "goos":
        return _Target(goos=last.value)
    return _Target(goarch=last.value, level=last.level) if last.kind == "goarch" else None


def _single(words: list[Word], kind: str) -> bool:
    return len({word.value for word in words if word.kind == kind}) == 1


def _ends(words: list[Word]) -> bool:
    return all(word.kind == "filler" for word in words)


def _possible(target: _Target) -> bool:
    if target.goos and target.goarch:
        return is_known(target.goos, target.goarch)
    return target.goos in {None, *known_goos()} and target.goarch in {None, *known_goarch()}
