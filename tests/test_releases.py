"""Go's releases: their order, and the table of dates against the release history's own words."""

import itertools
import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from inspector.model import Evidence, Unknown
from inspector.releases import (
    first_of,
    known_releases,
    known_until,
    line_of,
    newer_in_line,
    parse,
    supported_lines,
    version_of,
)
from tests.build.facts import go_build
from tests.samples import Samples

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "update_releases.py"
TABLE = ROOT / "inspector" / "data" / "go_releases.json"

# As released, oldest first; development versions stand before what they lead to.
ORDER = [
    "go1.4.3",
    "go1.20",
    "go1.20.14",
    "devel go1.21-1a2b3c4d5e Tue Feb 21 10:00:00 2023 +0000",
    "go1.21beta1",
    "go1.21rc2",
    "go1.21rc10",
    "go1.21.0",
    "go1.21.13",
    "go1.26-devel_0f1e2d3c4b",
    "go1.26rc1",
    "go1.26",
    "go1.27.3",
    "go2.0",
]


def test_releases_are_ordered_as_they_came_out():
    parsed = [release for text in ORDER if (release := parse(text)) is not None]
    assert len(parsed) == len(ORDER)
    assert all(a < b for a, b in itertools.pairwise(parsed))


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("1.27", (1, 27, 0, 0, 0)),
        ("go1.20.3 X:nocoverageredesign", (1, 20, 3, 0, 0)),
        ("devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000", (1, 18, 0, -3, 0)),
        ("go1.28-devel_0f1e2d3c4b Mon Nov 2 10:00:00 2026 -0800", (1, 28, 0, -3, 0)),
        ("go1.26-custom", (1, 26, 0, 0, 0)),
        ("go1.27rc1", (1, 27, 0, -1, 1)),
        ("go1.9beta2", (1, 9, 0, -2, 2)),
        ("go1.8.5rc5", (1, 8, 5, -1, 5)),
        ("go1.22.1-fips", (1, 22, 1, 0, 0)),
        ("go1.25.0 X:jsonv2", (1, 25, 0, 0, 0)),
        ("go1.15.8b5", (1, 15, 8, 0, 0)),
        ("go1.24.1 (Red Hat 1.24.1-2.el9)", (1, 24, 1, 0, 0)),
        ("devel +a1b2c3d4e5 Mon Jan 6 10:00:00 2020 +0000", None),
        ("go1.27.3.4", None),
        ("go1", None),
        ("unknown", None),
        ("", None),
        ("go1.٣", None),
    ],
)
def test_every_spelling_is_read(text, release):
    assert parse(text) == release


def test_the_record_speaks_where_the_runtime_does_not():
    silent = {"go_version": Unknown("between go1.20 and go1.27")}
    proof = {"recorded": (Evidence("build info", "go1.25.5", 0x800),)}
    build = go_build(observed=silent, recorded={"go_version": "go1.25.5"}, proofs=proof)
    assert version_of(build) == ("go1.25.5", (Evidence("recorded Go version", "go1.25.5", 0x800),))
    assert version_of(go_build(observed=silent, recorded=Unknown("no build info")))[0] == silent["go_version"]
    assert version_of(go_build(recorded={"go_version": "go1.4"}))[0] == "go1.27.3"


# From other places than the table's: announcements on golang-announce and go.dev/blog, and GitHub's tags.
@pytest.mark.parametrize(
    ("version", "day"),
    [
        ("go1.0.3", "2012-09-21"),
        ("go1.5", "2015-08-19"),  # go.dev/blog/go1.5
        ("go1.11", "2018-08-24"),  # go.dev/blog/go1.11
        ("go1.16", "2021-02-16"),  # go.dev/blog/go1.16
        ("go1.18", "2022-03-15"),  # go.dev/blog/go1.18
        ("go1.18.10", "2023-01-10"),
        ("go1.20", "2023-02-01"),  # go.dev/blog/go1.20
        ("go1.21.0", "2023-08-08"),  # go.dev/blog/go1.21
        ("go1.26.2", "2026-04-07"),
        ("go1.27.0", "2026-08-19"),
        ("go1.27.2", "2026-10-08"),
    ],
)
def test_dates(version, day):
    release = parse(version)
    assert release is not None
    assert known_releases()[release].date == day


def test_the_table_knows_every_patch_of_every_line_but_the_one_withdrawn():
    for minor in range(supported_lines()[-1] + 1):
        patches = [release[2] for release in known_releases() if release[1] == minor]
        missing = set(range(max(patches) + 1)) - set(patches)
        assert missing == ({2} if minor == 7 else set()), minor


def test_names_are_spelled_as_the_toolchain_spells_them():
    for release, known in known_releases().items():
        assert known.name.count(".") == (1 if release[2] == 0 and release[1] < 21 else 2)
        assert parse(known.name) == release


def test_no_release_is_older_than_the_one_before_it_in_its_line_and_none_is_newer_than_the_table():
    for minor in range(supported_lines()[-1] + 1):
        dates = [known.date for known in line_of(minor)]
        assert dates == sorted(dates)
    assert known_until() == max(known.date for known in known_releases().values())
    assert all(re.fullmatch(r"20[12]\d-[01]\d-[0-3]\d", known.date) for known in known_releases().values())


def test_the_two_newest_lines_are_supported():
    older, newest = supported_lines()
    assert newest - older == 1
    opened = first_of(newest)
    assert opened is not None
    assert parse(opened.name) == (1, newest, 0, 0, 0)
    assert first_of(newest + 1) is None
    assert newest >= 27


def test_what_came_after_in_the_same_line():
    assert [known.name for known in newer_in_line((1, 7, 2, 0, 0))] == ["1.7.3", "1.7.4", "1.7.5", "1.7.6"]
    assert [known.name for known in newer_in_line((1, 21, 0, -1, 2))][:2] == ["1.21.0", "1.21.1"]
    assert newer_in_line((1, 21, 13, 0, 0)) == ()
    assert newer_in_line((1, 99, 0, 0, 0)) == ()


def test_a_distributions_source_is_a_few_days_older_than_its_release(samples: Samples):
    for version in ("1.21.13", "1.27.3"):
        text = (samples.go(version).parent.parent / "VERSION").read_text("utf-8")
        name, frozen = re.fullmatch(r"go(\S+)\ntime (\S{10})T\S+\n", text).groups()  # type: ignore[union-attr]
        release = parse(name)
        assert release is not None
        came_out = date.fromisoformat(known_releases()[release].date)
        assert timedelta(0) <= came_out - date.fromisoformat(frozen) <= timedelta(14)


# --- scripts/update_releases.py ---------------------------------------------------------------------------

# The page as go.dev serves it (golang.org/x/website, cmd/golangorg/testdata/release.txt), shortened.
PAGE = """
<h2 id="go1.17">go1.17 (released 2021-08-16)</h2>
<p>Go 1.17 is a major release of Go.</p>
<h3 id="go1.17.minor">Minor revisions</h3>
<p id="go1.17.1">
go1.17.1
(released 2021-09-09)
includes
a
security
fix to the <code>archive/zip</code> package.
</p>
"""
SOURCE = """
	{
		Date: Date{2026, 8, 19}, Version: Version{1, 27, 0},
	},
	{
		Date: Date{2020, 8, 11}, Version: Version{1, 15, 0},
	},
"""


def check(tmp_path: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    source = tmp_path / "history"
    source.write_text(text, "utf-8")
    command = [sys.executable, SCRIPT, "--check", *options, source]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("text", [PAGE, SOURCE, "go1.17.1 (released 2021/09/09) includes a security fix"])
def test_the_script_agrees_with_the_release_history(tmp_path, text):
    before = TABLE.read_bytes()
    result = check(tmp_path, text)
    assert (result.returncode, result.stderr) == (0, "")
    assert TABLE.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "options", "names"),
    [
        (PAGE.replace("2021-09-09", "2021-09-10"), (), "1.17.1"),
        (PAGE.replace("go1.17", "go1.97"), (), "1.97.0, 1.97.1"),
        (PAGE, ("--tag", "1.98.0=2030-01-01"), "1.98.0"),
    ],
)
def test_the_script_names_what_differs(tmp_path, text, options, names):
    result = check(tmp_path, text, *options)
    assert (result.returncode, result.stderr) == (1, f"go_releases.json says otherwise or nothing of {names}\n")


def test_a_tag_never_overrules_the_release_history(tmp_path):
    assert check(tmp_path, PAGE, "--tag", "1.17.1=2021-09-10").returncode == 0


def test_a_tag_is_a_version_and_a_date(tmp_path):
    result = check(tmp_path, PAGE, "--tag", "1.98.0=tomorrow")
    assert (result.returncode, "not like" in result.stderr) == (2, True)


@pytest.mark.parametrize("text", ["", "nothing about Go", "<html>go1.17 was released in 2021</html>"])
def test_a_source_that_dates_no_release_is_refused(tmp_path, text):
    result = check(tmp_path, text)
    assert (result.returncode, "dates no release" in result.stderr) == (2, True)


def test_every_source_named_in_the_table_is_explained():
    table = json.loads(TABLE.read_text("utf-8"))
    assert {row["source"] for row in table["releases"].values()} <= set(table["sources"])
