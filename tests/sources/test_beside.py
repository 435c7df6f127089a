"""Small files beside an artifact: in its directory, in its archive, nowhere."""

import io
import os
import sys
from pathlib import Path

import pytest

from inspector.model import Unknown
from inspector.sources import Artifact, walk
from inspector.sources.limits import MAX_BESIDE
from tests.sources.containers import ELF, tar_of, zip_of

SCRIPT = b"this.importObject = {}"


def beside(path: Path, name: str = "script.js") -> dict[tuple[str, ...], object]:
    """What each artifact below ``path`` finds beside it."""
    return {thing.members: thing.beside(name) for thing in walk([str(path)]) if isinstance(thing, Artifact)}


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app"
    path.write_bytes(ELF)
    return path


def test_a_file_of_the_same_directory(app):
    assert beside(app) == {(): None}
    (app.parent / "script.js").write_bytes(SCRIPT)
    assert beside(app) == {(): SCRIPT}
    assert beside(app, "other.js") == {(): None}
    assert beside(app.parent) == {(): SCRIPT}


def test_the_current_directory(app, monkeypatch):
    (app.parent / "script.js").write_bytes(SCRIPT)
    monkeypatch.chdir(app.parent)
    assert beside(Path("app")) == {(): SCRIPT}


def test_an_empty_file_is_one(app):
    (app.parent / "script.js").touch()
    assert beside(app) == {(): b""}


def test_what_stands_beside_a_link_is_what_counts(app, tmp_path):
    # A program reached by a link is loaded, and its script looked for, by the link's own directory.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "app").symlink_to(app)
    (tmp_path / "bin" / "script.js").write_bytes(SCRIPT)
    assert beside(tmp_path / "bin" / "app") == {(): SCRIPT}


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "symbolic link"),
        (lambda path: path.mkdir(), "a directory"),
        (os.mkfifo, "a named pipe"),
        (lambda path: path.write_bytes(bytes(MAX_BESIDE + 1)), "over the limit"),
    ],
)
def test_what_is_no_small_plain_file_is_not_read(app, make, why):
    make(app.parent / "script.js")
    ((found),) = beside(app).values()
    assert isinstance(found, Unknown)
    assert found.reason.startswith("script.js beside the file: ")
    assert why in found.reason


def test_the_largest_that_is_read(app):
    (app.parent / "script.js").write_bytes(bytes(MAX_BESIDE))
    assert beside(app) == {(): bytes(MAX_BESIDE)}


@pytest.mark.parametrize("pack", [tar_of, zip_of], ids=["tar", "zip"])
def test_a_member_of_the_same_directory(pack, tmp_path):
    archive = tmp_path / "release"
    files = {"app": ELF, "bin/app": ELF, "bin/script.js": SCRIPT, "bin/deeper/app": ELF, "other/script.js": b"no"}
    archive.write_bytes(pack(files))
    (tmp_path / "script.js").write_bytes(b"outside")
    assert beside(archive) == {("app",): None, ("bin/app",): SCRIPT, ("bin/deeper/app",): None}


@pytest.mark.parametrize("pack", [tar_of, zip_of], ids=["tar", "zip"])
def test_a_member_that_is_too_large(pack, tmp_path):
    archive = tmp_path / "release"
    archive.write_bytes(pack({"app": ELF, "script.js": bytes(MAX_BESIDE + 1)}))
    (found,) = beside(archive).values()
    assert isinstance(found, Unknown)
    assert str(MAX_BESIDE) in found.reason


def test_standard_input_has_no_directory(monkeypatch, tmp_path):
    class Stdin:
        buffer = io.BytesIO(ELF)

    (tmp_path / "script.js").write_bytes(SCRIPT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Stdin())
    assert beside(Path("-")) == {(): None}
