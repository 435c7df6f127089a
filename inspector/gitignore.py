"""gitignore's patterns, matched in time that neither a pattern nor a path can blow up.

One regular expression for a whole pattern shares a path among its stars in every possible way: "a_*_*_*.zip" takes
minutes over a name of 4,000 underscores, which an archive may hold. Whatever stands between two stars can be taken
where it is met first, so nothing is ever tried twice here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

Segment = str | re.Pattern[str]
"""What one part of a path must be, or match."""
_ANY: Final = "**"
_SPECIAL: Final = re.compile(r"[\\*?\[]")
_TOKEN: Final = re.compile(
    r"""\\(?P<escaped>.) | (?P<stars>\*+) | (?P<one>\?)
    | \[(?P<not>[!^]?+)(?P<set>\]?+(?:\\.|[^]\\])*+)\] | (?P<plain>.)""",
    re.DOTALL | re.VERBOSE,
)
_MEMBER: Final = re.compile(r"(\\.|.)-(\\.|.)|(\\.|.)", re.DOTALL)
"""In a set: a range, or a character; each end of it may be escaped, and is to Python, which reads more into a set."""


class Pattern(NamedTuple):
    """One pattern; what is below a match matches as well."""

    runs: tuple[tuple[Segment, ...], ...]  # segments that follow each other; between two runs, any number of parts
    anchored: bool  # whether the first run begins where the path does
    rest: int  # parts that at least must be below

    def matches(self, parts: Sequence[str]) -> bool:
        """Say whether the pattern matches a path, given as its parts."""
        at = 0
        for index, run in enumerate(self.runs):
            last = len(parts) - len(run)
            for start in range(at, (min(last, 0) if self.anchored and not index else last) + 1):
                if _fits(run, parts, start):
                    at = start + len(run)
                    break
            else:
                return False
        return at + self.rest <= len(parts)


def compiled(text: str) -> Pattern | None:
    """Return the pattern that a line of a .gitignore is; None for a line that matches nothing.

    Raises ValueError or re.error for one that is no pattern.
    """
    if not text.endswith("\\ "):
        text = text.rstrip()
    segments = text.split("/")
    if text.startswith(("#", "!")) or not text.strip("/"):
        return None
    below = not segments[-1]
    if below:
        segments.pop()
    anchored = len(segments) > 1
    if not segments[0]:
        del segments[0]
    if "" in segments:
        return None
    runs = tuple(_runs(segments))
    return Pattern(runs, anchored and segments[0] != _ANY, below + (segments[-1] == _ANY))


def objection(text: str, start: str) -> str | None:
    """Say why a pattern that is to match paths from ``start`` on matches none; None for one that may match."""
    if not {".", ".."}.isdisjoint(text.split("/")):
        return f"matches nothing: a glob begins at {start}, and has no . and no .. in it"
    try:
        return "matches nothing, as .gitignore reads it" if compiled(text) is None else None
    except (ValueError, re.error):
        return "is no glob as .gitignore has them"


def _runs(segments: Sequence[str]) -> Iterator[tuple[Segment, ...]]:
    run: list[Segment] = []
    for segment in (*segments, _ANY):
        if segment != _ANY:
            run.append(_segment(segment))
        elif run:
            yield tuple(run)
            run = []


def _fits(run: Sequence[Segment], parts: Sequence[str], start: int) -> bool:
    for at, segment in enumerate(run, start):
        if not (parts[at] == segment if isinstance(segment, str) else segment.fullmatch(parts[at])):
            return False
    return True


def _segment(text: str) -> Segment:
    if not _SPECIAL.search(text):
        return text
    pieces: list[list[str]] = [[]]  # what stands between stars, as regular expressions
    literal: list[str] | None = []
    for token in _TOKEN.finditer(text):
        kind = str(token.lastgroup)
        if kind in {"plain", "escaped"}:
            if token[0] in {"[", "\\"}:
                raise ValueError(f"{token[0]} without its other half")
            pieces[-1].append(re.escape(token[kind]))
            if literal is not None:
                literal.append(token[kind])
            continue
        literal = None
        if kind == "stars":
            pieces.append([])
        else:
            pieces[-1].append("." if kind == "one" else _set(token))
    return (
        re.compile(_expression(["".join(piece) for piece in pieces]), re.DOTALL)
        if literal is None
        else "".join(literal)
    )


def _expression(pieces: Sequence[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    first, *between, last = pieces
    return f"{first}{''.join(f'(?>.*?{piece})' for piece in between)}.*{last}"


def _set(token: re.Match[str]) -> str:
    members = _MEMBER.sub(lambda found: "-".join(re.escape(end[-1]) for end in found.groups() if end), token["set"])
    return f"[{'^' if token['not'] else ''}{members}]"
