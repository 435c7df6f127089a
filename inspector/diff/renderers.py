"""Ways to show a difference."""

from __future__ import annotations

from typing import Final

from inspector.diff import document, markdown, text
from inspector.diff.compare import Difference
from inspector.reports import Renderer

RENDERERS: Final[tuple[Renderer[Difference], ...]] = (
    Renderer("text", text.render),
    Renderer("json", document.render, utf8=True),
    Renderer("markdown", markdown.render, utf8=True),
)
