"""Reports put away and taken out again, in memory and on disk."""

import random

import pytest

from inspector.batch import shelf as shelves
from inspector.batch.shelf import Inspected, Shelf
from inspector.errors import ReportWriteError
from inspector.model import SkipKind, Skipped
from tests.reports.made import WRONG, file, image

NAMES = [(f"dist/app{n % 7}", (f"m{n}",) if n % 3 else ()) for n in range(21)]
NAMES = list(dict.fromkeys(NAMES))


def filled(*, packed: bool, order: int = 0) -> Shelf:
    shelf = Shelf()
    names = NAMES[:]
    random.Random(order).shuffle(names)
    for path, members in names:
        report = file(path, image(None, WRONG), members=members)
        row = Skipped(path=path, members=members, slice="arm64", kind=SkipKind.TRUNCATED, reason="cut off")
        harmless = Skipped(path=path, members=members, kind=SkipKind.NOT_GO, reason="no Go")
        shelf.put([Inspected.of(report, packed=packed)], [row, harmless])
    return shelf


@pytest.fixture(params=["memory", "disk", "from memory to disk"])
def room(request, monkeypatch):
    kept = {"memory": 1000, "disk": 0, "from memory to disk": 5}[request.param]
    monkeypatch.setattr(shelves, "KEPT_FILES", kept)
    monkeypatch.setattr(shelves, "KEPT_ROWS", kept)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("packed", [False, True])
def test_what_was_put_in_comes_out_in_order(packed):
    shelf = filled(packed=packed)
    names = sorted(NAMES)
    assert [(report.path, report.members) for report in shelf.files] == names
    assert [(brief.path, brief.members) for brief in shelf.briefs] == names
    rows = [(row.path, row.members, row.slice) for row in shelf.skipped]
    assert rows == [(*name, part) for name in names for part in (None, "arm64")]
    assert [(row.path, row.members) for row in shelf.unseen] == names
    assert (len(shelf.files), len(shelf.skipped)) == (len(names), 2 * len(names))
    assert list(shelf.files) == list(shelf.files) == list(filled(packed=packed, order=1).files)


@pytest.mark.usefixtures("room")
def test_it_is_a_sequence():
    shelf = filled(packed=True)
    reports = list(shelf.files)
    assert shelf.files[0] == reports[0]
    assert shelf.files[-1] == reports[-1]
    assert list(shelf.files[2:9:3]) == reports[2:9:3]
    with pytest.raises(IndexError):
        shelf.files[len(reports)]


def test_any_report_is_found_at_once(monkeypatch):
    monkeypatch.setattr(shelves, "KEPT_FILES", 0)
    shelf = Shelf()
    shelf.put([Inspected.of(file(f"app{number}"), packed=True) for number in range(500)], [])
    files, steps = shelf.files, []
    shelf._database.set_progress_handler(lambda: steps.append(1), 1)  # at every instruction of SQLite's machine
    took = []
    for number in (0, 250, -1):
        steps.clear()
        assert files[number].path == sorted(f"app{n}" for n in range(500))[number]
        took.append(len(steps))
    assert took[0] == took[1] == took[2] < 20


def test_without_room_it_says_so(monkeypatch):
    monkeypatch.setattr(shelves, "KEPT_FILES", 0)
    shelf = Shelf()
    shelf.put([Inspected.of(file("a"), packed=True)], [])
    shelf._database.execute("PRAGMA max_page_count = 3")
    many = [Inspected.of(file(f"app{number}", image()), packed=True) for number in range(100)]
    with pytest.raises(ReportWriteError, match=r"does not fit into a temporary file: database or disk is full"):
        shelf.put(many, [])


def test_what_cannot_be_read_back_is_no_crash(monkeypatch):
    monkeypatch.setattr(shelves, "KEPT_FILES", 0)
    shelf = Shelf()
    shelf.put([Inspected.of(file("a"), packed=True)], [])
    files = shelf.files
    shelf._database.close()
    with pytest.raises(ReportWriteError, match="cannot be read back from a temporary file"):
        list(files)
