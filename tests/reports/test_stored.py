"""Reports of a long run, whose full reports are not in memory: which of them are read, and how often."""

import io

import pytest
from msgspec.structs import replace

from inspector.reports import RENDERERS, View
from inspector.reports.fitting import COMMENT
from inspector.reports.markdown import document
from tests.reports import made
from tests.reports.gates import MISSING, many


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.name)
def test_every_format_says_the_same_and_reads_each_at_most_once(renderer):
    report = replace(many(), release=(MISSING,))
    files = made.Stored(report.files)
    held, read = io.StringIO(), io.StringIO()
    renderer.render(report, held, View())
    renderer.render(replace(report, files=files), read, View())
    assert read.getvalue() == held.getvalue()
    assert sorted(set(files.read)) == sorted(files.read)


def test_the_lines_of_many_files_read_what_failed_alone():
    report = many()
    files = made.Stored(report.files)
    next(r for r in RENDERERS if r.name == "text").render(replace(report, files=files), io.StringIO(), View())
    assert files.read == list(range(0, 300, 7))


def test_markdown_reads_what_there_is_room_for():
    report = many(3000)
    files = made.Stored(report.files)
    assert document(replace(report, files=files), COMMENT) == document(report, COMMENT)
    with_findings = sum(bool(file.notable) for file in report.briefs)
    assert 50 < len(files.read) < with_findings / 4
