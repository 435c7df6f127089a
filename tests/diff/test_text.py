"""What a person reads, and what a comment on a pull request shows."""

import re

import click
import pytest

from inspector import completion
from inspector.diff.compare import compare
from inspector.model import Severity, Status
from inspector.reports.fitting import COMMENT
from tests.diff.sides import build, compared, cut_off, file, outcome, read, written
from tests.reports.test_markdown import Page

ARCHES = ("amd64", "arm64", "ppc64le", "riscv64", "s390x", "386", "arm", "loong64")


def released(version, go, deps, *, floor="2.17", arches=ARCHES, failing=()):
    """A release of one program with cgo for several processors of Linux."""
    for arch in arches:
        program = build(
            goarch=arch,
            go_version=go,
            linkage="dynamic",
            libc="glibc",
            glibc_floor=floor if arch == "arm64" else "2.17",
            deps=deps,
        )
        yield file(
            f"dist-{version}/app_{version}_linux_{arch}.tar.gz",
            program,
            outcome("wrong-cgo") if arch in failing else outcome("wrong-cgo", Status.PASS),
            members=("app",),
            size=3_000_000 + (100_000 if version == "1.3.0" and arch == "386" else 0),
        )


OLD = {"example.com/kept": "v1.0.0", "example.com/old": "v0.1.0", "example.com/text": "v1.2.0"}
NEW = {"example.com/kept": "v1.0.0", "example.com/new": "v0.9.0", "example.com/text": "v1.3.0"}

GOLDEN = """\
7 targets in both, 1 lost, 1 gained; 2 findings new; facts changed

lost     linux/loong64 dist-1.2.3/app_1.2.3_linux_loong64.tar.gz -> app

gained   linux/mips dist-1.3.0/app_1.3.0_linux_mips.tar.gz -> app

glibc floor     linux/arm64: 2.17 -> 2.34 (worse)
Go              all 7: go1.26.4 -> go1.27.3
size            linux/386: 2.9 MiB -> 3.0 MiB (+3.3%)

modules         all 7:
                + example.com/new v0.9.0
                - example.com/old v0.1.0
                example.com/text v1.2.0 -> v1.3.0

new      error   wrong-cgo (GBI015, worse) linux/amd64, linux/s390x: wrong-cgo
         says so

unread   new: dist-1.3.0/app_1.3.0_freebsd_amd64.tar.gz: truncated: the file
         ends too early

worse: 1 target lost, the glibc floor rose, 2 findings new or graver
"""


def releases():
    new_arches = (*ARCHES[:-1], "mips")
    old = read("old", *released("1.2.3", "go1.26.4", OLD))
    new = read(
        "new",
        *released("1.3.0", "go1.27.3", NEW, floor="2.34", arches=new_arches, failing=("amd64", "s390x")),
        skipped=[cut_off("dist-1.3.0/app_1.3.0_freebsd_amd64.tar.gz")],
    )
    return compare(old, new, Severity.ERROR)


def test_what_is_shared_is_said_once():
    assert written(releases()) == GOLDEN


def test_quiet_says_what_is_worse_and_what_could_not_be_read():
    assert (
        written(releases(), quiet=True)
        == """\
lost     linux/loong64 dist-1.2.3/app_1.2.3_linux_loong64.tar.gz -> app

glibc floor     linux/arm64: 2.17 -> 2.34 (worse)

new      error   wrong-cgo (GBI015, worse) linux/amd64, linux/s390x: wrong-cgo
         says so

unread   new: dist-1.3.0/app_1.3.0_freebsd_amd64.tar.gz: truncated: the file
         ends too early
"""
    )


def test_no_difference_is_one_line_and_nothing_when_quiet():
    same = compared([file("d/app-1.0")], [file("e/app-1.1")])
    assert written(same) == "1 target, no difference\n"
    assert written(same, quiet=True) == ""


def test_colour_changes_no_word():
    found = releases()
    coloured = written(found, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == written(found)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit(width):
    assert all(len(line) <= width for line in written(releases(), width=width, verbose=True).splitlines())


def test_many_targets_are_counted_and_named_on_demand():
    arches = [f"arch{number}" for number in range(30)]
    half = [file(f"d/{arch}", build(goarch=arch, cgo=number < 10)) for number, arch in enumerate(arches)]
    found = compared([file(f"d/{arch}", build(goarch=arch)) for arch in arches], half)
    assert "+4 more: no -> yes" in written(found).replace("\n               ", "")
    assert "linux/arch9" in written(found, verbose=True)
    gone = compared(
        [file(f"d/{arch}", build(goarch=arch)) for arch in arches], [file("d/arch0", build(goarch="arch0"))]
    )
    assert "+9 more; -v lists them\n" in written(gone)
    assert written(gone, verbose=True).count("\nlost ") == 29


def test_the_comment_says_the_same():
    text = written(releases(), "markdown")
    page = Page(text)
    assert text.startswith("❌ **gobin-inspect diff** 7 targets in both, 1 lost, 1 gained;")
    assert "wrong-cgo (GBI015, error) linux/amd64, linux/s390x: wrong-cgo says so" in page.text
    assert "2.17 -> 2.34" in page.text
    assert "example.com/text v1.2.0 -> v1.3.0" in page.text
    assert "app_1.3.0_freebsd_amd64.tar.gz: truncated: the file ends too early" in page.text
    assert written(compared([file("d/app")], [file("e/app")]), "markdown").startswith("✅ ")


def test_the_comment_fits_into_one():
    many = [file(f"d/{'x' * 200}{number}", build(goarch=f"arch{number}")) for number in range(1000)]
    text = written(compared(many, many[:1]), "markdown")
    assert len(text.encode()) <= COMMENT
    assert "more artifacts, left out to fit" in text


def test_the_formats_are_offered_on_tab():
    context, parameter = click.Context(click.Command("diff")), click.Option(["-f"])
    assert completion.diff_formats(context, parameter, "") == ["json", "markdown", "text"]
    assert completion.diff_formats(context, parameter, "m") == ["markdown"]
