"""A report as alerts, for the services that follow a finding from one run to the next.

A service takes two alerts for the same when their fingerprints are, so a fingerprint is made of what names the defect
and its place: the rule's id, the path, the containers below it and the slice. Offsets, digests, messages and the
tool's version would open a closed alert again.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import filterfalse, repeat
from typing import Final, NamedTuple, TypeVar

from inspector.model import Evidence, Notable, Outcome, Report, Severity, Status, Threshold
from inspector.reports.entries import PROOFS, files_with, offset_of, refused
from inspector.reports.safe import neutral
from inspector.reports.summary import name_of

J = TypeVar("J", Outcome, Notable)

MAX_TEXT: Final = 1024
"""Characters of a text; GitHub shows no more of a description."""


class Place(NamedTuple):
    """Where an alert is: an artifact, or the directory of the release."""

    path: str  # of the outermost file, with slashes, relative to the working directory or absolute
    members: tuple[str, ...] = ()
    slice: str | None = None


class Alert(NamedTuple):
    """One defect in one place."""

    check: str  # the rule's name
    severity: Severity
    text: str  # one neutral line
    place: Place
    fingerprint: str
    outcome: Outcome
    evidence: tuple[Evidence, ...]  # of the outcome's, what is about this place


class Unseen(NamedTuple):
    """Something that should have been inspected and could not be."""

    check: str  # the kind of skipped row
    severity: Severity
    text: str  # one neutral line
    place: Place
    fingerprint: str


def alerts(report: Report) -> Iterator[Alert]:
    """Yield what failed, waived or not, and what else keeps the exit code from 0, in the report's order.

    A defect of the release as a whole gives one alert for each artifact or target it is about: each can be
    corrected alone, and closed then.
    """
    prints = _Fingerprints()
    for file in files_with(lambda outcome: _is_shown(outcome, report.threshold), report):
        for image in file.images:
            place = Place(portable(file.path), file.members, image.build.slice)
            for outcome in _shown(image.outcomes, report.threshold):
                text = _text((_inside(place, outcome.message),), outcome.evidence, outcome.fix)
                mark = prints.of(outcome.id, place)
                yield Alert(outcome.rule, _severity(outcome), text, place, mark, outcome, outcome.evidence)
    if report.release:
        yield from _of_release(report, prints)


def alerted(report: Report) -> Iterator[Outcome | Notable]:
    """Yield the outcome of every alert, without a look at any file's full report."""
    for file in report.briefs:
        yield from _shown(file.notable, report.threshold)
    for outcome in _shown(report.release, report.threshold):
        yield from repeat(outcome, len(_places_of(outcome)) or 1)


def _of_release(report: Report, prints: _Fingerprints) -> Iterator[Alert]:
    shown = tuple(_shown(report.release, report.threshold))
    named = {proof.label for outcome in shown for proof in _places_of(outcome)}
    places = {name: place for name, place in _places(report) if name in named} if named else {}
    directory = Place(directory_of(report))
    for outcome in shown:
        about, past = _places_of(outcome), tuple(filter(_is_past_waiver, outcome.evidence))
        for proof in about:
            place = places.get(proof.label)
            # What is missing has no place; its name stands for it, and the directory is where it should be.
            mark = prints.of(outcome.id, place or Place("", (proof.label,)))
            text = _text((f"{proof.label}: {proof.value}", outcome.message), past, outcome.fix)
            yield Alert(outcome.rule, _severity(outcome), text, place or directory, mark, outcome, (proof, *past))
        if not about:
            text, mark = _text((outcome.message,), past, outcome.fix), prints.of(outcome.id, Place(""))
            yield Alert(outcome.rule, _severity(outcome), text, directory, mark, outcome, past)


def _places_of(outcome: Outcome) -> tuple[Evidence, ...]:
    """Return the evidence about a release that names an artifact or target each."""
    return tuple(filterfalse(_is_past_waiver, outcome.evidence))


def unseen(report: Report) -> Iterator[Unseen]:
    """Yield what should have been inspected and could not be."""
    prints = _Fingerprints()
    for row in report.unseen:
        place = Place(portable(row.path), row.members, row.slice)
        text = _text((_inside(place, row.reason),), (), None)
        yield Unseen(row.kind.value, Severity.ERROR, text, place, prints.of(row.kind.value, place))


def directory_of(report: Report) -> str:
    """Return the directory that holds all artifacts, the first artifact where there is none."""
    paths = (portable(one.path) for one in report.briefs or report.skipped)
    first = next(paths, posixpath.curdir)
    common = posixpath.dirname(first)
    for path in paths:
        if posixpath.isabs(path) != posixpath.isabs(first):
            return first
        common = posixpath.commonpath((common, posixpath.dirname(path)))
    return common or first


def portable(path: str) -> str:
    """Return a path as every system and run spells it: with slashes, and without steps that lead nowhere."""
    return posixpath.normpath(path.replace(os.sep, "/"))


def shortened(text: str) -> str:
    """Return a text of at most MAX_TEXT characters."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class _Fingerprints:
    """Makes fingerprints: a digest, and which of those with that digest: an archive may hold a name twice."""

    def __init__(self) -> None:
        self._met: Counter[bytes] = Counter()

    def of(self, check: str, place: Place) -> str:
        identity = json.dumps([check, place.path, place.members, place.slice])
        digest = hashlib.sha256(identity.encode("ascii")).digest()
        self._met[digest] += 1
        return f"{digest.hex()}:{self._met[digest]}"


def _shown(outcomes: Iterable[J], threshold: Threshold) -> Iterator[J]:
    return (outcome for outcome in outcomes if _is_shown(outcome, threshold))


def _is_shown(outcome: Outcome | Notable, threshold: Threshold) -> bool:
    return outcome.status is Status.FAIL or refused(outcome, threshold)


def _severity(outcome: Outcome) -> Severity:
    """Return how grave an alert is; a severity is for failures, and what else keeps the exit code from 0 is as one."""
    return outcome.severity if outcome.status is Status.FAIL else Severity.ERROR


def _is_past_waiver(proof: Evidence) -> bool:
    """Tell what inspector.ruling adds to the evidence of a release, which is about no artifact or target."""
    return proof.label == "waiver" and proof.value.startswith("ended on ")


def _text(said: tuple[str, ...], evidence: tuple[Evidence, ...], fix: str | None) -> str:
    """Return what is wrong in sentences, the telling one first: where room is short, a service shows no other."""
    proofs = "; ".join(f"{proof.label}: {proof.value}{offset_of(proof)}" for proof in evidence[:PROOFS])
    parts = [*said, *([f"Fix: {fix}"] if fix else []), *([f"Evidence: {proofs}"] if proofs else [])]
    return shortened(neutral(" ".join(part if part.endswith(".") else f"{part}." for part in parts)))


def _inside(place: Place, message: str) -> str:
    """Return a message with what of its file it is about, where that is not the file."""
    chain = (*place.members, *([f"slice {place.slice}"] if place.slice else []))
    return f"{' -> '.join(chain)}: {message}" if chain else message


def _places(report: Report) -> Iterator[tuple[str, Place]]:
    """Yield every artifact's name, as evidence about a release has it, and its place."""
    for path, members in _met(report):
        yield path, Place(portable(path))
        yield name_of(path, members), Place(portable(path), members)


def _met(report: Report) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((file.path, file.members) for file in report.briefs)
    yield from ((row.path, row.members) for row in report.skipped)
