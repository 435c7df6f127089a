"""Names that files and users chose, as reports show them."""

from __future__ import annotations

from typing import Final

MAX_SHOWN: Final = 4096
"""Characters of a name: PATH_MAX on Linux."""


def shown(name: str) -> str:
    r"""Return ``name`` safe for a terminal and a report: what does not print is escaped.

    Undecodable bytes (surrogates, as os.fsdecode makes them) and control characters become ``\xNN``, other
    unprintable characters (line and direction marks, private use) ``\uNNNN``. At most MAX_SHOWN characters. What is
    shown already stays as it is.
    """
    if len(name) > MAX_SHOWN:
        name = name[:MAX_SHOWN] + "…"
    return name if name.isprintable() else "".join(map(_shown_character, name))


def _shown_character(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return character
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
