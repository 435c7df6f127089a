"""GoReleaser's lists: what counts as one, where their files are, and damage."""

import json
import os
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import PolicyError
from inspector.intent import find_dists, goreleaser
from inspector.model import Declared, Dist, Intent
from tests.intent.lists import LISTED, METADATA_ROW, archive, only, row, rows_of, said, write

# --- where a list is looked for ---------------------------------------------------------------------------


def test_beside_and_above_a_file_in_and_just_below_a_directory(tmp_path):
    dist = write(tmp_path / "dist", row())
    program = dist / "demo_linux_amd64_v1" / "demo"
    program.parent.mkdir()
    program.touch()
    deeper = program.parent / "deeper" / "demo"
    deeper.parent.mkdir()
    deeper.touch()
    for given_path in (dist, tmp_path, program, dist / LISTED):
        (found,) = find_dists([str(given_path)])
        assert found.directory == str(dist.resolve())
    for given_path in (deeper, program.parent, tmp_path.parent, tmp_path / "nothing", "a\0b", "-"):
        assert find_dists([str(given_path)]) == ()


def test_one_list_is_found_once_however_it_is_reached(tmp_path, monkeypatch):
    dist = write(tmp_path / "dist", row())
    (tmp_path / "link").symlink_to("dist")
    monkeypatch.chdir(dist)
    paths = [".", "../dist", "../link", str(dist), LISTED]
    (found,) = find_dists(paths)
    assert found.directory == str(dist.resolve())
    assert found.source == LISTED


def test_reports_show_a_list_and_its_files_below_what_was_given(tmp_path, monkeypatch):
    write(tmp_path / "dist", row())
    monkeypatch.chdir(tmp_path)
    (found,) = find_dists(["./"])
    assert found.source == "dist/artifacts.json"
    assert {listed.name for listed in found.rows} == {"dist/metadata.json", "dist/demo_linux_amd64_v1/demo"}


def test_links_lead_to_no_list(tmp_path):
    elsewhere = write(tmp_path / "elsewhere", row())
    place = tmp_path / "place"
    place.mkdir()
    (place / "dist").symlink_to(elsewhere)
    (place / LISTED).symlink_to(elsewhere / LISTED)
    assert find_dists([str(place)]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "3",
        "no json",
        "[3, null]",
        '[{"name": "a"}]',
        '[{"name": "a", "path": "b", "type": "zip"}]',
        '[{"name": 1, "path": "b", "type": "Binary"}]',
        "\ufeff[]",
        "[" * 10_000,
    ],
)
def test_another_tools_file_of_that_name_is_no_list(tmp_path, text):
    (tmp_path / LISTED).write_text(text, encoding="utf-8")
    assert find_dists([str(tmp_path)]) == ()


def test_neither_is_a_directory_or_a_pipe_of_that_name(tmp_path):
    (tmp_path / LISTED).mkdir()
    assert find_dists([str(tmp_path)]) == ()
    (tmp_path / LISTED).rmdir()
    os.mkfifo(tmp_path / LISTED)
    assert find_dists([str(tmp_path)]) == ()


# --- where its files are ----------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["dist", "build/dist", "/home/me/project/dist", "C:/project/dist"])
def test_a_list_counts_where_it_stands_whatever_dist_was_called(tmp_path, prefix):
    rows = [{**METADATA_ROW, "path": f"{prefix}/metadata.json"}, {**row(), "path": f"{prefix}/demo_linux/demo"}]
    (tmp_path / LISTED).write_text(json.dumps(rows))
    assert [os.path.relpath(r.path, tmp_path.resolve()) for r in only(tmp_path).rows] == [
        "demo_linux/demo",
        "metadata.json",
    ]


def test_an_absolute_path_through_dist(tmp_path):
    # GoReleaser keeps a path absolute when the current directory is spelled otherwise, as below macOS' /tmp.
    program = {**row(), "path": "/private/tmp/dist/project/dist/demo_linux_amd64_v1/demo"}
    assert set(rows_of(tmp_path / "dist", program)) == {"demo_linux_amd64_v1/demo"}


@pytest.mark.parametrize("path", ["LICENSE", "output/demo", "/etc/passwd", "distribution/demo", "../dist/demo"])
def test_a_file_that_was_never_in_dist_has_no_row(tmp_path, path):
    assert rows_of(tmp_path / "dist", {**row(), "path": path}) == {}


def test_older_lists_have_no_row_of_metadata(tmp_path):
    checksums = row("sub/dist/checksums.txt", "Checksum", goos=None, goarch=None, target=None)
    for rows, place in (
        ([{**checksums, "path": "sub/dist/checksums.txt"}, {**row(), "path": "sub/dist/a/demo"}], "a/demo"),
        ([{**row(), "path": "out/a/demo"}], "a/demo"),
        ([{**row(), "path": "demo"}], "demo"),
    ):
        (tmp_path / LISTED).write_text(json.dumps(rows))
        assert place in {os.path.relpath(r.path, tmp_path.resolve()) for r in only(tmp_path).rows}


def test_published_files_stand_under_their_published_names(tmp_path):
    flat = row(extra={"Format": "binary"}, name="demo_1.2.3_linux_amd64")
    package = row("makeself/demo/linux_amd64/demo.run", "Makeself Package", {})
    dist = write(tmp_path / "dist", row(), flat, package)
    for name in ("demo_1.2.3_linux_amd64", "demo.run"):
        (dist / name).touch()
    names = [os.path.relpath(r.path, dist.resolve()) for r in only(dist).rows]
    assert names == ["demo.run", "demo_1.2.3_linux_amd64", "demo_linux_amd64_v1/demo", "metadata.json"]


def test_where_packages_are_put_together_belongs_to_them(tmp_path):
    snap = row("demo_1.2.3_linux_amd64.snap", "Snap")
    made = row("makeself/demo/linux_amd64/demo.run", "Makeself Package", {})
    flatpak = row("flatpak/demo/x86_64/demo.flatpak", "Flatpak", {})
    found = rows_of(tmp_path / "dist", snap, made, flatpak)
    for place in ("demo_1.2.3_linux_amd64/prime", "makeself/demo/linux_amd64", "flatpak/demo/x86_64"):
        assert found[place].intent.goarch == said("amd64")
        assert not found[place].expected


def test_thin_programs_stay_where_a_universal_one_replaces_them(tmp_path):
    dist = tmp_path / "dist"
    names = (
        "demo_darwin_amd64_v1",
        "demo_darwin_arm64_v8.0",
        "demo_darwin_all",
        "x_darwin_arm64_v8.0",
        "demo_linux_arm",
    )
    for name in names:
        (dist / name).mkdir(parents=True)
    mac = {"goos": "darwin", "goarch": "all", "goamd64": None, "target": None}
    other = row("x_darwin_arm64_v8.0/x", goos="darwin", goarch="arm64", goamd64=None)
    for replaces, merged in ((True, {"demo_darwin_amd64_v1", "demo_darwin_arm64_v8.0"}), (False, set())):
        universal = row("demo_darwin_all/demo", extra={"Builder": "go", "Replaces": replaces}, **mac)
        found = rows_of(dist, universal, other)
        assert set(found) == {"demo_darwin_all/demo", "x_darwin_arm64_v8.0/x"} | merged
        assert all(found[name].intent == Intent(goos=said("darwin")) for name in merged)


# --- metadata.json ----------------------------------------------------------------------------------------

COMMIT = "eb004ec6c9263ef078904f1975914afb65927b1f"


@pytest.mark.parametrize(
    ("tag", "version", "declared"),
    [
        ("v1.2.3", "1.2.3", "v1.2.3"),
        ("v1.2.3-rc.1+build", "1.2.3-rc.1+build", "v1.2.3-rc.1+build"),
        ("v1.2.3", "1.2.4-SNAPSHOT-eb004ec", None),
        ("v1.2.3", "1.2.3-SNAPSHOT-eb004ec", None),
        ("v0.0.0", "0.0.0-SNAPSHOT-none", None),
        # Whether the module in sub/ was built is not told: the root's records a version of its own.
        ("sub/v1.2.3", "1.2.3", None),
        ("sub/v1.2.3", "sub/v1.2.3", None),
        # Go reads neither as a version, and records a pseudo-version.
        ("1.2.3", "1.2.3", None),
        ("sub@v1.2.3", "1.2.3", None),
        ("nightly", "nightly", None),
        ("", "", None),
    ],
)
def test_the_version_is_the_tags(tmp_path, tag, version, declared):
    metadata = {"project_name": "demo", "tag": tag, "version": version, "commit": COMMIT}
    found = only(write(tmp_path / "dist", row(), metadata=metadata)).intent
    assert found.version == (Declared(declared, "metadata.json") if declared else None)
    assert found.clean == (Declared(True, "metadata.json") if declared else None)
    assert found.revision == Declared(COMMIT, "metadata.json")


@pytest.mark.parametrize(("more", "refused"), [("", False), ('{"internal_type": 4},', True)])
def test_a_list_of_very_many_values_is_not_decoded(tmp_path, more, refused):
    (tmp_path / "artifacts.json").write_text(f"[{more}{'1,' * 1_000_001}1]", encoding="utf-8")
    if not refused:
        assert find_dists([str(tmp_path)]) == ()
        return
    with pytest.raises(PolicyError, match=r"artifacts\.json: over the limit of 1000000 values"):
        find_dists([str(tmp_path)])


def test_a_snapshot_without_a_repository_has_no_revision(tmp_path):
    metadata = {"tag": "v0.0.0", "version": "0.0.0-SNAPSHOT-none", "commit": "none"}
    assert only(write(tmp_path / "dist", row(), metadata=metadata)).intent == Intent()


def test_without_metadata_nothing_is_said(tmp_path):
    assert only(write(tmp_path / "dist", row())).intent == Intent()


@pytest.mark.parametrize("metadata", [[], {"tag": 3}, "x", {"commit": None}])
def test_damaged_metadata_is_an_error(tmp_path, metadata):
    write(tmp_path / "dist", row(), metadata=metadata)
    with pytest.raises(PolicyError, match=r"dist/metadata\.json: Expected"):
        find_dists([str(tmp_path)])


# --- damage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (3, "Expected `object`, got `int`"),
        ({**row(), "goos": 3}, "Expected `str`, got `int` - at `$.goos`"),
        ({**row(), "extra": []}, "Expected `object | null`, got `array` - at `$.extra`"),
        (archive(extra={"Binaries": "demo"}), "got `str` - at `$.extra.Binaries`"),
        (row("../demo"), "../demo is no path in the directory"),
        (row("a/../../../etc/passwd"), "is no path in the directory"),
        (row("a\0b"), r"a\x00b is no path in the directory"),
        (row("a\u202eb"), r"a\u202eb is no path in the directory"),
        (row("."), ". is no path in the directory"),
        (row(goamd64="v9"), "GOAMD64 is v1, v2, v3 or v4, not v9"),
        (row(goos="beos"), "no Go release has GOOS beos"),
        (row(goos="linux", goarch="all-of-them"), "no Go release has GOARCH all-of-them"),
        (row(goos="darwin", goarch="riscv64"), "no Go release has darwin/riscv64"),
        (row(extra={"Checksum": "sha256"}), "a checksum is written algorithm:hexadecimal, not 'sha256'"),
        (row(extra={"Checksum": "sha256:../../x"}), "a checksum is written"),
    ],
)
def test_a_damaged_row_is_one_line_that_names_file_and_row(tmp_path, bad, why):
    write(tmp_path / "dist", row(), bad)
    with pytest.raises(PolicyError) as error:
        find_dists([str(tmp_path)])
    assert re.match(r".*dist/artifacts\.json: \.\[2\]: ", str(error.value))
    assert why in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("cut", [1, 2, 40, 100])
def test_a_list_that_was_cut_off_is_an_error(tmp_path, cut):
    text = (write(tmp_path / "dist", row()) / LISTED).read_text()
    (tmp_path / "dist" / LISTED).write_text(text[:-cut])
    with pytest.raises(PolicyError, match=r"artifacts\.json: no list in JSON: Input data was truncated"):
        find_dists([str(tmp_path)])


def test_bounds(tmp_path, monkeypatch):
    write(tmp_path / "dist", row(), row())
    monkeypatch.setattr(goreleaser, "_MAX_ROWS", 2)
    with pytest.raises(PolicyError, match="over the limit of 2 rows"):
        find_dists([str(tmp_path)])
    monkeypatch.setattr(goreleaser, "_MAX_LIST", 150)
    with pytest.raises(PolicyError, match="over the limit of 150 bytes"):
        find_dists([str(tmp_path)])
    (tmp_path / "dist" / LISTED).write_text(json.dumps(["x" * 200]))
    assert find_dists([str(tmp_path)]) == ()


def test_nesting_is_bounded(tmp_path):
    deep = '[{"name":"a","path":"a","type":"Binary","internal_type":4,"extra":{"x":' + "[" * 50_000 + "]" * 50_000
    (tmp_path / LISTED).write_text(deep + "}}]")
    with pytest.raises(PolicyError, match="nested too deeply"):
        find_dists([str(tmp_path)])


WORDS = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["linux", "darwin", "amd64", "arm", "all", "v1", "7", "Binary", "Archive", "Snap", "go", "dist/a"]),
)
FIELDS = st.sampled_from(["name", "path", "goos", "goarch", "goarm", "goamd64", "target", "type", "internal_type"])
EXTRAS = st.dictionaries(st.sampled_from(["Binaries", "Builder", "Checksum", "Format", "Replaces", "Abi"]), WORDS)
ROWS = st.lists(st.one_of(WORDS, st.dictionaries(FIELDS, WORDS), st.builds(row, extra=EXTRAS)), max_size=6)


@given(ROWS)
def test_any_rows_give_a_list_or_nothing_or_one_clear_error(tmp_path_factory, rows):
    folder = tmp_path_factory.getbasetemp() / "any-rows"
    folder.mkdir(exist_ok=True)
    (folder / LISTED).write_text(json.dumps(rows), encoding="utf-8")
    found, refused = attempt(folder)
    assert len(found) <= 1
    assert refused is None or (LISTED in refused and refused.isprintable())
    for dist in found:
        assert list(dist.rows) == sorted(dist.rows, key=lambda row: row.path)
        assert all(row.path.startswith(f"{dist.directory}/") for row in dist.rows)
        assert msgspec.json.encode(dist.rows)


def attempt(folder: Path) -> tuple[tuple[Dist, ...], str | None]:
    try:
        return find_dists([str(folder)]), None
    except PolicyError as error:
        return (), str(error)
