"""What is kept of what a run met: what lists name, and nothing of a million other rows."""

import json
import tracemalloc
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from inspector.intent import Plan, find_dists
from inspector.model import SkipKind, Skipped
from inspector.release.expected import Met
from inspector.release.located import places
from scripts.goreleaser import binary_row, metadata_row
from tests.releases import AMD64
from tests.reports.made import report, skip

ROWS = 20_000


class Made(Sequence[Skipped]):
    """Rows that are made while they are gone through, as those of a long run are decoded."""

    def __init__(self, directory: str, listed: Skipped) -> None:
        self._directory, self._listed = directory, listed

    def __len__(self) -> int:
        return ROWS

    def __getitem__(self, index):
        if index == ROWS // 2:
            return self._listed
        return skip(f"{self._directory}/texts/{index}.txt", SkipKind.NOT_EXECUTABLE, "not an executable")

    def __iter__(self) -> Iterator[Skipped]:
        return (self[index] for index in range(ROWS))


def test_rows_that_no_list_names_are_not_kept(tmp_path):
    rows = [metadata_row(), binary_row(AMD64, "demo", "demo")]
    (tmp_path / "artifacts.json").write_text(json.dumps(rows))
    program = tmp_path / "demo_linux_amd64_v1" / "demo"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    listed = skip(str(program), SkipKind.NOT_EXECUTABLE, "a script")
    seen = replace(report(), skipped=Made(str(tmp_path), listed))
    plan = Plan(dists=find_dists([str(tmp_path)]))
    tracemalloc.start()
    met = Met(seen, plan)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < ROWS * 100  # less than the rows' own names
    (expected,) = met.rows(plan.dists[0])
    assert (expected.met, expected.why) == (False, "linux_amd64_v1: a script")


def test_many_files_of_a_directory_that_is_reached_by_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    place = places()
    at = str((tmp_path / "real").resolve())
    assert place(f"{tmp_path}/link/a") == f"{at}/a"
    assert place(f"{tmp_path}/real/../link/b") == f"{at}/b"
    assert place(f"{tmp_path}/link/a\x1b") == f"{at}/a\\x1b"
