"""The words of a name: which of them may stand for a GOOS, a GOARCH or a processor level.

A name is split at everything that is no letter or digit, so `linuxkit`, `armor` and `darwinia` are words of
their own and mean nothing here. What a word means depends on its neighbours too: `386` is a processor in
`windows_386` and a number in `v1.386`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from inspector.intent.spelling import GOARCH_WORDS, GOOS_WORDS
from inspector.ports import all_ports

MAX_NAME: Final = 512
"""Characters of a name that is looked at: file systems allow 255, and nobody writes a target into a longer one."""


class Word(NamedTuple):
    """One word, or several that belong together.

    ``kind`` is "goos", "goarch", "bits" (32 or 64 bits glued to a GOOS or after one), "any" (a word for several or
    unnamed processors), "filler" (may stand between or after words of a target) or "other". ``weak``: says
    nothing alone. ``level`` is a variable and its value, ("GOARM", "7").
    """

    kind: str
    value: str = ""
    weak: bool = False
    level: tuple[str, str] | None = None


OTHER: Final = Word("other")
FILLER: Final = Word("filler")
ANY: Final = Word("any")

_TOKEN: Final = re.compile(r"[^\W_]+")

_EXTENSIONS: Final = frozenset(
    {"appimage", "bin", "dll", "dmg", "dylib", "elf", "exe", "msi", "msix", "out", "pkg", "run", "so"}
    | {"apk", "deb", "flatpak", "ipk", "jar", "rpm", "snap", "whl"}
    | {"7z", "cab", "rar", "tar", "tbz", "tbz2", "tgz", "txz", "tzst", "zip"}
    | {"br", "bz2", "gz", "lz", "lz4", "lzma", "xz", "zst", "zstd"}
)

# Alone these are more often something else: what a tool is for, a project's name, a script, a family of chips.
_WEAK_GOOS: Final = frozenset({"android", "dragonfly", "ios", "js", "mac", "win"})
_WEAK_GOARCH: Final = frozenset({"386", "arm", "intel", "mips", "mips32", "wasm", "x32", "x86"})

_LIBC_AND_VENDOR: Final = frozenset(  # x86_64-unknown-linux-musl
    {"apple", "eabi", "eabihf", "glibc", "gnu", "gnueabi", "gnueabihf", "msvc", "musl", "musleabi", "musleabihf"}
    | {"pc", "uclibc", "unknown"}
)
_LEVELS: Final = frozenset(  # that a name is not asked for: GoReleaser's linux_386_sse2, linux_ppc64le_power8
    {"hardfloat", "hf", "power10", "power8", "power9", "rva20u64", "rva22u64", "rva23u64", "softfloat", "sse2"}
    | {"v8a", "v9a"}
)
_RELEASE: Final = frozenset(
    {"alpha", "beta", "binary", "dev", "installer", "latest", "nightly", "portable", "release", "setup", "snapshot"}
    | {"stable", "static"}
)
_FILLERS: Final = _LIBC_AND_VENDOR | _LEVELS | _RELEASE
_ANY: Final = frozenset({"all", "armv8", "fat", "multiarch", "universal", "universal2"})

_VERSION: Final = re.compile(r"v?[0-9]+(?:(?:alpha|beta|dev|rc|a|b|p)[0-9]*)?")
_ARM_V: Final = re.compile(r"arm(?:32)?v([567])[a-z]{0,4}")  # armv6l, armv7hf, armv5tel, arm32v7
_ARM_N: Final = re.compile(r"arm([567])[a-z]{0,2}")
_ARM_LEVEL: Final = re.compile(
    r"v?([567])(?:(?<=v[567])[a-z]{1,2})?"
)  # GoReleaser's linux_arm_6, Docker's linux/arm/v7
_AMD64: Final = re.compile(r"amd64(v[1-4])?")
_AMD64_LEVEL: Final = re.compile(r"v[1-4]")
_OS_VERSION: Final = re.compile(r"[0-9]{1,2}|20[0-9]{2}")  # macos13, windows2019, manylinux2014; aix360 is a project
_BITS: Final = {"32": "386", "64": "amd64", "32bit": "386", "64bit": "amd64"}

# Words that are written in two: x86_64 and x86-64, protoc's aarch_64, git-town's intel_64 and arm_64. x86_64 also comes
# glued to what is before it (flyctl_Linuxx86_64).
_JOINED: Final = re.compile(r"(x86|(?<![^\W_])(?:aarch|arm|intel))[-_]64(?:bit)?(?![0-9])")
_WHOLE: Final = {"x86": "amd64", "aarch": "arm64", "arm": "arm64", "intel": "amd64"}

_CATALYST: Final = "maccatalyst"
"""An app of iOS on macOS. Its folder is called ios-arm64_x86_64-maccatalyst (Xcode's xcframework), and gomobile builds
it with GOOS=darwin."""

_LONGEST_GOOS: Final = len("dragonflybsd")

_ARM64: Final = Word("goarch", "arm64")

_JOINTS: Final = frozenset({"-", "_", "/"})
"""What may stand between a processor and its level; a dot would make it a version."""


def read(name: str) -> list[Word]:
    """Return the words of a name in order, without its file extensions.

    There are none for a name that is too long, or whose system goes by two names.
    """
    if len(name) > MAX_NAME:
        return []
    tokens = _tokens(_JOINED.sub(lambda found: _WHOLE[found[1]], name.lower()))
    if any(text == _CATALYST for _, text in tokens):
        return []
    words: list[Word] = []
    at = 0
    while at < len(tokens):
        found, at = _next(tokens, at, words)
        words += found
    return words


def rest(name: str) -> tuple[str, ...]:
    """Return the words of a name that name no target, in lower case: a program's, a version's, a variant's.

    A version is one word. What tells builds for one target apart stays: the C library that is not the usual one, the
    version of a system, static.
    """
    if len(name) > MAX_NAME:
        return (name,)
    name = name.lower()
    if name.endswith(".whl"):  # its last field names systems in numbers too: manylinux_2_17_x86_64.manylinux2014_x86_64
        name, _, systems = name.removesuffix(".whl").rpartition("-")
        # A static program's wheel is for both: manylinux_2_17_x86_64.musllinux_1_1_x86_64
        name += "-musl" if "musl" in systems and "manylinux" not in systems else ""
    tokens = _tokens(_JOINED.sub(lambda found: _WHOLE[found[1]], name))
    words: list[Word] = []
    kept: list[str] = []
    at = last = 0  # where the last word that was kept ends
    while at < len(tokens):
        found, after = _next(tokens, at, words)
        words += found
        if found == [_ARM64] and _arm64_level(tokens, after):
            after += 2
        text = tokens[at][1]
        if _tells(text, found, versioned=_in_version(tokens, at)):
            said = "musl" if "musl" in text else text
            if kept and last == at and tokens[at][0] == "." and _in_version(tokens, at):
                kept[-1] += f".{said}"
            else:
                kept.append(said)
            last = after
        at = after
    return tuple(kept)


def _tells(text: str, found: list[Word], *, versioned: bool) -> bool:
    """Say whether a token tells builds apart that are for one target."""
    if versioned or "musl" in text:
        return True
    if any(word.kind in {"other", "filler"} for word in found):
        return text not in _LIBC_AND_VENDOR | _LEVELS or text in {"glibc", "uclibc"}
    return False


def _arm64_level(tokens: list[_Token], at: int) -> bool:
    """Say whether a level of arm64 stands there, as GoReleaser writes it: linux_arm64_v8.0."""
    two = [text for _, text in tokens[at : at + 2]]
    third = tokens[at + 2 : at + 3]
    return (
        len(two) == 2
        and two[0] in {"v8", "v9"}
        and two[1].isdigit()
        and _joint(tokens, at)
        and tokens[at + 1][0] == "."
        and not (third and third[0][0] == "." and third[0][1].isdigit())
    )


_Token = tuple[str, str]
"""What separates it from the one before, and the token."""


def _tokens(name: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    for found in _TOKEN.finditer(name):
        tokens.append((name[end : found.start()], found[0]))
        end = found.end()
    while len(tokens) > 1 and tokens[-1][0] == "." and tokens[-1][1] in _EXTENSIONS:
        tokens.pop()
    return tokens


def _next(tokens: list[_Token], at: int, before: list[Word]) -> tuple[list[Word], int]:
    """Return the words that start at a token, and where the next ones start."""
    text = tokens[at][1]
    if _in_version(tokens, at):
        return [FILLER], at + 1
    if found := _AMD64.fullmatch(text):
        return _amd64(tokens, at + 1, found[1])
    if found := _ARM_V.fullmatch(text):
        return [Word("goarch", "arm", level=("GOARM", found[1]))], at + 1
    if found := _ARM_N.fullmatch(text):
        return [Word("goarch", "arm", weak=True, level=("GOARM", found[1]))], at + 1
    if text in {"arm", "arm32"}:
        return _arm(tokens, at)
    if text == "arm64v8":
        return [Word("goarch", "arm64")], at + 1
    if text == "ppc64" and _of_node(tokens, at):
        return [ANY], at + 1
    if text in _BITS and before and before[-1].kind == "goos":
        with_bit = _joint(tokens, at + 1) and tokens[at + 1][1] == "bit"
        return [Word("bits", _BITS[text])], at + 2 if with_bit else at + 1
    return _word(text), at + 1


def _of_node(tokens: list[_Token], at: int) -> bool:
    """Say whether a processor is in Node's spelling, whose process.arch has one word for both byte orders of ppc64.

    So it is in @esbuild/linux-ppc64, and in esbuild-linux-ppc64-0.28.2.tgz, as npm pack names that package.
    """
    if at == 0 or tokens[at - 1][1] != "linux" or tokens[at][0] != "-":
        return False
    if at == 1:
        return True
    following = tokens[at + 1 : at + 2]  # npm's versions start with a digit, release tags mostly with v
    return bool(following) and following[0][0] == "-" and following[0][1].isdigit() and _in_version(tokens, at + 1)


def _word(text: str) -> list[Word]:
    if text in _ANY:
        return [ANY]
    if (single := _goos(text) or _goarch(text)) is not None:
        return [single]
    for length in range(min(len(text) - 1, _LONGEST_GOOS), 1, -1):  # glued: linux64, darwinarm64, macos13
        if (goos := _goos(text[:length])) is not None:
            return _glued(goos, text[length:])
    return [FILLER if text in _FILLERS or _VERSION.fullmatch(text) else OTHER]


def _glued(goos: Word, rest: str) -> list[Word]:
    if rest in _BITS:
        return [goos, Word("bits", _BITS[rest])]
    if _OS_VERSION.fullmatch(rest):
        return [goos, FILLER]
    found = _AMD64.fullmatch(rest) or _ARM_V.fullmatch(rest)
    if found or (_goarch(rest) is not None and not (goos.weak and rest in _WEAK_GOARCH)):
        return [goos, *_next([("", rest)], 0, [])[0]]
    return [OTHER]


def _goos(text: str) -> Word | None:
    if text in {"win32", "win64"}:
        return None  # glued, and in Node's naming `win32` says nothing of bits when a processor follows
    value = GOOS_WORDS.get(text, text)
    return Word("goos", value, weak=text in _WEAK_GOOS) if value in _vocabulary()[0] else None


def _goarch(text: str) -> Word | None:
    value = GOARCH_WORDS.get(text, text)
    return Word("goarch", value, weak=text in _WEAK_GOARCH) if value in _vocabulary()[1] else None


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Return every GOOS and GOARCH there ever was: nacl_amd64p32 is a target too, though nobody can mean it today."""
    pairs = all_ports()
    return frozenset(goos for goos, _ in pairs), frozenset(goarch for _, goarch in pairs)


def _amd64(tokens: list[_Token], following: int, level: str | None) -> tuple[list[Word], int]:
    if level is None and _level(tokens, following, _AMD64_LEVEL):
        level = tokens[following][1]
        following += 1
    return [Word("goarch", "amd64", level=("GOAMD64", level) if level else None)], following


def _arm(tokens: list[_Token], at: int) -> tuple[list[Word], int]:
    weak = tokens[at][1] == "arm"
    if found := _level(tokens, at + 1, _ARM_LEVEL):
        return [Word("goarch", "arm", weak=weak, level=("GOARM", found[1]))], at + 2
    return [Word("goarch", "arm", weak=weak)], at + 1


def _level(tokens: list[_Token], at: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return pattern.fullmatch(tokens[at][1]) if _joint(tokens, at) and not _in_version(tokens, at) else None


def _joint(tokens: list[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at][0] in _JOINTS


def _in_version(tokens: list[_Token], at: int) -> bool:
    """Say whether a token is one of several numbers with dots between them: 1.386, v1.18.0, 10.12."""

    def numbers(left: int) -> bool:
        right = left + 1
        return (
            left >= 0
            and right < len(tokens)
            and tokens[right][0] == "."
            and all(_VERSION.fullmatch(tokens[place][1]) for place in (left, right))
        )

    return numbers(at - 1) or numbers(at)
