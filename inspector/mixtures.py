"""What differs between the builds of one program that a release holds for several targets, and which of them is odd."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from inspector.model import (
    NOT_LINKED,
    Evidence,
    ImageBrief,
    Part,
    Release,
    Unknown,
    Verdict,
    failed,
    not_applicable,
    passed,
    undecided,
)

NOTHING_TOGETHER: Final = "no program was met for several targets of one release"

_SHOWN: Final = 3  # values that a message spells out
_LONG: Final = 96  # characters of a value


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The artifacts that are one program in one variant, built for several targets."""

    release: str
    program: str
    parts: tuple[Part, ...]


class Odd(msgspec.Struct, frozen=True, kw_only=True):
    """A part that differs from the others of its batch; ``value`` is what it has, ``usual`` what most have."""

    part: Part
    value: str
    usual: str
    batch: Batch


_PIE_ALWAYS: Final = frozenset({"android/arm64", "linux/amd64", "linux/arm64", "linux/ppc64le"})


def links_pie_itself(image: ImageBrief) -> bool:
    """Say whether every release of Go links -buildmode=pie for that port without a C linker, and cgo with it.

    golang/go, internal/platform, InternalLinkPIESupported; newer releases do for more ports.
    """
    return image.goos in {"darwin", "windows"} or f"{image.goos}/{image.goarch}" in _PIE_ALWAYS


Value = Callable[[Part], str | Unknown | None]
"""What is compared of a part; None where there is nothing to compare."""


def batches(release: Release) -> tuple[Batch, ...]:
    """Return what can be compared: at least two artifacts, for at least two targets."""
    found: list[Batch] = []
    for group in release.groups:
        variants: dict[str, list[Part]] = {}
        for part in group.parts:
            variants.setdefault(part.variant, []).append(part)
        found += (
            Batch(release=group.release, program=group.program, parts=tuple(parts))
            for parts in variants.values()
            if len({part.artifact for part in parts}) > 1 and len({port(part) for part in parts}) > 1
        )
    return tuple(found)


def port(part: Part) -> str:
    """Return what a part is built for, "linux/arm GOARM=7"; without its level "linux/amd64"."""
    level = part.image.microarch.get("GOARM")
    return f"{part.image.port} GOARM={level}" if level else part.image.port


def _odd_ones(batch: Batch, value: Value, prefer: str = "") -> tuple[Odd, ...]:
    """Return the parts that differ from what most are; of two equal halves what is not preferred, else the later."""
    values = [(part, known) for part in batch.parts if isinstance(known := value(part), str)]
    counts = Counter(known for _, known in values)
    if len(counts) < 2:
        return ()
    usual = max(counts, key=lambda known: (counts[known], known == prefer))
    return tuple(Odd(part=part, value=known, usual=usual, batch=batch) for part, known in values if known != usual)


def judged(
    seen: Sequence[Batch],
    value: Value,
    *,
    done: str,
    alike: str,
    absent: str,
    fix: str,
    partly: str = "",
    prefer: str = "",
) -> Verdict:
    """Compare one value of what belongs together.

    ``done`` reads on with a value: "built with", of which the last word is said again of the rest. ``alike`` is what
    passes, ``absent`` why there may be nothing to compare, ``partly`` why some have no value that others of theirs
    have. Of two equal halves the odd one is what is not preferred.
    """
    if not seen:
        return not_applicable(NOTHING_TOGETHER)
    odd = [one for batch in seen for one in _odd_ones(batch, value, prefer)]
    if odd:
        return failed(_message(odd, value, done), *_evidence(odd), fix=fix)
    if not any(isinstance(value(part), str) for batch in seen for part in batch.parts):
        return not_applicable(absent)
    lost = {part.artifact: reason for batch in seen for part, reason in _lost(batch, value, partly)}
    if lost:
        return undecided(few(lost.values(), ", "), *(Evidence(*told) for told in lost.items()))
    return passed(alike)


def _lost(batch: Batch, value: Value, partly: str) -> Iterator[tuple[Part, str]]:
    """Yield the parts that may differ from the others, for all that is known, and the reason."""
    values = [(part, value(part)) for part in batch.parts]
    if not any(isinstance(known, str) for _, known in values):
        return
    for part, known in values:
        if isinstance(known, Unknown) and known != NOT_LINKED:
            yield part, known.reason
        elif known is None and partly:
            yield part, partly


def _evidence(odd: Iterable[Odd]) -> Iterator[Evidence]:
    found = tuple(odd)
    several = len({(one.batch.release, one.batch.program) for one in found}) > 1
    told = ((one.part, f"{_short(one.value)}; the rest: {_short(one.usual)}", one.batch) for one in found)
    for label, said in dict.fromkeys(
        (part.artifact, f"{_slice(part)}{said}" + (_context(of) if several else "")) for part, said, of in told
    ):
        yield Evidence(label, said)


def proofs(told: Iterable[tuple[Batch, Part, str]]) -> Iterator[Evidence]:
    """Yield what is told of parts: all of one artifact's slice together, and of several programs, of which."""
    found = tuple(told)
    several = len({(batch.release, batch.program) for batch, *_ in found}) > 1
    of_each: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for batch, part, said in found:
        of_each[part.artifact, _slice(part)].append(said + (_context(batch) if several else ""))
    for (artifact, where), each in of_each.items():
        yield Evidence(artifact, where + few(each, ", "))


def _context(batch: Batch) -> str:
    """Return which program of which release is meant."""
    return f" ({_short(batch.program)} in {_short(batch.release)})"


def _where(odd: Iterable[Odd]) -> str:
    return few((port(one.part) for one in odd), ", ")


def few(words: Iterable[str], between: str) -> str:
    """Return different words, the first of them if they are many, and of long ones their start."""
    each = [_short(word) for word in dict.fromkeys(words)]
    more = f" and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
    return between.join(each[:_SHOWN]) + more


def _message(odd: Sequence[Odd], value: Value, done: str) -> str:
    sets = {(one.batch.release, one.batch.program, one.usual) for one in odd}
    if len(sets) > 1:
        return f"{len(odd)} programs of {len(sets)} sets were not {done} what the rest of theirs were"
    at_fault = {id(one.batch): one.batch for one in odd}.values()
    total = sum(isinstance(value(part), str) for batch in at_fault for part in batch.parts)
    said = few((one.value for one in odd), " or ")
    were = "was" if len({port(one.part) for one in odd}) == 1 else "were"
    others = "the other" if total - len(odd) == 1 else f"the other {total - len(odd)}"
    again = done.rpartition(" ")[2]
    return f"{_where(odd)} {were} {done} {said}, {others} {again} {_short(odd[0].usual)}"


def _slice(part: Part) -> str:
    return f"slice {part.image.slice}: " if part.image.slice else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
