"""One file on disk under several names is read once, and judged under each by what that name says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.model import Report, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.edited import saved
from tests.samples import Samples

NAME = "hello-linux-amd64-go1.27"
PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lambda data: lzma.compress(data, preset=0)}


def inspected(folder: Path) -> Report:
    return inspect_paths([str(folder)], Options(rules=select(("wrong-goarch",))))


def judged(folder: Path) -> dict[tuple[str, tuple[str, ...]], Status]:
    report = inspected(folder)
    return {(Path(f.path).name, f.members): f.images[0].outcomes[0].status for f in report.files}


def linked(folder: Path, data: bytes, *names: str) -> None:
    first = saved(folder, names[0], data)
    for name in names[1:]:
        (folder / name).hardlink_to(first)


@pytest.fixture
def program(samples: Samples) -> bytes:
    return samples[NAME].path.read_bytes()


def test_a_program(program: bytes, tmp_path: Path):
    linked(tmp_path, program, "app_linux_amd64", "app_linux_arm64")
    assert judged(tmp_path) == {("app_linux_amd64", ()): Status.PASS, ("app_linux_arm64", ()): Status.FAIL}


@pytest.mark.parametrize("suffix", PACK)
def test_a_compressed_program_is_called_as_its_file_is(suffix: str, program: bytes, tmp_path: Path):
    names = [f"app_linux_amd64{suffix}", f"app_linux_arm64{suffix}", "app"]
    linked(tmp_path, PACK[suffix](program), *names)
    assert judged(tmp_path) == {
        (names[0], ("app_linux_amd64",)): Status.PASS,
        (names[1], ("app_linux_arm64",)): Status.FAIL,
        ("app", ("app",)): Status.NOT_APPLICABLE,
    }


def test_a_compressed_text_is_called_as_its_file_is(tmp_path: Path):
    linked(tmp_path, gzip.compress(b"What has changed.\n"), "a.txt.gz", "b.txt.gz")
    rows = [(Path(row.path).name, row.members) for row in inspected(tmp_path).skipped]
    assert rows == [("a.txt.gz", ("a.txt",)), ("b.txt.gz", ("b.txt",))]


def test_members_of_an_archive_keep_their_names(program: bytes, tmp_path: Path):
    """Also one that is called as the archive is."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for name in ("a.tar", "app"):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(program), 0o755
            archive.addfile(info, io.BytesIO(program))
    linked(tmp_path, buffer.getvalue(), "a.tar.gz", "b_linux_arm64.tar.gz")
    assert judged(tmp_path) == {
        ("a.tar.gz", ("a.tar",)): Status.NOT_APPLICABLE,
        ("a.tar.gz", ("app",)): Status.NOT_APPLICABLE,
        ("b_linux_arm64.tar.gz", ("a.tar",)): Status.FAIL,
        ("b_linux_arm64.tar.gz", ("app",)): Status.FAIL,
    }
