"""How people spell GOOS and GOARCH, and what they mean by it."""

from __future__ import annotations

from typing import Final

from inspector.ports import known_goarch, known_goos

GOOS_WORDS: Final = {
    "dragonflybsd": "dragonfly",
    "linuxmusl": "linux",
    "mac": "darwin",
    "macos": "darwin",
    "macosx": "darwin",
    "manylinux": "linux",  # PEP 600 and PEP 656: tags of Python wheels
    "musllinux": "linux",
    "osx": "darwin",
    "win": "windows",
    "win32": "windows",
    "win64": "windows",
}
"""Words for a GOOS that are not its own."""

GOARCH_WORDS: Final = {
    "aarch64": "arm64",
    "arm32": "arm",
    "armel": "arm",
    "armhf": "arm",
    "i386": "386",
    "i486": "386",
    "i586": "386",
    "i686": "386",
    "ia32": "386",
    "intel": "amd64",
    "loongarch64": "loong64",
    "mips32": "mips",
    "mips32el": "mipsle",
    "mips32le": "mipsle",
    "mips64el": "mips64le",
    "mipsel": "mipsle",
    "powerpc64": "ppc64",
    "powerpc64le": "ppc64le",
    "ppc64el": "ppc64le",
    "riscv64gc": "riscv64",
    "x32": "386",
    "x64": "amd64",
    "x86": "386",
    "x86-64": "amd64",
    "x86_64": "amd64",
}
"""Words for a GOARCH that are not its own: uname -m, Debian, RPM, Rust, Node, Windows."""


def hint_goos(word: str) -> str | None:
    """Return a few words that say which GOOS was probably meant, None when nothing is near."""
    return _hint(word, GOOS_WORDS, known_goos(), 0.6)


def hint_goarch(word: str) -> str | None:
    """Return a few words that say which GOARCH was probably meant, None when nothing is near."""
    if word.lower().startswith(("armv5", "armv6", "armv7")):
        return "Go spells it arm, with GOARM"
    return _hint(word, GOARCH_WORDS, known_goarch(), 0.7)


def _hint(word: str, words: dict[str, str], known: tuple[str, ...], likeness: float) -> str | None:
    from difflib import get_close_matches

    lower = word.lower()
    if lower in words or lower in known:
        return f"Go spells it {words.get(lower, lower)}"
    near = next(iter(get_close_matches(lower, known, 1, likeness)), None)
    return near and f"did you mean {near}?"
