"""Whatever is wrong with a file: one clear line, the right exit code, and the others are still inspected."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from inspector.cli import main
from tests.samples import Samples

GOOD = "hello-linux-amd64-go1.27"
FORMATS = [
    "hello-linux-amd64-go1.27",
    "hello-linux-mips-go1.27",
    "hello-windows-386-go1.27",
    "hello-darwin-arm64-go1.27",
]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict]:
    """The exit code and the JSON report of one call."""
    code = main(["-f", "json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)


def one_row(capsys: pytest.CaptureFixture[str], bad: Path, good: Path, *options: str) -> tuple[int, dict]:
    """The exit code and the bad file's row, with a good file in the same call that is inspected all the same."""
    code, report = run(capsys, *options, bad, good)
    assert [file["path"] for file in report["files"]] == [str(good)]
    (row,) = report["skipped"]
    assert row["path"] == str(bad)
    assert row["reason"]
    assert "\n" not in row["reason"]
    return code, row


@pytest.fixture
def good(samples: Samples) -> Path:
    return samples[GOOD].path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"just a text\n", "not-executable"),
        (b"", "not-executable"),
        (b"#!/bin/sh\nexit 0\n", "not-executable"),
        (b"\x7fELF", "truncated"),
        (b"\x7fELF" + bytes(60), "malformed"),
        (b"MZ", "truncated"),
        (b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(64), "not-executable"),  # a Java class file, version 65
        (b"\xca\xfe\xba\xbe\0\0\0\0", "malformed"),  # a universal file without slices
        (b"\xca\xfe\xba\xbe\0\0\x03\xe8" + bytes(4096), "limit"),  # with 1,000 slices
        (b"\xcf\xfa\xed\xfe" + bytes(10), "truncated"),
    ],
)
def test_a_file_that_is_no_whole_executable(content, kind, capsys, tmp_path, good):
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    code, row = one_row(capsys, bad, good)
    assert (code, row["kind"]) == (3, kind), row


def test_a_missing_path(capsys, tmp_path, good):
    code, row = one_row(capsys, tmp_path / "absent", good)
    assert (code, row["kind"], row["reason"]) == (3, "unreadable", "no such file or directory")


def test_a_directory_without_executables(capsys, tmp_path):
    (tmp_path / "README").write_text("nothing here\n")
    code, report = run(capsys, tmp_path)
    assert code == 3
    assert not report["files"]
    assert [row["kind"] for row in report["skipped"]] == ["not-executable"]


def test_what_is_met_while_walking_changes_no_exit_code(capsys, tmp_path, good):
    (tmp_path / "README").write_text("nothing here\n")
    (tmp_path / "app").write_bytes(good.read_bytes())
    (tmp_path / "app").chmod(0o755)
    (tmp_path / "python").write_bytes(Path(sys.executable).resolve().read_bytes())
    code, report = run(capsys, tmp_path)
    assert code == 0
    assert {row["kind"] for row in report["skipped"]} == {"not-executable", "not-go"}


def test_a_c_program_is_not_go(capsys, good):
    code, row = one_row(capsys, Path(sys.executable), good)
    assert (code, row["kind"]) == (3, "not-go")


def test_gos_magic_as_data_in_a_c_program_is_not_go(capsys, tmp_path, good):
    blob = b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x08go1.27.3\x00"
    table = struct.pack("<I4B", 0xFFFFFFF1, 0, 0, 1, 8) + bytes(64)
    program = tmp_path / "c"
    program.write_bytes(Path(sys.executable).resolve().read_bytes() + blob + table)
    code, row = one_row(capsys, program, good)
    assert (code, row["kind"]) == (3, "not-go")


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_off_at_every_64th_is_truncated(name, capsys, tmp_path, samples):
    data = samples[name].path.read_bytes()
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.write_bytes(data)
    whole.chmod(0o755)
    for part in range(1, 64):
        cut.write_bytes(data[: len(data) * part // 64])
        code, row = one_row(capsys, cut, whole, "--no-hash")
        assert (code, row["kind"]) == (3, "truncated"), (part, row)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_lacks_its_last_byte_is_never_called_whole(name, capsys, tmp_path, samples):
    cut = tmp_path / "cut"
    cut.write_bytes(samples[name].path.read_bytes()[:-1])
    cut.chmod(0o755)
    code, report = run(capsys, cut)
    if report["files"]:
        assert report["files"][0]["images"][0]["observed"]["pristine"] == "modified"
    else:
        assert code == 3


def test_section_headers_past_the_end(capsys, tmp_path, good):
    data = bytearray(good.read_bytes())
    struct.pack_into("<Q", data, 40, len(data) - 64)
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    code, row = one_row(capsys, bad, good)
    assert (code, row["kind"]) == (3, "truncated")


def test_a_load_command_of_size_0(capsys, tmp_path, good, samples):
    data = bytearray(samples["hello-darwin-arm64-go1.27"].path.read_bytes())
    struct.pack_into("<I", data, 32 + 4, 0)
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    code, row = one_row(capsys, bad, good)
    assert (code, row["kind"]) == (3, "malformed")


def test_a_member_that_claims_100_gigabytes(capsys, tmp_path, good):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("app", good.read_bytes()[:4096])
    data = bytearray(archive.read_bytes())
    # Both size fields of the central directory's entry; 100 GB do not fit 32 bits, so: the most that does.
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, 0xFFFFFFFE)
    archive.write_bytes(data)
    code, report = run(capsys, archive, good)
    assert code == 3
    assert [file["path"] for file in report["files"]] == [str(good)]
    (row,) = report["skipped"]
    assert row["members"] == ["app"]
    assert row["kind"] in {"limit", "truncated", "malformed"}


def test_no_permission(tmp_path, good):
    """Root reads everything, so the tool runs as nobody when root runs the tests."""
    tmp_path.chmod(0o755)
    bad = tmp_path / "bad"
    bad.write_bytes(good.read_bytes())
    bad.chmod(0)
    # The first call imports everything while it still can: nobody may not read root's own Python.
    code = (
        "import os, sys\n"
        "from inspector.cli import main\n"
        f"main(['-q', {str(good)!r}])\n"
        "if os.geteuid() == 0:\n"
        "    os.setgid(65534); os.setuid(65534)\n"
        f"sys.exit(main([{str(bad)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3, done
    assert "ermission denied" in " ".join((done.stdout + done.stderr).split())  # lines are wrapped
    assert "Traceback" not in done.stderr
