"""samples/release is what samples/README.md says: good where it says good, and bad in just the planted way."""

import hashlib
import io
import json
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import lief
import pytest

from tests.samples import Samples

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "samples" / "release"
ARCHIVES = sorted(path.name for path in RELEASE.iterdir() if path.suffix in {".gz", ".zip"})

# Archive to the port whose program is really inside.
HOLDS = {
    "demo_1.2.3_darwin_amd64.tar.gz": "darwin/amd64",
    "demo_1.2.3_darwin_arm64.tar.gz": "darwin/arm64",
    "demo_1.2.3_linux_386.tar.gz": "linux/386",
    "demo_1.2.3_linux_amd64.tar.gz": "linux/amd64",
    "demo_1.2.3_linux_arm64.tar.gz": "linux/amd64",
    "demo_1.2.3_windows_386.zip": "windows/386",
    "demo_1.2.3_windows_amd64.zip": "windows/amd64",
}


def program(name: str) -> tuple[bytes, int]:
    """The program in an archive, and its mode."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(RELEASE / name) as archive:
            info = archive.getinfo("demo.exe")
            return archive.read(info), info.external_attr >> 16 & 0o777
    with tarfile.open(RELEASE / name) as archive:
        member = archive.getmember("demo")
        content = archive.extractfile(member)
        assert content is not None
        return content.read(), member.mode


def record(name: str, samples: Samples, folder: Path) -> dict[str, str]:
    file = folder / "demo"
    file.write_bytes(program(name)[0])
    command = [samples.go("1.27.3"), "version", "-m", file]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    settings = dict(re.findall(r"^\tbuild\t([^=\n]+)=(.*)$", done.stdout, re.MULTILINE))
    settings["mod"] = re.search(r"^\tmod\t\S+\t(\S+)", done.stdout, re.MULTILINE)[1]
    return settings


def bad_pages(data: bytes) -> list[int]:
    """Pages whose hash is not the one in the CodeDirectory (Apple's cs_blobs.h: version 0x20400, SHA-256)."""
    command = lief.MachO.parse(io.BytesIO(data)).at(0).code_signature
    at = data.index(bytes.fromhex("fade0c02"), command.data_offset)
    hashes, _, _, count, limit = struct.unpack_from(">5I", data, at + 16)
    size, kind, _, page_bits = struct.unpack_from(">4B", data, at + 36)
    assert (size, kind) == (32, 2)
    assert count > 100
    page = 1 << page_bits
    return [
        number
        for number in range(count)
        if hashlib.sha256(data[number * page : min((number + 1) * page, limit)]).digest()
        != data[at + hashes + number * size :][:size]
    ]


def test_is_small():
    files = list(RELEASE.iterdir())
    assert sum(file.stat().st_size for file in files) < 5_000_000
    assert max(file.stat().st_size for file in files) < 1_500_000


def test_every_archive_is_described():
    assert sorted(HOLDS) == ARCHIVES
    text = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(demo_\S+)` \|", text, re.MULTILINE) == ARCHIVES


@pytest.mark.parametrize("name", HOLDS)
def test_program_is_of_the_port_it_should_be(name: str, samples: Samples, tmp_path: Path):
    settings = record(name, samples, tmp_path)
    assert f"{settings['GOOS']}/{settings['GOARCH']}" == HOLDS[name]
    assert settings["-trimpath"] == "true"
    assert settings["mod"] == "v1.2.3"
    assert settings["vcs.modified"] == "false"
    metadata = json.loads((RELEASE / "metadata.json").read_bytes())
    assert settings["vcs.revision"] == metadata["commit"]


def test_only_the_linux_386_program_lost_its_mode():
    assert [name for name in ARCHIVES if program(name)[1] != 0o755] == ["demo_1.2.3_linux_386.tar.gz"]
    assert program("demo_1.2.3_linux_386.tar.gz")[1] == 0o644


def test_only_the_arm64_signature_is_broken():
    data, _ = program("demo_1.2.3_darwin_arm64.tar.gz")
    assert len(bad_pages(data)) == 1
    assert bad_pages(data.replace(b"Support@example.com", b"support@example.com")) == []
    assert not lief.MachO.parse(io.BytesIO(program("demo_1.2.3_darwin_amd64.tar.gz")[0])).at(0).has_code_signature


def test_only_the_windows_amd64_program_has_no_relocations():
    loaded = {
        name: lief.PE.parse(io.BytesIO(program(name)[0])).has_relocations for name in HOLDS if name.endswith("zip")
    }
    assert loaded == {"demo_1.2.3_windows_386.zip": True, "demo_1.2.3_windows_amd64.zip": False}


def test_checksums_and_artifacts_are_those_of_the_archives():
    digests = {name: hashlib.sha256((RELEASE / name).read_bytes()).hexdigest() for name in ARCHIVES}
    lines = (RELEASE / "checksums.txt").read_text(encoding="ascii").splitlines()
    assert lines == [f"{digest}  {name}" for name, digest in sorted(digests.items())]
    artifacts = json.loads((RELEASE / "artifacts.json").read_bytes())
    listed = {a["name"]: a["extra"]["Checksum"] for a in artifacts if a["type"] == "Archive"}
    assert listed == {name: f"sha256:{digest}" for name, digest in digests.items()}


@pytest.mark.wide
def test_recipe_makes_the_same_release(tmp_path: Path):
    script = ROOT / "scripts" / "build_release.py"
    subprocess.run([sys.executable, script, "--output", tmp_path], capture_output=True, text=True, check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in RELEASE.iterdir()}
