"""The report as Markdown for a comment on a pull request: the verdict, a row for each artifact, what is wrong.

It is cut to fit: every part gets its share of the room, and those that need less leave the rest to the others. What
fails stands before what does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from inspector.model import ImageReport, Outcome, Report, Severity, Skipped, Status, Threshold, Unknown
from inspector.reports.closing import closing
from inspector.reports.entries import PROOFS, Entry, entries, offset_of, refused, waived_by
from inspector.reports.fitting import COMMENT, Part, fitted
from inspector.reports.prose import LONGEST, code, html_code, prose
from inspector.reports.summary import brief, name_of, plural
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
    return fitted(f"{_verdict(report)}\n", _parts(report), limit)


def _parts(report: Report) -> Iterator[Part]:
    listed = [(entry, _standing(entry.outcomes, report.threshold)) for entry in entries(report)]
    listed.sort(key=lambda pair: tuple(_MARKS).index(pair[1]))
    images = [(entry, entry.image, standing) for entry, standing in listed if entry.image is not None]
    whole = _bullets(report.release, report.threshold)
    yield Part("\n**The release as a whole**\n\n", list(whole), "findings")
    unseen = [_unseen(row) for row in report.skipped if row.matters]
    yield Part("\n**Not inspected**\n\n", unseen, "files that were not inspected")
    rows = [_row(entry, image, standing, report.threshold) for entry, image, standing in images]
    yield Part(_TABLE, rows, "artifacts")
    shown = [_details(entry, standing, report.threshold) for entry, _, standing in images]
    yield Part("\n", [block for block in shown if block], "artifacts with findings")
    waived = [_waived(entry, outcome) for entry, _ in listed for outcome in entry.outcomes if outcome.waiver]
    yield Part("\n**Waived**\n\n", waived, "waived findings")


def _verdict(report: Report) -> str:
    said = closing(report) if report.threshold.strict else _counted(report)
    if len(said) > LONGEST:  # it names artifacts, and what comes behind the names would be cut off
        said = _counted(report)
    return f"{_MARKS[_overall(report)]} **gobin-inspect** {prose(said)}"


def _overall(report: Report) -> str:
    unseen = not report.files or any(row.matters for row in report.skipped)
    outcomes = [outcome for entry in entries(report) for outcome in entry.outcomes]
    return "fails" if unseen else _standing(outcomes, report.threshold)


def _counted(report: Report) -> str:
    """Return the verdict in numbers."""
    if not report.files and not report.skipped:
        return "inspected nothing"
    found = Counter(
        _standing([outcome for image in file.images for outcome in image.outcomes], report.threshold)
        for file in report.files
    )
    told = ", ".join(f"{found[standing]} {words}" for standing, words in _COUNTED.items() if found[standing])
    said = [f"inspected {plural(len(report.files), 'artifact')}" + (f": {told}" if told else "")]
    if any(refused(outcome, report.threshold) for outcome in report.release):
        said.append("the release as a whole failed")
    unseen = sum(row.matters for row in report.skipped)
    return "; ".join((*said, *([f"{unseen} not inspected"] if unseen else [])))


def _standing(outcomes: Iterable[Outcome], threshold: Threshold) -> str:
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


def _row(entry: Entry, image: ImageReport, standing: str, threshold: Threshold) -> str:
    observed = image.build.observed
    cells = (
        f"{_MARKS[standing]} {standing}",
        code(entry.name),
        f"{_word(observed.goos)}/{_word(observed.goarch)}",
        _word(observed.cgo),
        _word(observed.linkage),
        _names(entry.outcomes, threshold),
    )
    return f"| {' | '.join(cells)} |\n"


def _word(fact: str | bool | Unknown) -> str:
    return brief(fact) if isinstance(fact, Unknown) else prose(brief(fact))


def _names(outcomes: Iterable[Outcome], threshold: Threshold) -> str:
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


def _details(entry: Entry, standing: str, threshold: Threshold) -> str:
    """Return what is wrong with one artifact, folded; nothing when nothing is."""
    found = "".join(_bullets(entry.outcomes, threshold))
    head = f"<details><summary>{_MARKS[standing]} {html_code(entry.name)}</summary>"
    return f"{head}\n\n{found}\n</details>\n\n" if found else ""


def _bullets(outcomes: Iterable[Outcome], threshold: Threshold) -> Iterator[str]:
    """Yield a bullet for each finding that nobody waived, what fails first, with evidence and fix below it."""
    shown = [outcome for outcome in outcomes if outcome.counts or refused(outcome, threshold)]
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


def _waived(entry: Entry, outcome: Outcome) -> str:
    return f"- {code(entry.name)}: {prose(outcome.rule)} ({prose(outcome.id)}): {prose(waived_by(outcome))}\n"
