"""No string of an inspected file reaches a report as it is."""

import io
import re
from typing import Any

import msgspec
import pytest

from inspector.reports import RENDERERS, View
from tests.reports import made

HOSTILE = "x\x1b]0;title\x07\x9b31m\u202e\nwarning fake\r\x00\udcff\u2028y z"

FINDINGS_ALONE = {"github", "gitlab"}
"""Formats that do not tell of an artifact without findings."""


def poisoned(value: Any) -> Any:
    """The same value with every string in it made hostile, but those of closed sets."""
    if type(value) is str:
        return f"{value} {HOSTILE}"
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: poisoned(getattr(value, name)) for name in value.__struct_fields__})
    if isinstance(value, dict):
        return {poisoned(key): poisoned(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(poisoned(item) for item in value)
    return value


@pytest.mark.parametrize("make", [made.warned, made.universal, made.release, made.unread])
@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.name)
@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(verbose=True),
        View(quiet=True),
        View(verbose=True, colour=True),
        View(grid=True),
        View(grid=True, verbose=True),
    ],
)
def test_nothing_unprintable_comes_out(make, renderer, view):
    out = io.StringIO()
    renderer.render(poisoned(make()), out, view)
    text = out.getvalue()
    nothing_found = make is made.unread and (view.quiet or renderer.name in FINDINGS_ALONE)
    assert r"\x1b]0;title" in text or r"\u001b]0;title" in text or nothing_found
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text) if view.colour else text
    assert [c for c in bare if not c.isprintable() and c != "\n"] == []
    text.encode("utf-8")


@pytest.mark.parametrize("make", [made.warned, made.universal, made.release])
@pytest.mark.parametrize("view", [View(), View(grid=True)])
def test_no_line_of_the_text_is_a_fake(make, view):
    out = io.StringIO()
    RENDERERS[0].render(poisoned(make()), out, view)
    assert not any(line.startswith("warning fake") for line in out.getvalue().splitlines())
