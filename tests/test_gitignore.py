"""gitignore's patterns: git itself is asked what they match."""

import random
import re
import subprocess
import time

import pytest

from inspector.gitignore import compiled

PIECES = [
    "a",
    "b",
    "ab",
    ".",
    "*",
    "?",
    "/",
    "[ab]",
    "[!a]",
    "[a-c]",
    "[b\\]]",
    "[]b]",
    "\\*",
    "**/",
    "/**/",
    "/**",
    "/",
]


def matches(pattern, path):
    found = compiled(pattern)
    return found is not None and found.matches(path.split("/"))


def drawn(count):
    """Patterns from fixed random numbers, without runs of stars that are no ``**``: git reads those in its own way."""
    draw = random.Random(4)
    while count:
        pattern = "".join(draw.choice(PIECES) for _ in range(draw.randint(1, 6)))
        if not re.search(r"\*{3}|[^/]\*\*|\*\*[^/]", pattern.replace("\\*", "")):
            count -= 1
            yield pattern


def paths(count):
    draw = random.Random(5)
    parts = ("".join(draw.choices("abc*]", k=draw.randint(1, 3))) for _ in iter(int, 1))
    return ["/".join(next(parts) for _ in range(draw.randint(1, 4))) for _ in range(count)]


def ignored(repository, pattern, candidates):
    """What git ignores by a .gitignore of one line."""
    (repository / ".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repository,
        input="\0".join(candidates),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,  # 1: nothing is ignored
    )
    assert asked.returncode in {0, 1}
    return {path for path in asked.stdout.split("\0") if path}


def test_matches_what_git_matches(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    candidates = paths(300)
    told = 0
    for pattern in drawn(150):
        expected = ignored(tmp_path, pattern, candidates)
        told += bool(expected)
        assert {path for path in candidates if matches(pattern, path)} == expected, pattern
    assert told > 50


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("app_*_*_*.zip", "app_" + "_" * 4000),
        ("*a" * 2000 + "b", "a" * 4000),
        ("**/a/" * 500 + "b", "a/" * 2000),
        ("?" * 100_000, "a" * 4000),
        ("*" * 100_000 + "b", "a" * 4000),
        ("a/" * 100_000, "a/" * 2000),
        ("[!b]" * 20_000, "a" * 4000),
    ],
)
def test_neither_a_pattern_nor_a_path_takes_long(pattern, path):
    begun = time.process_time()
    assert not matches(pattern, path)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("pattern", ["[", "[]", "[!]", "a\\", "[z-a]", "a\\/b"])
def test_what_is_no_pattern(pattern):
    with pytest.raises((ValueError, re.error)):
        compiled(pattern)


def test_a_set_is_no_regular_expression():
    assert matches("[\\d]", "d")
    assert not matches("[\\d]", "1")
    assert matches("[a&&b]", "&")
    assert matches("[[a]", "[")


@pytest.mark.parametrize(("pattern", "matched"), [("[+--]", "+,-"), ("[a-c--e]", "-abcd")])
def test_two_dashes_in_a_set_are_the_end_of_a_range_or_its_start(pattern, matched):
    assert [name for name in "+,-abcdf" if matches(pattern, name)] == list(matched)
    assert not matches("[!a]", "/")
