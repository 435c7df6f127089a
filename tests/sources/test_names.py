"""Shown names, and names as intent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.sources.names import member_parts, names_of, shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain-name.exe", "plain-name.exe"),
        ("Größe 文件", "Größe 文件"),
        ("a\nb\x1b[31m\x7f\0", r"a\x0ab\x1b[31m\x7f\x00"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), r"caf\xe9"),
        ("gpj\u202eexe", r"gpj\u202eexe"),
        ("\U000e0001", r"\U000e0001"),
        ("../../etc/passwd", "../../etc/passwd"),
    ],
)
def test_what_does_not_print_is_escaped(name, expected):
    assert shown(name) == expected


@given(st.text() | st.binary().map(lambda name: name.decode("utf-8", "surrogateescape")))
def test_a_shown_name_always_prints(name):
    assert shown(name).isprintable()
    shown(name).encode("utf-8")


def test_a_name_without_end_is_cut():
    assert shown("x" * 5000) == "x" * 4096 + "…"


def test_a_members_name_knows_both_separators():
    assert member_parts("bin//linux/app") == ["bin", "linux", "app"]
    assert member_parts(r"bin\windows\app.exe") == ["bin", "windows", "app.exe"]
    assert member_parts("/") == ["/"]
    assert member_parts("") == [""]


@pytest.mark.parametrize(
    ("path", "directories"),
    [
        ("app", []),
        ("./linux_amd64/app", ["linux_amd64"]),
        ("x/linux/arm64/bin/app", ["bin", "arm64", "linux"]),
        ("/home/me/windows-stuff/dist/app", []),
        ("/home/me/windows-stuff/Dist/linux/app", ["linux"]),
        ("../windows/../linux/app", ["linux"]),
    ],
)
def test_directories_count_nearest_first_and_not_above_an_output_directory(path, directories):
    assert names_of(path.split("/")) == (("file name", "app"), *(("directory name", name) for name in directories))
