"""Policies written for a test and read back."""

import pytest

from inspector.errors import PolicyError
from inspector.intent.policy import parse
from inspector.rules import named

FILE = "gobin-inspect.toml"


def read(text):
    """The policy that a text is."""
    return parse(text, FILE, named)


def refused(text):
    """The one line that says why a text is no policy."""
    with pytest.raises(PolicyError) as raised:
        read(text)
    line = str(raised.value)
    assert line.isprintable(), "one line, and nothing that moves a terminal's cursor"
    return line
