r"""Strings that files chose, made harmless in Markdown.

In a comment a name could become a link, an image, HTML, a cell of its own, or call a person (``@name``) or an issue
(``#1``, and on GitLab ``!1``, ``~label``, ``%milestone``). Nothing inside a code span does, so every word that is not
plain stands in one. What would end the span or a table's cell is spelled out: renderers differ in how they escape it.
"""

from __future__ import annotations

import html
import re
from typing import Final

from inspector.reports.safe import neutral

LONGEST: Final = 1000
"""Characters of one string that are shown: paths and values of hostile files know no bound of their own."""

_PARTS: Final = re.compile(r"""([("']*)(.*?)([)"',.;:]*)""")
"""A word: what stands before it and behind it, as people punctuate, and the word itself."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9/+.=,'-]*|->")
"""What means nothing in the Markdown of GitHub and GitLab, in the middle of a line."""
_BLOCK: Final = re.compile(r"[/+.=,'-]|[0-9]+[.)]$")
"""A plain word that at the beginning would start a list, a heading, or be a command to GitLab."""
_LINKED: Final = re.compile(r"www\.|\bG[HL]-[0-9]", re.IGNORECASE)
"""Plain words that become links: GitHub's autolinks, and issues as GH-1."""


def code(text: str) -> str:
    """Return ``text`` in a code span."""
    shown = _cut(neutral(text)).replace("`", r"\x60").replace("|", r"\x7c")
    return f"`{shown}`" if shown else '`""`'


def prose(text: str) -> str:
    """Return a sentence, with every word that is not plain in a code span. It may begin an item of a list."""
    first, *others = [word for word in _cut(neutral(text)).split(" ") if word] or [""]
    shown = _word(first)
    return " ".join((code(first) if _BLOCK.match(shown) else shown, *map(_word, others)))


def html_code(text: str) -> str:
    """Return ``text`` for where only HTML is understood, such as in ``<summary>``."""
    return f"<code>{html.escape(_cut(neutral(text)))}</code>"


def _word(word: str) -> str:
    before, core, behind = _PARTS.fullmatch(word).groups()  # type: ignore[union-attr]  # it matches every line
    plain = _PLAIN.fullmatch(core) and not _LINKED.search(core)
    return word if plain else f"{before}{code(core)}{behind}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"
