"""Releases of real programs: archives as a release tool names them."""

import io
import tarfile
from pathlib import Path

from tests.samples import Samples

OLD = {
    "linux_amd64": "uses-linux-amd64-go1.21",
    "darwin_arm64": "uses-darwin-arm64-go1.21",
    "windows_386": "uses-windows-386-go1.21",
    "linux_arm64": "uses-linux-arm64-go1.27",
}
NEW = {
    "linux_amd64": "uses-linux-amd64-go1.27",
    "darwin_arm64": "uses-darwin-arm64-go1.27",
    "windows_386": "uses-windows-386-go1.27-stripped",
    "openbsd_amd64": "uses-openbsd-amd64-go1.27",
}


def archive(path: Path, program: bytes, name: str = "app", mode: int = 0o755) -> None:
    """Write a tar.gz that holds one program."""
    with tarfile.open(path, "w:gz") as out:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(program), mode
        out.addfile(info, io.BytesIO(program))


def release(folder: Path, version: str, programs: dict[str, str], samples: Samples) -> Path:
    """Put an archive for each target into a new directory."""
    folder.mkdir(parents=True)
    for target, name in programs.items():
        suffix = ".exe" if target.startswith("windows") else ""
        archive(folder / f"app_{version}_{target}.tar.gz", samples[name].path.read_bytes(), f"app{suffix}")
    return folder
