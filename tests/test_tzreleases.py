"""The IANA releases that Go packs."""

import itertools
import json
import re
from pathlib import Path

import pytest

import inspector.data
from inspector.tzreleases import newest, ordered, releases

# What `git log lib/time/update.bash` in Go's repository says of each release of Go, from the first with time/tzdata
# on (Go 1.15): the last change before the release was branched off.
PACKED = ["2020a", "2021a", "2021e", "2022a", "2022g", "2023c", "2023d", "2024a", "2025a", "2025b", "2025c", "2026c"]


def test_the_table():
    table = json.loads(Path(inspector.data.__path__[0], "tzdata_releases.json").read_text(encoding="utf-8"))
    assert table["releases"].keys() == releases().keys()
    names = [entry.release for entry in releases().values()]
    assert names == sorted(names)
    for digest, entry in releases().items():
        assert re.fullmatch("[0-9a-f]{64}", digest)
        assert re.fullmatch(r"20\d\d[a-z]", entry.release)
        assert entry.go or entry.commits
        assert 590 < entry.zones < 620


def test_every_release_of_go_that_can_embed_zones_is_known():
    assert set(PACKED) <= {entry.release for entry in releases().values()}


def test_no_release_of_go_packs_two():
    packed = [go for entry in releases().values() for go in entry.go]
    assert len(packed) == len(set(packed))


def test_the_newest_is_the_one_of_the_newest_go():
    assert newest().release == max(entry.release for entry in releases().values() if entry.go)
    assert any(go.startswith("1.27.") for go in newest().go) or newest().release > "2026c"


def test_names_are_ordered_as_they_came_out():
    names = ["1999z", "2009a", "2009z", "2016aa", "2026c", "2026d"]
    assert all((ordered(a) or ()) < (ordered(b) or ()) for a, b in itertools.pairwise(names))


@pytest.mark.parametrize("name", ["", "2026", "2026C", "2026-c", "26c", "2026abc"])
def test_other_names_are_no_releases(name):
    assert ordered(name) is None
