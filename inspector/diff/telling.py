"""What text and Markdown say alike: each change once, and of which targets it is true."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from inspector.diff.compare import Compared, DepChange, Difference, FactChange, FindingChange
from inspector.diff.facts import LEVEL, MIN_OS, SETTINGS, Fact, levels
from inspector.diff.naming import container
from inspector.diff.rows import Finding
from inspector.microarch import same
from inspector.reports.json_v1_types import Unknown
from inspector.reports.layout import listed, size_text
from inspector.reports.summary import plural

C = TypeVar("C")

NAMED: Final = 6
"""Targets that are named before they are counted."""
MET: Final = {"lost": "still met", "gained": "met before"}
"""What is said of an artifact for a target of which the other release has others."""
_LONGEST: Final = 60
"""Characters of a value that are shown: flags and lists of settings know no end."""
_SIZE: Final = "size"
_HEADERS: Final = frozenset({"macho.min_os", "pe.os_version"})

_LABELS: Final = {
    "goos": "GOOS",
    "goarch": "GOARCH",
    "slice": "slice",
    "recorded": "record",
    "recorded.path": "main package",
    "recorded.main.path": "module",
    "recorded.main.version": "version",
    "recorded.settings.vcs.revision": "revision",
    "recorded.settings.vcs.modified": "modified tree",
    "go_version": "Go",
    "compiler": "compiler",
    "linkage": "linkage",
    "glibc_floor": "glibc floor",
    MIN_OS: "oldest system",
    "interpreter": "interpreter",
    "libc": "libc",
    "needed": "libraries",
    "rpath": "rpath",
    "cgo": "cgo",
    "link_mode": "link mode",
    "buildmode": "build mode",
    "tags": "tags",
    "trimpath": "trimpath",
    "symbols": "symbols",
    "dwarf": "DWARF",
    "pristine": "pristine",
    "resolver": "host lookups",
    "user_lookup": "user lookups",
    LEVEL: "level",
    "elf.pie": "PIE",
    "elf.relro": "RELRO",
    "elf.nx_stack": "NX stack",
    "tzdata.embedded": "tzdata",
    "tzdata.release": "tzdata release",
}
"""The facts by importance, and what people call them; the others follow by name."""
_ORDER: Final = {name: place for place, name in enumerate(_LABELS)}


class Told(NamedTuple):
    """One change, and whose it is: ``who`` is empty where there is one target alone."""

    who: str
    label: str
    text: str
    worse: bool


class Teller:
    """Says what changed. ``in_full``: every target by its name, and every value to its end."""

    def __init__(self, found: Difference, *, in_full: bool = False) -> None:
        self._found = found
        self._in_full = in_full
        self._by_target: dict[Hashable, list[Compared]] = {}
        for one in found.compared:
            self._by_target.setdefault(one.pair.target, []).append(one)

    def facts(self) -> Iterator[Told]:
        """Yield the facts that changed, but for sizes."""
        groups = _grouped(self._found.compared, lambda one: _telling(one.facts))
        for change, whose in sorted(groups, key=lambda group: _rank(group[0])):
            yield Told(self._who(whose), label(change.fact), self._shown(change), change.worse)

    def sizes(self) -> Iterator[Told]:
        """Yield the sizes that changed: all together, then each, what grew most first."""
        found = [one for one in self._found.compared if one.pair.old.size != one.pair.new.size]
        whole = _resized(sum(one.pair.old.size for one in found), sum(one.pair.new.size for one in found))
        groups: dict[tuple[int, int], list[Compared]] = {}
        for one in found:
            groups.setdefault((one.pair.old.size, one.pair.new.size), []).append(one)
        if len(groups) > 1:
            yield Told(self._who(found) + " together", _SIZE, whole, worse=False)
        for (before, after), whose in sorted(groups.items(), key=lambda group: -_growth(*group[0])):
            yield Told(self._who(whose), _SIZE, _resized(before, after), worse=False)

    def deps(self) -> Iterator[tuple[str, list[str]]]:
        """Yield whose modules changed, and how."""
        by_whose: dict[tuple[int, ...], tuple[list[Compared], list[str]]] = {}
        for change, whose in _grouped(self._found.compared, lambda one: one.deps):
            key = tuple(id(one) for one in whose)
            by_whose.setdefault(key, (whose, []))[1].append(_module(change))
        for whose, changes in by_whose.values():
            yield self._who(whose), sorted(changes, key=lambda change: change.lstrip("+- "))

    def findings(self) -> Iterator[tuple[FindingChange, str]]:
        """Yield what became of findings, the worst first, and on which targets."""
        groups = [(change, self._who(whose)) for change, whose in _grouped(self._found.compared, lambda o: o.findings)]
        groups += [(change, "the release") for change in self._found.release]
        kinds = ("new", "changed", "fixed")
        yield from sorted(groups, key=lambda group: (not group[0].worse, kinds.index(group[0].kind), group[0].id))

    def _shown(self, change: FactChange) -> str:
        """Return a fact's two values; of a list what was added and removed."""
        before, after = change.before, change.after
        if (
            isinstance(before, tuple)
            and isinstance(after, tuple)
            and change.fact != LEVEL  # one value, not a list to which something is added
            and set(before) != set(after)
        ):
            was, now = dict.fromkeys(before), dict.fromkeys(after)
            gone = [f"- {one}" for one in was if one not in now]
            return ", ".join([*gone, *(f"+ {one}" for one in now if one not in was)])
        return " -> ".join(value if self._in_full else _cut(value) for value in map(shown_fact, (before, after)))

    def _who(self, whose: Sequence[Compared]) -> str:
        """Name the targets of some pairs; of a target that is shipped in several ways, those."""
        if len(whose) == len(self._found.compared):
            return "" if len(self._by_target) == 1 else f"all {len(self._by_target):,}"
        mine: dict[Hashable, list[Compared]] = {}
        for one in whose:
            mine.setdefault(one.pair.target, []).append(one)
        names: dict[str, None] = {}
        for target, pairs in mine.items():
            if len(pairs) == len(self._by_target[target]):
                names[str(target)] = None
            else:
                names.update((f"{target} ({_way(one)})", None) for one in pairs)
        return listed(tuple(names), limit=None if self._in_full else NAMED)


def headline(found: Difference) -> str:
    """Return the summary: "11 targets in both, 1 lost, 1 gained; 2 findings new, 3 fixed"."""
    both = plural(len(found.targets), "target")
    if not found.differs:
        return f"{both}, no difference"
    lost, gained = len(found.targets_lost), len(found.targets_gained)
    said = [f"{both} in both" if lost or gained else both]
    said += [f"{count} {word}" for count, word in ((lost, "lost"), (gained, "gained")) if count]
    less, more = (sum(one.single.met for one in alone) for alone in (found.lost, found.gained))
    others = _tally("further artifact", ((less, "lost"), (more, "gained")))
    kinds = [change.kind for one in found.compared for change in one.findings]
    kinds += [change.kind for change in found.release]
    findings = _tally("finding", ((kinds.count(kind), kind) for kind in ("new", "fixed", "changed")))
    changed = len({one.pair.target for one in found.compared if one.facts or one.deps})
    facts = ("facts changed" if changed == len(found.targets) else f"facts of {changed} changed") if changed else ""
    return "; ".join(filter(None, (", ".join(said), others, findings, facts)))


def _tally(noun: str, counts: Iterable[tuple[int, str]]) -> str:
    """Say how many of what, without those of which there are none: "2 findings new, 3 fixed"."""
    first, *rest = [(count, word) for count, word in counts if count] or [(0, "")]
    if not first[0]:
        return ""
    return ", ".join((f"{plural(first[0], noun)} {first[1]}", *(f"{count:,} {word}" for count, word in rest)))


def verdict(found: Difference) -> str:
    """Return what got worse: "worse: 1 target lost, the glibc floor rose"; or that nothing did."""
    if not found.worse:
        partial = found.old.interrupted or found.new.interrupted
        return "nothing got worse in what both have" if partial else "nothing got worse"
    lost = len({one.single.target for one in found.lost if one.worse and not one.single.met})
    unread = sum(one.worse and one.single.met for one in found.lost)
    facts = [change.fact for one in found.compared for change in one.facts if change.worse]
    findings = [change for one in found.compared for change in one.findings if change.worse]
    findings += [change for change in found.release if change.worse]
    gained = sum(one.worse for one in found.gained)
    said = (
        f"{plural(lost, 'target')} lost" if lost else "",
        f"{plural(unread, 'artifact')} no longer readable" if unread else "",
        *dict.fromkeys(_ROSE.get(fact, _LEVEL_ROSE) for fact in facts),
        f"{plural(len(findings), 'finding')} new or graver" if findings else "",
        f"{plural(gained, 'artifact')} gained with findings" if gained else "",
    )
    return f"worse: {', '.join(filter(None, said))}"


_ROSE: Final = {
    "linkage": "static became dynamic",
    "glibc_floor": "the glibc floor rose",
    "libc": "the C library is another",
    "needed": "a further library is needed",
    MIN_OS: "the oldest system rose",
}
_LEVEL_ROSE: Final = "the processor level rose"
"""That is a fact by several names: as the bytes prove it, and each variable as it was recorded."""


def remarks(found: Difference) -> Iterator[str]:
    """Yield what keeps artifacts and findings from being compared."""
    yield from (f"{side.partial} before everything was inspected" for side in (found.old, found.new) if side.partial)
    for side, rules in ((found.old, found.only_old), (found.new, found.only_new)):
        if rules:
            yield f"not compared, as only {side.name} was asked: {', '.join(rules)}"
    if found.old.version != found.new.version:
        versions = (f"{side.name} by {side.version}" for side in (found.old, found.new))
        yield f"judged by two versions of gobin-inspect: {', '.join(versions)}"


def label(fact: str) -> str:
    """Return what people call a fact."""
    return _LABELS.get(fact) or _cut(fact.removeprefix(SETTINGS))


def shown_fact(fact: Fact) -> str:
    """Return a fact's value in words."""
    if isinstance(fact, Unknown):
        return f"unknown ({fact.reason})"
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, tuple):
        return ", ".join(fact) or "none"
    return "none" if fact is None else str(fact) or "empty"


def carried(findings: Iterable[Finding], *, in_full: bool = False) -> str:
    """Return the findings that an artifact came or went with: "wrong-goarch (error), 2 notes"."""
    found = list(findings)
    named = [f"{finding.rule} ({finding.state})" for finding in found if in_full or finding.state != "note"]
    notes = len(found) - len(named)
    return ", ".join((*named, *([plural(notes, "note")] if notes else [])))


def _telling(facts: Sequence[FactChange]) -> Iterator[FactChange]:
    """Yield the facts but for the size, and for what another one says already: the oldest system, the level."""
    said = {(fact.before, fact.after) for fact in facts if fact.fact == MIN_OS}
    proven = [(levels(fact.before), levels(fact.after)) for fact in facts if fact.fact == LEVEL]
    for fact in facts:
        again = (fact.fact in _HEADERS and (fact.before, fact.after) in said) or any(
            _says(fact, before, after) for before, after in proven
        )
        if fact.fact != _SIZE and not again:
            yield fact


def _says(fact: FactChange, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether a recorded setting changed from and to what the bytes prove."""
    key = fact.fact.removeprefix(SETTINGS)
    return all(
        key in proven and isinstance(value, str) and same(key, proven[key], value)
        for proven, value in ((before, fact.before), (after, fact.after))
    )


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"


def _rank(change: FactChange) -> tuple[object, ...]:
    return (not change.worse, _ORDER.get(change.fact, len(_ORDER)), change.fact)


def _way(one: Compared) -> str:
    return container(one.pair.new.chain) or "file"


def _growth(before: int, after: int) -> float:
    return (after - before) / before if before else float(after > before)


def _resized(before: int, after: int) -> str:
    percent = f" ({_growth(before, after):+.1%})" if before else ""
    return f"{size_text(before)} -> {size_text(after)}{percent}"


def _module(change: DepChange) -> str:
    if change.before is None:
        return f"+ {change.module} {change.after}".rstrip()
    if change.after is None:
        return f"- {change.module} {change.before}".rstrip()
    return f"{change.module} {change.before or 'no version'} -> {change.after or 'no version'}"


def _grouped(compared: Sequence[Compared], of: Callable[[Compared], Iterable[C]]) -> list[tuple[C, list[Compared]]]:
    """Return every change once, with all whose it is."""
    groups: dict[C, list[Compared]] = {}
    for one in compared:
        for change in of(one):
            groups.setdefault(change, []).append(one)
    return list(groups.items())
