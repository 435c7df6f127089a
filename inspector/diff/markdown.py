"""The difference as Markdown for a comment on a pull request, cut to fit into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TextIO

from inspector.diff.compare import Alone, Difference, FindingChange
from inspector.diff.sides import Side
from inspector.diff.telling import MET, Teller, carried, headline, remarks, verdict
from inspector.reports.fitting import COMMENT, Part, fitted
from inspector.reports.prose import code, prose
from inspector.reports.summary import name_of
from inspector.reports.view import View

_WORSE: Final = "❌ "


def render(found: Difference, out: TextIO, view: View) -> None:  # noqa: ARG001  # the same for every view
    """Write the difference, cut so that it fits into a comment."""
    out.write(document(found, COMMENT))


def document(found: Difference, limit: int) -> str:
    """Return the difference in at most ``limit`` bytes of UTF-8; nothing when not even its head fits."""
    unseen = any(side.unseen or side.interrupted for side in (found.old, found.new))
    mark = "❌" if found.worse or unseen else "✅"
    said = [headline(found), *([verdict(found)] if found.differs else [])]
    head = f"{mark} **gobin-inspect diff** {'; '.join(map(prose, said))}\n"
    names = f"\nold: {code(found.old.name)}, new: {code(found.new.name)}\n"
    return fitted(head + names, _parts(found), limit)


def _parts(found: Difference) -> Iterator[Part]:
    told = Teller(found)
    yield Part("\n**Lost**\n\n", [_alone(one, "lost") for one in found.lost], "artifacts")
    yield Part("\n**Gained**\n\n", [_alone(one, "gained") for one in found.gained], "artifacts")
    yield Part("\n**Findings**\n\n", [_finding(change, who) for change, who in told.findings()], "findings")
    facts = [
        f"| {_WORSE if one.worse else ''}{prose(one.label)} | {prose(one.who)} | {prose(one.text)} |\n"
        for one in chain(told.facts(), told.sizes())
    ]
    yield Part("\n| fact | targets | change |\n|---|---|---|\n", facts, "facts")
    modules = [f"- {f'{prose(who)}: ' if who else ''}{prose(change)}\n" for who, all_ in told.deps() for change in all_]
    yield Part("\n**Modules**\n\n", modules, "modules")
    unseen = [*_unseen("old", found.old), *_unseen("new", found.new)]
    yield Part("\n**Not inspected**\n\n", unseen, "files that were not inspected")
    yield Part("\n", [f"- {prose(remark)}\n" for remark in remarks(found)], "remarks")


def _alone(one: Alone, word: str) -> str:
    row = one.single.row
    met = f" ({MET[word]})" if one.single.met else ""
    name = code(name_of(row.path, row.members, row.slice))
    lines = [f"- {_WORSE if one.worse else ''}{prose(str(one.single.target))}{met}: {name}"]
    lines += [f"  - {prose(one.reason)}"] if one.reason else []
    lines += [f"  - {'had' if word == 'lost' else 'with'} {prose(carried(one.findings))}"] if one.findings else []
    return "\n".join(lines) + "\n"


def _finding(change: FindingChange, who: str) -> str:
    was = f", was {change.before}" if change.kind == "changed" else ""
    grade = change.before if change.kind == "fixed" else change.after
    rule = f"{change.kind}: **{prose(change.rule)}** ({prose(change.id)}, {grade}{was})"
    where = f" {prose(who)}" if who else ""
    return f"- {_WORSE if change.worse else ''}{rule}{where}: {prose(change.message)}\n"


def _unseen(word: str, side: Side) -> Iterable[str]:
    for row in side.unseen:
        yield f"- {word}: {code(name_of(row.path, row.members, row.slice))}: {row.kind}: {prose(row.reason)}\n"
