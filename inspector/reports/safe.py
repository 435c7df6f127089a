"""Strings that files chose, made harmless to print.

File names, library names, build settings and the like come from the inspected bytes. Raw, they could move the
cursor, recolour or retitle the terminal (ANSI and C1 controls), reverse the reading order (U+202E and its
kind: "Trojan Source", CVE-2021-42574), hide characters, or fake a line of the report with a newline. In the log of a
CI system they could be commands to it: GitHub's runner obeys a line that starts with ``::name`` and one that has
``##[name`` anywhere (actions/runner, ActionCommand.cs), Azure's ``##vso[name``, TeamCity's ``##teamcity[name``.
"""

from __future__ import annotations

import re
from typing import Final

_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7e]")
_LOG_COMMAND: Final = re.compile(r"(?=##|::)(?:#(?=#\w*\[)|(?<![\w:]):(?=:))")
"""The first character of what a CI system may take as a command, wherever a line may be broken. What it looks ahead
for first adds nothing; by it, most of a long document is passed over in a quarter of the time."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def neutral(text: str) -> str:
    r"""Return ``text`` with everything unprintable spelled out: ``\x1b``, ``\u202e``, ``\xff`` for a stray byte.

    Unprintable is what Unicode calls control, format, surrogate, private, unassigned, and every separator but
    the plain space. Spelled out as well is what a CI system would obey in its log: ``\x23#[``, ``\x3a:``.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _spelled(c) for c in text)
    return _LOG_COMMAND.sub(lambda found: _spelled(found[0]), text) if "##" in text or "::" in text else text


def undecoded(text: str) -> str:
    r"""Return ``text`` with each byte that was no UTF-8 (a surrogate, as in os.fsdecode) spelled ``\xNN``."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: _spelled(found[0]), text)


def json_neutral(document: str) -> str:
    r"""Return a JSON document with unprintable characters escaped as ``\uNNNN``, which means the same.

    JSON escapes C0 controls itself; C1, bidirectional controls and DEL would reach a terminal as they are. So would
    commands reach a CI system. Outside of strings JSON has only ASCII and no ``##`` or ``::``, so what is found here
    stands in a string.
    """
    if "##" in document or "::" in document:
        document = _LOG_COMMAND.sub(lambda found: _json_escape(found[0]), document)
    if document.isascii() and "\x7f" not in document:
        return document
    return _BEYOND_ASCII.sub(lambda found: found[0] if found[0].isprintable() else _json_escape(found[0]), document)


def _spelled(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: the byte that could not be decoded
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
