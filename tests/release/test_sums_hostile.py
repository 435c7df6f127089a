"""Checksum files that somebody made to hurt."""

import random

import pytest

from inspector.release.sumfiles import listed, named
from inspector.release.sumsbeside import MAX_SPEAKING, sums_beside

DIGEST = "ab" * 32
SUMS = named("SHA256SUMS")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a" * (64 << 20), id="one line of 64 MiB"),
        pytest.param((b"a" * 31 + b"x") * (1 << 19), id="almost digests"),
        pytest.param(b"aaaaaaa\n" * (1 << 20), id="a million short lines"),
        pytest.param((b"SHA256 (" + b")=aaaaaaaa" * 1600 + b"\n") * 500, id="tags that may end everywhere"),
        pytest.param((b"SHA256 (" + b") = " + DIGEST.encode() + b" " * 16_000 + b"x\n") * 500, id="blanks, then more"),
        pytest.param((b"A" * 8000 + b"1" * 8000 + b"\n") * 500, id="words"),
        pytest.param(b"\xff\xfe" + b"\xd8" * (1 << 20), id="halves of UTF-16"),
        pytest.param(DIGEST.encode() + b"  app\0", id="a NUL"),
        pytest.param(DIGEST.encode()[:-2] + b"  app", id="a digest that is too short"),
        pytest.param(DIGEST.encode() + b"00  app", id="a digest that is too long"),
    ],
)
def test_what_is_no_list_lists_nothing(data):
    assert list(listed(data, SUMS)) == []


def test_a_million_lines_are_read_once_and_in_order():
    lines = "".join(f"{at:064x}  {at}\n" for at in range(1_000_000)).encode()
    every = listed(lines, SUMS)
    assert [next(every).path for _ in range(1000)] == [str(at) for at in range(1000)]


@pytest.mark.parametrize(
    "path",
    ["../app", "../../../../app", "/../app", "", ".", "..", "x" * 5000, "a\x1b[2J", "app/x", "x/../app", "app\0"],
)
def test_no_path_leads_elsewhere(tmp_path, path):
    inside = tmp_path / "inside"
    inside.mkdir()
    for directory in (tmp_path, inside):
        (directory / "app").write_bytes(b"")
    (inside / "SHA256SUMS").write_bytes(f"\ufeff{DIGEST}  {path}\r\n".encode("utf-16-le"))
    beside = sums_beside(str(inside), "app")
    assert (len(beside), beside.claims("app"), beside.left_out_by("app")) == (0, (), ())


def test_of_many_lists_a_few_are_named(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"")
    for at in range(1000):
        (tmp_path / f"checksums{at:03}.txt").write_text(f"{DIGEST}  a\n{DIGEST}  b\n")
    beside = sums_beside(str(tmp_path), "c")
    assert beside.left_out_by("c") == tuple(f"checksums{at:03}.txt" for at in range(MAX_SPEAKING))
    assert len(beside.claims("a")) == 16


def test_random_lines_and_names():
    draw = random.Random(3)
    pieces = (
        DIGEST,
        DIGEST[:40],
        DIGEST * 2,
        " ",
        "  ",
        " *",
        "(",
        ") = ",
        ")=",
        "SHA256",
        "MD5",
        "\\",
        "\\n",
        "\t",
        "\r",
    )
    lines = ("".join(draw.choices((*pieces, "x", "é", "\x1b", "/", ".."), k=draw.randint(1, 8))) for _ in range(20_000))
    found = list(listed("\n".join(lines).encode(), SUMS))
    assert found
    assert all(one.path and set(one.digest) <= set("0123456789abcdef") and one.algorithms for one in found)
    for _ in range(5000):
        name = "".join(draw.choices(("sha256", "sums", "checksums", "-", "_", ".", ".txt", ".asc", "b2", "v1"), k=40))
        said = named(name)
        assert said is None or said.stated
