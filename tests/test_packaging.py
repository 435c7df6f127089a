"""What is installed: the wheel's content, and every documented way to install and run it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from inspector import __version__

ROOT = Path(__file__).resolve().parent.parent


def run(*command: object, **options: object) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what git tracks as anybody would build it."""
    source = tmp_path_factory.mktemp("source")
    for name in run("git", "ls-files", "-z", cwd=ROOT).split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith(("samples/", "tests/", "docs/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    target = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", target, source)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = (archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    top = {name.partition("/")[0] for name in names}
    assert top == {"inspector", "formats", f"gobin_inspect-{__version__}.dist-info"}
    assert "gobin-inspect = inspector.__main__:main" in entry_points
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tracked = set(run("git", "ls-files", "inspector", "formats", cwd=ROOT).splitlines())
    assert {name for name in names if name.startswith(("inspector/", "formats/"))} == tracked


def test_the_wheel_is_small(wheel: Path):
    assert wheel.stat().st_size < 700_000


def in_clean_environment(**more: str) -> dict[str, str]:
    """The environment without what points at the environment the tests run in."""
    return {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}} | more


@pytest.mark.wide
def test_pip_install(tmp_path: Path, wheel: Path):
    run(sys.executable, "-m", "venv", tmp_path / "env")
    run(tmp_path / "env" / "bin" / "pip", "install", "--quiet", wheel)
    tool = tmp_path / "env" / "bin" / "gobin-inspect"
    assert run(tool, "--version").split() == ["gobin-inspect", __version__]
    assert "linux/amd64" in run(tool, ROOT / "samples" / "release" / "demo_1.2.3_linux_amd64.tar.gz", cwd=tmp_path)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("installer", "command"),
    [("uv", ["uvx", "--from", ROOT, "gobin-inspect"]), ("pipx", ["pipx", "run", "--spec", ROOT, "gobin-inspect"])],
)
def test_run_without_installing(installer: str, command: list[object], tmp_path: Path):
    run(sys.executable, "-m", "venv", tmp_path / "env")
    run(tmp_path / "env" / "bin" / "pip", "install", "--quiet", installer)
    # uv brings certificates of its own; behind a proxy the system's are the ones that count, as pip has it.
    certificates = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    environment = in_clean_environment(HOME=str(tmp_path), UV_CACHE_DIR=str(tmp_path / "uv"), **certificates)
    tool = [tmp_path / "env" / "bin" / str(command[0]), *command[1:]]
    assert run(*tool, "--version", env=environment, cwd=tmp_path).split() == ["gobin-inspect", __version__]
