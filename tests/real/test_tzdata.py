"""The zone database in real programs, against the zoneinfo.zip of the Go release that built them."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import formats
from formats import Image, Window
from inspector.facts.functab import find_table
from inspector.facts.tzdata import Proofs, tzdata
from inspector.model import Tzdata
from tests.samples import Sample, Samples

UPDATE = Path(__file__).parents[2] / "scripts" / "update_tzdata.py"


def image_of(path: Path) -> Image:
    (image,) = formats.read(Window.of_bytes(path.read_bytes()))
    assert isinstance(image, Image)
    return image


def facts_of(path: Path) -> tuple[Tzdata, Proofs]:
    image = image_of(path)
    return tzdata(image, find_table(image))


def lib_time(samples: Samples, sample: Sample) -> Path:
    return samples.go(sample.go).parent.parent / "lib" / "time"


def test_every_sample(sample: Sample, samples: Samples):
    found, proofs = facts_of(sample.path)
    image = image_of(sample.path)
    data = image.mapped.read(0, image.mapped.size)  # in wasm the file leaves runs of zeros out of it
    folder = lib_time(samples, sample)
    pack = (folder / "zoneinfo.zip").read_bytes()
    assert found.embedded is (pack in data)
    assert found.defect is None
    if not found.embedded:
        assert (found.zones, found.release) == (None, None)
        return
    assert proofs["tzdata"][-1].offset == image.place(data.index(pack))
    with zipfile.ZipFile(folder / "zoneinfo.zip") as theirs:
        assert found.zones == sum(theirs.read(member).startswith(b"TZif") for member in theirs.infolist())
    (release,) = re.findall(r"^DATA=(\w+)", (folder / "update.bash").read_text(encoding="utf-8"), re.MULTILINE)
    assert found.release == release


def test_damage_in_the_zip(samples: Samples, tmp_path: Path):
    carrying = (s for s in samples if facts_of(s.path)[0].embedded)
    for sample in (s for s in carrying if s.goarch != "wasm"):  # where the zip is in one piece
        data = bytearray(sample.path.read_bytes())
        pack = (lib_time(samples, sample) / "zoneinfo.zip").read_bytes()
        with zipfile.ZipFile(lib_time(samples, sample) / "zoneinfo.zip") as theirs:
            member = theirs.getinfo("Asia/Tokyo")
            body = theirs.read(member)
        data[data.index(pack) + pack.index(body, member.header_offset) + 60] ^= 1
        damaged = tmp_path / sample.path.name
        damaged.write_bytes(data)
        assert facts_of(damaged)[0].defect == "Asia/Tokyo does not fit its checksum", sample.name


def check(*what: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, UPDATE, "--check", *what]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_table_knows_the_toolchains_that_built_the_samples(samples: Samples):
    roots = {samples.go(sample.go).parent.parent for sample in samples}
    done = check(*sorted(roots))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("version", "data", "says"),
    [
        ("go1.99.1", "DATA=2999z", "the same zones as"),  # a release under another name
        ("go1.99.1", "", "no DATA="),
        ("devel", "DATA=2026c", "no release in VERSION"),
        ("go1.99.1", "DATA={release}", "does not say so"),
    ],
)
def test_a_distribution_the_table_does_not_know(version, data, says, samples: Samples, tmp_path: Path):
    folder = samples.go("1.27.3").parent.parent / "lib" / "time"
    (release,) = re.findall(r"^DATA=(\w+)", (folder / "update.bash").read_text(encoding="utf-8"), re.MULTILINE)
    ours = tmp_path / "lib" / "time"
    ours.mkdir(parents=True)
    (tmp_path / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    (ours / "update.bash").write_text(f"{data.format(release=release)}\n", encoding="utf-8")
    (ours / "zoneinfo.zip").write_bytes((folder / "zoneinfo.zip").read_bytes())
    done = check(tmp_path)
    assert done.returncode == 1
    assert says in done.stderr


@pytest.mark.wide
def test_the_history_of_a_repository(samples: Samples, tmp_path: Path):
    """Two commits that pack known zones, the older one from before there was a time/tzdata."""

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True)

    git("init")
    (tmp_path / "lib" / "time").mkdir(parents=True)
    for version in ("1.21.13", "1.27.3"):
        for name in ("update.bash", "zoneinfo.zip"):
            theirs = samples.go(version).parent.parent / "lib" / "time" / name
            (tmp_path / "lib" / "time" / name).write_bytes(theirs.read_bytes())
        if version == "1.27.3":
            (tmp_path / "src" / "time" / "tzdata").mkdir(parents=True)
            (tmp_path / "src" / "time" / "tzdata" / "tzdata.go").touch()
        git("add", ".")
        git("commit", "-m", version)
    command = [sys.executable, UPDATE, "--check", "--git", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert re.fullmatch(r"commit [0-9a-f]{10,}: 2026c, 598 zones", first)
    assert "does not say so" in second


def test_a_folder_that_is_no_distribution(tmp_path: Path):
    done = check(tmp_path)
    assert done.returncode == 1
    assert "VERSION" in done.stderr
    assert "Traceback" not in done.stderr
