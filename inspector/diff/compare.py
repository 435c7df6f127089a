"""Two sides held against each other: what changed, and what of it is worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

import msgspec

from inspector.diff.facts import Fact, changed, is_worse
from inspector.diff.pairing import Pair, Single, paired
from inspector.diff.rows import RANKS, Finding, Row, State
from inspector.diff.sides import Side, Unseen
from inspector.diff.targets import Target
from inspector.model import Severity


class FactChange(msgspec.Struct, frozen=True):
    """A fact that differs; None is a value too: there is no such thing in the file."""

    fact: str
    before: Fact
    after: Fact
    worse: bool


class DepChange(msgspec.Struct, frozen=True):
    """A module that was added (``before`` None), removed (``after`` None) or has another version."""

    module: str
    before: str | None
    after: str | None


class FindingChange(msgspec.Struct, frozen=True):
    """A finding that is new, fixed, or stands otherwise than before; ``message`` is the newer one there is."""

    rule: str
    id: str
    before: State
    after: State
    message: str
    worse: bool

    @property
    def kind(self) -> str:
        """Return what became of it: "new", "fixed", or "changed" where it is undecided, waived or graded otherwise."""
        if self.before == "ok":
            return "new"
        return "fixed" if self.after == "ok" else "changed"


class Compared(NamedTuple):
    """What changed in one artifact."""

    pair: Pair
    facts: tuple[FactChange, ...]
    deps: tuple[DepChange, ...]
    findings: tuple[FindingChange, ...]

    @property
    def differs(self) -> bool:
        """Say whether anything changed."""
        return bool(self.facts or self.deps or self.findings)


class Alone(NamedTuple):
    """An artifact that only one of the releases has.

    ``reason`` says what became of it, or what was there, where that is known. ``findings`` are those it has.
    """

    single: Single
    reason: str | None
    findings: tuple[Finding, ...]
    worse: bool


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What two releases differ in. ``lost`` and ``gained`` have the artifacts of targets that are still met, too."""

    old: Side
    new: Side
    compared: tuple[Compared, ...]
    lost: tuple[Alone, ...]
    gained: tuple[Alone, ...]
    release: tuple[FindingChange, ...]
    only_old: tuple[str, ...]  # rules that were not asked on the other side, so that what they found is not compared
    only_new: tuple[str, ...]

    @property
    def targets(self) -> frozenset[Target]:
        """Return the targets that both releases have."""
        return frozenset(one.pair.target for one in self.compared) | {
            one.single.target for one in (*self.lost, *self.gained) if one.single.met
        }

    @property
    def targets_lost(self) -> frozenset[Target]:
        """Return the targets that the old release alone has."""
        return frozenset(one.single.target for one in self.lost if not one.single.met)

    @property
    def targets_gained(self) -> frozenset[Target]:
        """Return the targets that the new release alone has."""
        return frozenset(one.single.target for one in self.gained if not one.single.met)

    @property
    def worse(self) -> bool:
        """Say whether something got worse."""
        return (
            any(one.worse for one in (*self.lost, *self.gained))
            or any(change.worse for one in self.compared for change in one.facts)
            or any(change.worse for one in self.compared for change in one.findings)
            or any(change.worse for change in self.release)
        )

    @property
    def differs(self) -> bool:
        """Say whether anything is not as it was."""
        return bool(self.lost or self.gained or self.release) or any(one.differs for one in self.compared)


def compare(old: Side, new: Side, fail_on: Severity | None) -> Difference:
    """Hold two sides against each other. ``fail_on`` is the lowest severity of a finding that makes things worse."""
    found = paired(old.rows, new.rows)
    asked = old.judged & new.judged
    asked_of_release = old.release_judged & new.release_judged
    return Difference(
        old=old,
        new=new,
        compared=tuple(_compared(pair, asked, fail_on) for pair in found.pairs),
        lost=tuple(_lost(found.lost, found.gained, new)),
        gained=tuple(_gained(found.gained, found.lost, old, fail_on)),
        release=tuple(_findings(old.release, new.release, asked_of_release, fail_on)),
        only_old=_only(old, new),
        only_new=_only(new, old),
    )


def _compared(pair: Pair, asked: Set[str], fail_on: Severity | None) -> Compared:
    old, new = pair.old, pair.new
    return Compared(
        pair=pair,
        facts=tuple(_facts(old.facts, new.facts)),
        deps=() if old.deps is new.deps or old.deps is None or new.deps is None else tuple(_deps(old.deps, new.deps)),
        findings=tuple(_findings(old.findings, new.findings, asked, fail_on)),
    )


def _facts(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[FactChange]:
    for name in changed(old, new):
        before, after = old.get(name), new.get(name)
        yield FactChange(name, before, after, is_worse(name, before, after))


def _deps(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[DepChange]:
    for module in sorted({*old, *new}):
        if old.get(module) != new.get(module):
            yield DepChange(module, old.get(module), new.get(module))


def _findings(
    old: Mapping[str, Finding], new: Mapping[str, Finding], asked: Set[str], fail_on: Severity | None
) -> Iterator[FindingChange]:
    """Yield what became of findings of the rules that were asked on both sides, by id."""
    both = ((one.id, rule) for side in (old, new) for rule, one in side.items() if rule in asked)
    for rule_id, rule in sorted(set(both)):
        was, now = old.get(rule), new.get(rule)
        before, after = was.state if was else "ok", now.state if now else "ok"
        if before != after and (RANKS[before] or RANKS[after]):
            worse = RANKS[after] > RANKS[before] and _counts(after, fail_on)
            last = now or was
            yield FindingChange(rule, rule_id, before, after, last.message if last else "", worse)


def _lost(lost: Iterable[Single], gained: Iterable[Single], new: Side) -> Iterator[Alone]:
    """Yield what the new release lacks; what an interrupted run may not have reached is not known to be worse."""
    why = _Why(gained, new.unseen)
    for one in lost:
        unread = why.unread(one.row)
        held = why.holder(one.row)
        reason = unread or (held and f"its place now holds {held}")
        gone = bool(reason) or not new.interrupted
        yield Alone(one, reason or new.partial, _failed(one.row), unread is not None or (gone and not one.met))


def _gained(gained: Iterable[Single], lost: Iterable[Single], old: Side, fail_on: Severity | None) -> Iterator[Alone]:
    why = _Why(lost, old.unseen)
    for one in gained:
        unread = why.unread(one.row)
        held = why.holder(one.row)
        reason = (unread and f"was {unread}") or (held and f"its place held {held}")
        added = bool(reason) or not old.interrupted
        findings = _failed(one.row)
        worse = added and any(_counts(finding.state, fail_on) for finding in findings)
        yield Alone(one, reason or old.partial, findings, worse)


class _Why:
    """What the other release has where an artifact of this one stands."""

    def __init__(self, others: Iterable[Single], unseen: Iterable[Unseen]) -> None:
        self._others = {one.row.place: one.target for one in others}
        self._unseen = {row.place: row for row in unseen}

    def unread(self, row: Row) -> str | None:
        """Say why it, or what it is in, could not be read there; None when nothing like it was met."""
        for length in range(len(row.place), 0, -1):
            found = self._unseen.get(row.place[:length])
            if found is not None and found.slice in {None, row.slice}:
                return f"{found.kind}: {found.reason}"
        return None

    def holder(self, row: Row) -> str | None:
        """Return what else stands in its place there."""
        found = self._others.get(row.place)
        return None if found is None else f"{found.goos}/{found.goarch}"


def _failed(row: Row) -> tuple[Finding, ...]:
    found = [finding for finding in row.findings.values() if RANKS[finding.state]]
    return tuple(sorted(found, key=lambda finding: (finding.id, finding.rule)))


def _counts(state: State, fail_on: Severity | None) -> bool:
    return fail_on is not None and RANKS[state] >= fail_on.rank


def _only(side: Side, other: Side) -> tuple[str, ...]:
    """Return the rules that found something on one side, and were not asked on the other though it has programs."""
    images = {finding.rule for row in side.rows for finding in row.findings.values() if RANKS[finding.state]}
    whole = {finding.rule for finding in side.release.values() if RANKS[finding.state]}
    return tuple(sorted((images - other.judged if other.rows else set()) | (whole - other.release_judged)))
