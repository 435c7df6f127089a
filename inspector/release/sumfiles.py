r"""Checksum files, as they are published beside artifacts: which names they have, and what they list.

Read are the lines of coreutils (its own, ``--tag``, and escaped names), of perl's shasum, of BSD's and OpenSSL's tools
and of PowerShell's Get-FileHash, and a digest alone; what else there is, such as an OpenPGP signature around them, says
nothing. What a file's name or a line's tag states of the algorithm must fit the digest, else the line says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

MAX_LINE: Final = 16 << 10
"""Bytes of a line: a path of 4096 bytes, all of them escaped, and the longest digest."""

_DIGITS: Final = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
    "sha3-224": 56,
    "sha3-256": 64,
    "sha3-384": 96,
    "sha3-512": 128,
    "blake2s": 64,
    "blake2b": 128,
    "blake3": 64,
    "crc32": 8,
}
"""Hexadecimal digits of each algorithm's digest; names and order of GoReleaser, the usual ones first."""

_SHA2: Final = ("sha224", "sha256", "sha384", "sha512")
_UNSTATED: Final = tuple(name for name in _DIGITS if name not in {"blake3", "crc32"})
"""What a digest may be of which nothing but its length is known; eight digits may be a date."""

_STATED: Final[dict[str, tuple[str, ...]]] = {
    **{name: (name,) for name in _DIGITS},
    **{name.replace("sha", "sha-"): (name,) for name in ("sha1", *_SHA2)},
    **{name.replace("sha", "sha2-"): (name,) for name in _SHA2},  # OpenSSL 3
    "sha": ("sha1", *_SHA2),
    "sha2": _SHA2,
    "sha3": ("sha3-224", "sha3-256", "sha3-384", "sha3-512"),
    "b2": ("blake2b",),
    "b3": ("blake3",),
    "blake2b512": ("blake2b",),
    "blake2b-512": ("blake2b",),
    "blake2s256": ("blake2s",),
    "blake2s-256": ("blake2s",),
}
"""What tags and names of files may mean."""

_WORD: Final = "|".join(sorted(map(re.escape, _STATED), key=len, reverse=True))
_PART: Final = "(?<![^\\W_])"  # what comes before is no letter and no digit
_LIST: Final = re.compile(
    rf"{_PART}(?:(?:(?:{_WORD})[-_]?(?:check)?sums?|checksums?)\d*|(?:{_WORD})(?=\.txt))"
    rf"(?:(?:[-_].*)?(?:\.(?:txt|asc|(?:{_WORD})(?:sums?)?))+|(?:[-_][^.]*)?)\Z",
    re.IGNORECASE | re.DOTALL,
)
_ENDING: Final = re.compile(rf"(?<=.)\.(?:{_WORD})(?:sums?)?(?:\.txt)?(?:\.asc)?\Z", re.IGNORECASE | re.DOTALL)
_SAID: Final = re.compile(rf"{_PART}({_WORD})(?=[-_]?(?:check)?sums?|[\W_]|\Z)", re.IGNORECASE)

_HEX: Final = "[0-9A-Fa-f]{8,128}"
_LINES: Final = (
    re.compile(rf"[ \t]*(?P<escaped>\\?)(?P<digest>{_HEX})(?: [ *]|[ \t]+)(?P<name>.+)", re.DOTALL),
    re.compile(
        rf"[ \t]*(?P<escaped>\\?)(?P<tag>[A-Za-z][\w/-]{{0,19}}) ?\((?P<name>.+)\) ?= ?(?P<digest>{_HEX})[ \t]*",
        re.DOTALL | re.ASCII,
    ),
    re.compile(rf"(?P<escaped>)(?P<tag>[A-Z]+\d+) +(?P<digest>{_HEX}) +(?P<name>\S.*)", re.DOTALL | re.ASCII),
)
_LINE: Final = re.compile(rb"[^\n]{8,}")
_SHORT: Final = re.compile(rb"[0-9A-Fa-f]{8}")
_LONG: Final = re.compile(rb"[0-9A-Fa-f]{32}")
_ALONE: Final = re.compile(rf"\s*(?P<digest>{_HEX})\s*", re.ASCII)
_NOBODY: Final = ""
_STDIN: Final = {"-", "stdin"}
"""How sha256sum and OpenSSL call standard input, in ``sha256sum <app >app.sha256`` the file it was."""


class Listed(NamedTuple):
    """A digest that is listed for a path; one of the ``algorithms`` made it, the likeliest first.

    ``digest`` is in lower case. The parts of ``path`` are divided by slashes.
    """

    path: str
    digest: str
    algorithms: tuple[str, ...]


class SumFile(NamedTuple):
    """What its name says of a checksum file: ``subject`` is the one file for which it is if it names none itself."""

    subject: str | None
    ending: str  # what the subject's name was given, ".sha256"
    stated: tuple[str, ...]  # algorithms


def named(name: str) -> SumFile | None:
    """Return what a file's name says of it as a checksum file; None for the name of anything else."""
    ending = _ENDING.search(name)
    if ending is None and _LIST.search(name) is None:
        return None
    said = _SAID.findall(name)
    return SumFile(
        subject=name[: ending.start()] if ending else None,
        ending=ending[0] if ending else "",
        stated=_STATED[said[-1].lower()] if said else _UNSTATED,
    )


def listed(data: bytes, file: SumFile) -> Iterator[Listed]:
    """Yield what a checksum file lists, in its order; nothing for data that are no text.

    A single digest in a file that is named after another is that one's, wherever it stood when it was made.
    """
    every = _every(data, file)
    first = list(islice(every, 2))
    if len(first) == 1 and file.subject is not None and _is_of(first[0].path, file.subject):
        first = [first[0]._replace(path=file.subject)]
    yield from (one for one in chain(first, every) if one.path != _NOBODY)


def _is_of(path: str, subject: str) -> bool:
    return path in {_NOBODY, *_STDIN} or path.rpartition("/")[2] == subject


def _every(data: bytes, file: SumFile) -> Iterator[Listed]:
    """Yield what a checksum file lists, and what it does not say of which file it is."""
    digest_in = (_SHORT if "crc32" in file.stated else _LONG).search
    for match in _LINE.finditer(_utf8(data)):
        if len(match[0]) > MAX_LINE or digest_in(match[0]) is None:
            continue
        line = match[0].decode("utf-8", "surrogateescape").rstrip("\r")
        found = _of_line(line, file) or _alone(line, file)
        if found is not None:
            yield found


def _of_line(line: str, file: SumFile) -> Listed | None:
    match = next((match for form in _LINES if (match := form.fullmatch(line))), None)
    if match is None:
        return None
    tag = match.groupdict().get("tag")
    algorithms = _fitting(file.stated if tag is None else _STATED.get(tag.lower(), ()), match["digest"])
    path = _unescaped(match["name"]) if match["escaped"] else match["name"].replace("\\", "/")
    return Listed(path, match["digest"].lower(), algorithms) if path.strip(" \t") and algorithms else None


def _alone(line: str, file: SumFile) -> Listed | None:
    match = _ALONE.fullmatch(line)
    if match is None:
        return None
    algorithms = _fitting(file.stated, match["digest"])
    if algorithms == ("sha1",) != file.stated:  # in app.sha it may be a commit's
        return None
    return Listed(_NOBODY, match["digest"].lower(), algorithms) if algorithms else None


def _fitting(stated: tuple[str, ...], digest: str) -> tuple[str, ...]:
    return tuple(name for name in stated if _DIGITS[name] == len(digest))


def _unescaped(name: str) -> str:
    """Undo what coreutils does to a name; the empty name where it did not do it."""
    parts = [part.replace("\\n", "\n").replace("\\r", "\r") for part in name.split("\\\\")]
    return "" if any("\\" in part for part in parts) else "\\".join(parts)


def _utf8(data: bytes) -> bytes:
    """Return text as UTF-8 without a byte order mark; nothing for what is no text. PowerShell writes UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return b"" if b"\0" in data else data.removeprefix(b"\xef\xbb\xbf")
