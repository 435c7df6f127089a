"""Hard links: the names of one file come together, everything else as it is found."""

import os
import pickle
from pathlib import Path

import pytest

from inspector.model import SkipKind, Skipped
from inspector.sources import links
from inspector.sources.files import Found, find
from inspector.sources.links import gathered


def together(*paths):
    """The base names that come together, in the order they come; a row as its reason."""
    return [
        one.reason if isinstance(one, Skipped) else tuple(Path(found.path).name for found in one)
        for one in gathered(find([str(path) for path in paths]))
    ]


def file(number, *, inode=None, names=1):
    return Found(f"/f{number}", named=False, parts=(f"f{number}",), inode=inode, names=names)


def test_names_of_one_file_come_together_when_the_last_is_found(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two")
    (tmp_path / "sub").mkdir()
    os.link(tmp_path / "a", tmp_path / "sub/c")
    os.link(tmp_path / "a", tmp_path / "d")
    assert together(tmp_path) == [("b",), ("a", "d", "c")]


def test_equal_content_alone_makes_no_link(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"same")
    assert together(tmp_path) == [("a",), ("b",)]


def test_a_file_with_names_elsewhere_comes_at_the_end(tmp_path):
    dist = tmp_path / "dist"
    dist.mkdir()
    (tmp_path / "outside").write_bytes(b"")
    os.link(tmp_path / "outside", dist / "a")
    os.link(tmp_path / "outside", dist / "b")
    (dist / "c").write_bytes(b"")
    assert together(dist) == [("c",), ("a", "b")]


def test_named_paths_and_directories_share_a_file(tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/a").write_bytes(b"")
    os.link(tmp_path / "dist/a", tmp_path / "named")
    (group,) = gathered(find([str(tmp_path / "dist"), str(tmp_path / "named")]))
    assert [(Path(found.path).name, found.named) for found in group] == [("a", False), ("named", True)]


def test_a_path_given_twice_is_one_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(b"")
    os.link("a", "b")
    assert together("a", "./a", "b", "b/") == [("a", "b")]


def test_a_link_below_a_directory_is_no_name_and_a_named_one_is(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    os.link(tmp_path / "a", tmp_path / "b")
    (tmp_path / "link").symlink_to("a")
    assert together(tmp_path) == [("a", "b")]
    assert together(tmp_path / "a", tmp_path / "link") == [("a", "link")]
    assert together(tmp_path, tmp_path / "link") == [("a", "b"), ("link",)]


def test_rows_pass_at_their_place(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    os.link(tmp_path / "a", tmp_path / "c")
    (tmp_path / "b").symlink_to("nowhere")
    assert together(tmp_path) == ["a symbolic link to nothing", ("a", "c")]


def test_files_of_two_devices_are_two_files():
    one, other = file(1, inode=(1, 7), names=2), file(2, inode=(2, 7), names=2)
    assert list(gathered([one, other])) == [(one,), (other,)]


def test_a_file_whose_names_grew_meanwhile_comes_again():
    found = [file(1, inode=(1, 7), names=2), file(2, inode=(1, 7), names=2), file(3, inode=(1, 7), names=3)]
    assert list(gathered(found)) == [tuple(found[:2]), (found[2],)]


def test_of_a_file_with_very_many_names_some_come_at_a_time(monkeypatch):
    monkeypatch.setattr(links, "MAX_TOGETHER", 3)
    found = [file(number, inode=(1, 7), names=8) for number in range(8)]
    assert list(gathered(found)) == [tuple(found[:3]), tuple(found[3:6]), tuple(found[6:])]


def test_no_more_names_are_held_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(links, "MAX_HELD", 4)
    found = [file(number, inode=(1, number % 3), names=9) for number in range(6)]
    coming = gathered(iter(found))
    assert next(coming) == (found[0], found[3])
    assert list(coming) == [(found[1],), (found[2],), (found[4],), (found[5],)]


def test_nothing_is_asked_for_before_it_is_needed():
    def endless():
        yield file(1, inode=(1, 1), names=2)
        yield file(2)
        raise AssertionError("asked for more than was needed")

    assert next(gathered(endless())) == (file(2),)


@pytest.mark.parametrize("content", [b"", b"x" * 1234])
def test_what_is_found_knows_its_size_and_its_names(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    (alone,) = find([str(tmp_path)])
    assert (alone.size, alone.inode, alone.names) == (len(content), None, 1)
    os.link(tmp_path / "a", tmp_path / "b")
    status = (tmp_path / "a").stat()
    for found in (*find([str(tmp_path)]), *find([str(tmp_path / "a")])):
        assert (found.size, found.inode, found.names) == (len(content), (status.st_dev, status.st_ino), 2)
        assert pickle.loads(pickle.dumps(found)) == found


def test_what_vanished_between_listing_and_looking_is_found_all_the_same(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"x")
    finding = find([str(tmp_path)])
    assert next(finding).size == 1
    (tmp_path / "b").unlink()
    (gone,) = finding
    assert (gone.path, gone.size, gone.inode) == (str(tmp_path / "b"), 0, None)


def test_skipped_rows_are_no_files():
    row = Skipped(path="p", kind=SkipKind.UNREADABLE, reason="r", named=True)
    assert list(gathered([row])) == [row]
