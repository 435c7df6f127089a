"""The report as Markdown for a comment on a pull request: the verdict, a row for each artifact, what is wrong.

It is cut to fit: every part gets its share of the room, and those that need less leave the rest to the others. What
fails stands before what does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TextIO

from inspector.model import ImageBrief, Notable, Outcome, Report, Severity, Skipped, Status, Threshold, Unknown
from inspector.reports.closing import INTERRUPTED, closing
from inspector.reports.entries import PROOFS, RELEASE, offset_of, refused, waived_by
from inspector.reports.fitting import COMMENT, Part, fitted, part_of
from inspector.reports.prose import LONGEST, code, html_code, prose
from inspector.reports.summary import in_short, name_of, notable_of, plural
from inspector.reports.view import View

_MARKS: Final = {"fails": "❌", "warnings": "⚠️", "ok": "✅"}
"""How an artifact may stand, the worst first."""
_COUNTED: Final = {"fails": "failed", "warnings": "with warnings", "ok": "ok"}
_TABLE: Final = "\n| verdict | artifact | target | cgo | linkage | findings |\n|---|---|---|---|---|---|\n"


def render(report: Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # the same for every view
    """Write the report, cut so that it fits into a comment."""
    out.write(document(report, COMMENT))


def document(report: Report, limit: int) -> str:
    """Return the report in at most ``limit`` bytes of UTF-8; nothing when not even the verdict fits."""
    return fitted(f"{_verdict(report)}\n", _parts(report, limit), limit)


class _Listed(NamedTuple):
    """One image: its file's number in the report, its own in the file, and how it stands."""

    number: int
    part: int
    image: ImageBrief
    name: str
    standing: str


def _parts(report: Report, limit: int) -> Iterator[Part]:
    """Yield the parts. Full reports are read only of artifacts with findings, and only as many as may fit."""
    listed = sorted(_listed(report), key=lambda one: tuple(_MARKS).index(one.standing))
    yield Part("\n**The release as a whole**\n\n", list(_bullets(report.release, report.threshold)), "findings")
    missed = map(_unseen, report.unseen)
    yield part_of("\n**Not inspected**\n\n", missed, len(report.unseen), "files that were not inspected", limit)
    yield part_of(_TABLE, (_row(one, report.threshold) for one in listed), len(listed), "artifacts", limit)
    found = [one for one in listed if any(_is_shown(outcome, report.threshold) for outcome in one.image.notable)]
    yield part_of("\n", (_details(one, report) for one in found), len(found), "artifacts with findings", limit)
    waived = sum(bool(outcome.waiver) for outcome in notable_of(report))
    yield part_of("\n**Waived**\n\n", _all_waived(listed, report), waived, "waived findings", limit)


def _listed(report: Report) -> Iterator[_Listed]:
    for number, file in enumerate(report.briefs):
        for part, image in enumerate(file.images):
            name = name_of(file.path, file.members, image.slice)
            yield _Listed(number, part, image, name, _standing(image.notable, report.threshold))


def _outcomes(one: _Listed, report: Report) -> tuple[Outcome, ...]:
    return report.files[one.number].images[one.part].outcomes


def _verdict(report: Report) -> str:
    said = closing(report) if report.threshold.strict else _counted(report)
    if len(said) > LONGEST:  # it names artifacts, and what comes behind the names would be cut off
        said = _counted(report)
    return f"{_MARKS[_overall(report)]} **gobin-inspect** {prose(said)}"


def _overall(report: Report) -> str:
    missed = not report.briefs or report.unseen or report.interrupted
    return "fails" if missed else _standing(notable_of(report), report.threshold)


def _counted(report: Report) -> str:
    """Return the verdict in numbers."""
    if not report.briefs and not report.skipped:
        return f"inspected nothing{_interrupted(report)}"
    found = Counter(_standing(file.notable, report.threshold) for file in report.briefs)
    told = ", ".join(f"{found[standing]:,} {words}" for standing, words in _COUNTED.items() if found[standing])
    said = [f"inspected {plural(len(report.briefs), 'artifact')}" + (f": {told}" if told else "")]
    if any(refused(outcome, report.threshold) for outcome in report.release):
        said.append("the release as a whole failed")
    if report.unseen:
        said.append(f"{len(report.unseen):,} not inspected")
    return f"{'; '.join(said)}{_interrupted(report)}"


def _interrupted(report: Report) -> str:
    return f"; {INTERRUPTED}" if report.interrupted else ""


def _standing(outcomes: Iterable[Outcome | Notable], threshold: Threshold) -> str:
    """Return how an artifact stands: fails, warnings or ok; a note alone is ok."""
    standing = "ok"
    for outcome in outcomes:
        if refused(outcome, threshold):
            return "fails"
        if outcome.counts and outcome.severity is not Severity.NOTE:
            standing = "warnings"
    return standing


def _unseen(row: Skipped) -> str:
    return f"- ❌ {code(name_of(row.path, row.members, row.slice))}: {row.kind}: {prose(row.reason)}\n"


def _row(one: _Listed, threshold: Threshold) -> str:
    image = one.image
    cells = (
        f"{_MARKS[one.standing]} {one.standing}",
        code(one.name),
        f"{_word(image.goos)}/{_word(image.goarch)}",
        _word(image.cgo),
        _word(image.linkage),
        _names(image.notable, threshold),
    )
    return f"| {' | '.join(cells)} |\n"


def _word(fact: str | bool | Unknown) -> str:
    return in_short(fact) if isinstance(fact, Unknown) else prose(in_short(fact))


def _names(outcomes: Iterable[Outcome | Notable], threshold: Threshold) -> str:
    """Name what fails, in bold, and what warns; count the rest."""
    strong, plain, notes, waived = [], [], 0, 0
    for outcome in outcomes:
        if refused(outcome, threshold):
            strong.append(f"**{prose(outcome.rule)}**")
        elif outcome.counts and outcome.severity is not Severity.NOTE:
            plain.append(prose(outcome.rule))
        else:
            notes += outcome.counts
            waived += outcome.waiver is not None
    counted = (plural(notes, "note") if notes else "", f"{waived} waived" if waived else "")
    return ", ".join((*strong, *plain, *filter(None, counted)))


def _is_shown(outcome: Outcome | Notable, threshold: Threshold) -> bool:
    """Say whether an outcome is a finding that nobody waived."""
    return outcome.counts or refused(outcome, threshold)


def _details(one: _Listed, report: Report) -> str:
    """Return what is wrong with one artifact, folded."""
    found = "".join(_bullets(_outcomes(one, report), report.threshold))
    return f"<details><summary>{_MARKS[one.standing]} {html_code(one.name)}</summary>\n\n{found}\n</details>\n\n"


def _bullets(outcomes: Iterable[Outcome], threshold: Threshold) -> Iterator[str]:
    """Yield a bullet for each finding that nobody waived, what fails first, with evidence and fix below it."""
    shown = [outcome for outcome in outcomes if _is_shown(outcome, threshold)]
    for outcome in sorted(shown, key=lambda outcome: (not refused(outcome, threshold), -outcome.severity.rank)):
        mark = "❌ " if refused(outcome, threshold) else ""
        kind = outcome.severity if outcome.status is Status.FAIL else outcome.status
        rule = f"**{prose(outcome.rule)}** ({prose(outcome.id)}, {kind})"
        proofs = outcome.evidence[:PROOFS]
        lines = [
            f"- {mark}{rule}: {prose(outcome.message)}",
            *(f"  - {prose(proof.label)}: {code(proof.value)}{offset_of(proof)}" for proof in proofs),
        ]
        if len(proofs) < len(outcome.evidence):
            lines.append(f"  - and {len(outcome.evidence) - PROOFS} more")
        if outcome.fix:
            lines.append(f"  - fix: {prose(outcome.fix)}")
        yield "\n".join(lines) + "\n"


def _all_waived(listed: Iterable[_Listed], report: Report) -> Iterator[str]:
    for one in listed:
        if any(outcome.waiver for outcome in one.image.notable):
            yield from _waived(one.name, _outcomes(one, report))
    yield from _waived(RELEASE, report.release)


def _waived(name: str, outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.waiver:
            yield f"- {code(name)}: {prose(outcome.rule)} ({prose(outcome.id)}): {prose(waived_by(outcome))}\n"
