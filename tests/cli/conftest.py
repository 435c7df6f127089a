"""Programs to run the tool on, and a place with one file of each kind."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module", autouse=True)
def ready(bytecode):
    """Every test here runs the tool as at a user's."""


@pytest.fixture(scope="session")
def good(samples):
    """A static linux/amd64 program without any warning."""
    return samples["hello-linux-amd64-go1.27"].path


@pytest.fixture(scope="session")
def warned(samples):
    """A windows program that asks for zones and has none."""
    return samples["uses-windows-386-go1.27"].path


@pytest.fixture(scope="module")
def place(tmp_path_factory, good, warned):
    """A directory with one file of each kind. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("cli") / "place"
    (folder / "mixed").mkdir(parents=True)
    (folder / "texts").mkdir()
    (folder / "empty").mkdir()
    (folder / "cut").mkdir()
    whole = good.read_bytes()
    for name in ("app", "mixed/app", "cut/whole"):
        (folder / name).write_bytes(whole)
        (folder / name).chmod(0o755)
    (folder / "app.exe").write_bytes(warned.read_bytes())
    (folder / "cut" / "half").write_bytes(whole[: len(whole) // 2])
    native = Path(sys.executable).resolve().read_bytes()
    for name in ("native", "mixed/native"):
        (folder / name).write_bytes(native)
    for name in ("notes.txt", "mixed/notes.txt", "texts/notes.txt"):
        (folder / name).write_text("no program\n")
    (folder / "void").write_bytes(b"")
    return folder
