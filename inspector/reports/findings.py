"""Outcomes for a person: what is wrong, the proof of it, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from inspector.model import Evidence, Notable, Outcome, Status
from inspector.reports.layout import Line, Span, Style, flow, span, words
from inspector.reports.view import View
from inspector.reports.witnesses import LABEL

NAMED = 6
"""Rules that are unknown for one reason and still named: in a packed program it is most of them."""
PROOFS = 3
"""Entries of evidence a finding shows before it counts."""

_WORDS: dict[Status, tuple[str, Style]] = {
    Status.PASS: ("pass", "good"),
    Status.NOT_APPLICABLE: ("n/a", "faint"),
    Status.UNKNOWN: ("unknown", "warning"),
    Status.ERROR: ("crashed", "error"),
}


def spelled_out(outcome: Outcome | Notable, view: View) -> bool:
    """Tell whether an outcome is shown with its proof; a crash of a rule, and what makes the run fail, always is."""
    if outcome.status is Status.ERROR or view.threshold.counts(outcome):
        return True
    if outcome.status is not Status.FAIL:
        return False
    return (view.verbose and not view.quiet) or (outcome.counts and outcome.severity.rank >= view.spelled.rank)


def findings(outcomes: Iterable[Outcome], view: View, where: str = "") -> Iterator[Line]:
    """Yield the outcomes to be spelled out, the worst first; ``where`` names the slice."""
    shown = [outcome for outcome in outcomes if spelled_out(outcome, view)]
    for outcome in sorted(shown, key=lambda outcome: -outcome.severity.rank):
        yield from _finding(outcome, view, where)


def names_only(outcomes: Sequence[Outcome], view: View) -> Iterator[Line]:
    """Yield a line of names each for the failures that are not spelled out and for what is unknown.

    Where one reason hides many facts, it says more than the names.
    """
    hidden = [o for o in outcomes if o.status is Status.FAIL and not spelled_out(o, view)]
    yield from _names("notes", "note", [o.rule for o in hidden if o.counts], view)
    yield from _names("waived", "faint", [o.rule for o in hidden if not o.counts], view)
    unknown = [o for o in outcomes if o.status is Status.UNKNOWN and not spelled_out(o, view)]
    reasons = Counter(outcome.message for outcome in unknown)
    few = [outcome.rule for outcome in unknown if reasons[outcome.message] <= NAMED]
    yield from _names("unknown", "warning", few, view)
    for index, (reason, count) in enumerate((reason, count) for reason, count in reasons.items() if count > NAMED):
        label = "" if few or index else "unknown"
        yield from flow(_label(label, "warning"), words(f"{'and ' if few else ''}{count} rules: {reason}"), view.width)


def all_others(outcomes: Iterable[Outcome], view: View) -> Iterator[Line]:
    """Yield a line for every outcome that is no finding, with its reason."""
    for outcome in outcomes:
        if not spelled_out(outcome, view):
            word, style = _WORDS[outcome.status]
            yield from flow(_label(word, style), (*_rule(outcome), *words(outcome.message)), view.width)


def example(outcome: Outcome, view: View, where: Iterable[Span]) -> Iterator[Line]:
    """Yield an outcome that stands for several; ``where`` says how many, and which this one is."""
    word, style = _heading(outcome)
    yield from flow(_label(word, style), (*_rule(outcome), *where, *words(outcome.message)), view.width)
    yield from _proven(outcome, view)


def _finding(outcome: Outcome, view: View, where: str) -> Iterator[Line]:
    word, style = _heading(outcome)
    place = (span(f"{where}:"),) if where else ()
    yield from flow(_label(word, style), (*place, *_rule(outcome), *words(outcome.message)), view.width)
    yield from _proven(outcome, view)


def _proven(outcome: Outcome, view: View) -> Iterator[Line]:
    """Yield the proof of a finding, what to do, and why it was let through."""
    indent = (Span(" " * (2 + LABEL)),)
    proofs = outcome.evidence if view.verbose or len(outcome.evidence) <= PROOFS + 1 else outcome.evidence[:PROOFS]
    for proof in proofs:
        yield from flow(indent, _proof(proof), view.width)
    if len(proofs) < len(outcome.evidence):
        yield (*indent, span(f"+{len(outcome.evidence) - len(proofs)} more", "faint"))
    if outcome.fix:
        yield from flow((*indent, Span("fix: ", "good")), words(outcome.fix), view.width)
    if outcome.waiver:
        until = f" until {outcome.waiver.until}" if outcome.waiver.until else ""
        said = f"{outcome.waiver.reason} ({outcome.waiver.source})"
        yield from flow((*indent, Span(f"waived{until}: ", "faint")), words(said), view.width)


def _heading(outcome: Outcome) -> tuple[str, Style]:
    if outcome.waiver is not None:
        return "waived", "faint"
    return _WORDS.get(outcome.status, (outcome.severity.value, outcome.severity.value))


def _proof(proof: Evidence) -> tuple[Span, ...]:
    place = () if proof.offset is None else (span(f"at {proof.offset:#x}", "faint"),)
    return (*words(f"{proof.label}:", "faint"), *words(proof.value), *place)


def _names(label: str, style: Style, names: Sequence[str], view: View) -> Iterator[Line]:
    if names:
        last = len(names) - 1
        units = (span(name + ("," if index < last else "")) for index, name in enumerate(names))
        yield from flow(_label(label, style), units, view.width)


def _rule(outcome: Outcome) -> tuple[Span, ...]:
    return (span(outcome.rule, "strong"), span(f"({outcome.id}) ", "faint"))


def _label(word: str, style: Style) -> Line:
    return (Span("  "), span(word.ljust(LABEL), style))
