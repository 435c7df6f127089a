"""A release as GoReleaser leaves it passes the gate; broken in one way, exactly the rules for that refuse it.

What is broken is broken in real programs: built differently (scripts/build_dist.py), or changed after they were built.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.real.gate import RELEASE, Findings, asked, gate
from tests.real.release import Release, stripped
from tests.real.said import READERS, closing_says

pytestmark = pytest.mark.usefixtures("bytecode")

LINUX = "demo_linux_amd64_v1/demo"
ARM = "demo_linux_arm64_v8.0/demo"
APPLE = "demo_darwin_arm64_v8.0/demo"
UNIVERSAL = "demo_darwin_all/demo"
WINDOWS = "demo_windows_amd64_v1/demo.exe"
NATIVE = "demo-native_linux_amd64_v1/demo-native"
ARM_ARCHIVE = "demo_1.2.3_linux_arm64.tar.gz"

TWICE = ("same-content-two-targets", RELEASE)  # the program is there under its own name too

GOOD = "verified 22 binaries for 9 targets: 22 as meant"

POLICY = """
[all]
go = "1.27"
module = "example.com/demo"
version = "1.2.3"
revision = "{commit}"
clean = true
trimpath = true
debug-info = false
symbols = false
pristine = true
fips140 = "off"
buildmode = "default"
tags = []
tzdata = "absent"
max-size = "4 MiB"
cgo = false

[[targets]]
target = "linux/amd64"
files = ["demo_linux_amd64_v1/", "demo_1.2.3_linux_amd64.tar.gz"]
goamd64 = "v1"
static = true

[[targets]]
target = "linux/amd64"
files = ["demo-native*"]
goamd64 = "v1"
cgo = true
static = false
libc = "glibc"
glibc = "2.28"
debug-info = true  # zig's linker keeps what its own start files have
symbols = true

[[targets]]
target = "linux/386"
go386 = "sse2"
static = true

[[targets]]
target = "linux/arm64"
goarm64 = "v8.0"
static = true

[[targets]]
target = "linux/arm"
goarm = "7"
static = true

[[targets]]
target = "darwin/amd64"
files = ["demo_darwin_amd64_v1/", "demo_1.2.3_darwin_amd64.tar.gz"]
min-os = "13.0"

[[targets]]
target = "darwin/arm64"
files = ["demo_darwin_arm64_v8.0/", "demo_1.2.3_darwin_arm64.tar.gz"]
min-os = "13.0"
profile = "macos-26"

[[targets]]
files = ["demo_darwin_all/", "demo_1.2.3_darwin_all.tar.gz"]
min-os = "13.0"

[[targets]]
target = "windows/386"
profile = "windows-10"
subsystem = "console"
aslr = true

[[targets]]
target = "windows/amd64"
profile = "windows-10"
subsystem = "console"
aslr = true

[[targets]]
target = "js/wasm"
files = ["*.wasm"]
"""


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A copy of the good release, with no policy beside it."""
    return Release.copied(tmp_path)


def with_policy(release: Release) -> Release:
    """Put the policy beside dist/."""
    (release.root / "gobin-inspect.toml").write_text(POLICY.replace("{commit}", release.commit), encoding="utf-8")
    return release


# ---- the good release --------------------------------------------------------


def test_what_goreleaser_lists_is_what_is_there(release: Release):
    rows = json.loads(release.read("artifacts.json"))
    assert all((release.root / row["path"]).is_file() for row in rows)
    assert [row["goarch"] for row in release.rows(type="Binary", goos="darwin")] == ["amd64", "arm64", "all"]
    assert [row["name"] for row in rows if row.get("extra", {}).get("DynamicallyLinked")] == [
        "demo-native",
        "demo-native_1.2.3_linux_amd64.tar.gz",
    ]
    targets = [
        line.strip("- ") for line in release.read("config.yaml").decode().splitlines() if line[:8] == " " * 6 + "- "
    ]
    listed = {row["target"] for row in rows if row["type"] == "Binary" and "target" in row}
    assert listed <= set(targets)


@pytest.mark.parametrize("policy", [False, True], ids=["dist", "policy and dist"])
def test_the_good_release_passes(policy: bool, release: Release):
    done = gate((with_policy(release) if policy else release).root, "dist")
    assert done.failed - done.notes == set(), done.text
    assert (done.code, done.closing, done.messages) == (0, GOOD, "")
    assert done.report["summary"]["images"] == 24


def test_the_good_release_passes_at_its_strictest(release: Release):
    done = gate(with_policy(release).root, "--fail-on", "warning", "dist")
    assert (done.code, done.closing) == (0, GOOD)


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        (LINUX, {"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOAMD64": "v1"}),
        ("demo_linux_arm_7/demo", {"GOOS": "linux", "GOARCH": "arm", "CGO_ENABLED": "0", "GOARM": "7"}),
        ("demo_windows_386_sse2/demo.exe", {"GOOS": "windows", "GOARCH": "386", "CGO_ENABLED": "0", "GO386": "sse2"}),
        ("demo_js_wasm/demo.wasm", {"GOOS": "js", "GOARCH": "wasm"}),
        (NATIVE, {"CGO_ENABLED": "1"}),
    ],
)
def test_each_build_step_can_verify_what_it_built(name: str, variables: dict[str, str], release: Release):
    single = release.root / "elsewhere" / Path(name).name  # where no list says more
    single.parent.mkdir()
    single.write_bytes(release.read(name))
    single.chmod(0o755)
    done = gate(release.root, "--from-env", single.relative_to(release.root), env=variables)
    assert (done.code, done.closing) == (0, "verified 1 binary for 1 target: 1 as meant")
    sources = {
        value["source"] for value in done.report["files"][0]["images"][0]["intended"].values() if "source" in value
    }
    assert sources <= {f"environment {variable}" for variable in variables}


def test_the_lists_source_is_named_and_the_policys_comes_first(release: Release):
    def source(key: str) -> str:
        done = gate(release.root, f"dist/{LINUX}")
        assert done.code == 0
        return done.report["files"][0]["images"][0]["intended"][key]["source"]

    assert source("goarch") == "artifacts.json"
    with_policy(release)
    assert source("goarch").startswith("policy gobin-inspect.toml:targets[0]")


# ---- broken in one way -------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """One way to break the release, and what refuses it: by GoReleaser's lists alone, and with the policy too."""

    how: Callable[[Release], None]
    listed: Findings = field(default_factory=set)
    policy: Findings = field(default_factory=set)
    unseen: int = 0

    def code(self, found: Findings) -> int:
        return 1 if found else 3 if self.unseen else 0


def same(how: Callable[[Release], None], *found: tuple[str, str], unseen: int = 0) -> Broken:
    """Refused alike with the policy and without."""
    return Broken(how, set(found), set(found), unseen)


def _host(release: Release) -> None:
    release.write(ARM, release.read(LINUX))


def _host_named_exe(release: Release) -> None:
    release.write(WINDOWS, release.read(LINUX))


def _thin(release: Release) -> None:
    release.write(UNIVERSAL, release.read(APPLE))


def _host_archive(release: Release) -> None:
    release.repack(ARM_ARCHIVE, release.read(LINUX))


def _cgo(release: Release) -> None:
    release.write(LINUX, release.read(NATIVE))


def _musl(release: Release) -> None:
    release.swap(NATIVE, "musl")


def _v3(release: Release) -> None:
    release.swap(LINUX, "goamd64-v3")


def _stripped(release: Release) -> None:
    release.write(APPLE, stripped(release.read(APPLE)))


def _truncated(release: Release) -> None:
    release.write(LINUX, release.read(LINUX)[:600_000])


def _truncated_archive(release: Release) -> None:
    release.write(ARM_ARCHIVE, release.read(ARM_ARCHIVE)[:300_000])


def _dirty(release: Release) -> None:
    release.swap(LINUX, "dirty")


def _previous_tag(release: Release) -> None:
    release.swap(LINUX, "previous-tag")


def _previous_version(release: Release) -> None:
    release.swap(LINUX, "previous-version")


def _missing(release: Release) -> None:
    release.remove(ARM)
    release.remove(ARM_ARCHIVE)


def _extra(release: Release) -> None:
    release.write("demo-old", release.read(LINUX))


def _checksum(release: Release) -> None:
    """The same program, packed again after the lists were written."""
    lists = {name: release.read(name) for name in ("artifacts.json", "checksums.txt")}
    release.repack(ARM_ARCHIVE, release.read(ARM))
    for name, data in lists.items():
        release.write(name, data)


def _in(name: str, *rules: str) -> Findings:
    return {(rule, f"dist/{name}") for rule in rules}


BROKEN = {
    "host binary under a foreign name": same(_host, *_in(ARM, "wrong-goarch"), TWICE),
    "host binary in a foreign archive": same(_host_archive, *_in(f"{ARM_ARCHIVE} -> demo", "wrong-goarch"), TWICE),
    "host binary named .exe": same(_host_named_exe, *_in(WINDOWS, "wrong-goos"), TWICE),
    "thin for universal": same(_thin, *_in(UNIVERSAL, "wrong-goarch")),
    "cgo slipped in": Broken(  # with the debug information of zig's start files
        _cgo, policy=_in(LINUX, "wrong-cgo", "dynamic-not-static", "libc-needed", "debug-info-shipped")
    ),
    "musl for glibc": Broken(_musl, policy=_in(NATIVE, "wrong-libc")),
    "GOAMD64=v3 for v1": same(_v3, *_in(LINUX, "wrong-microarch")),
    "stripped after signing": same(_stripped, *_in(APPLE, "macho-signature-broken")),
    "truncated": same(_truncated, unseen=1),
    "truncated archive": same(_truncated_archive, ("checksum-file-mismatch", RELEASE), unseen=1),
    "dirty tree": same(_dirty, *_in(LINUX, "dirty-tree")),
    "previous tag": same(_previous_tag, *_in(LINUX, "wrong-version", "revision-mismatch")),
    "previous version by -X": Broken(
        _previous_version, _in(LINUX, "wrong-version"), _in(LINUX, "wrong-version", "path-leak")
    ),
    "missing target": same(_missing, ("missing-target", RELEASE)),
    "extra file": same(_extra, ("unexpected-target", RELEASE)),
    "wrong checksum": same(_checksum, ("checksum-file-mismatch", RELEASE)),
}


@pytest.mark.parametrize("policy", [False, True], ids=["dist", "policy and dist"])
@pytest.mark.parametrize("way", BROKEN)
def test_broken_in_one_way(way: str, policy: bool, release: Release):
    broken = BROKEN[way]
    expected = broken.policy if policy else broken.listed
    if policy:
        with_policy(release)
    broken.how(release)
    files = {name: release.root / f"said.{name}" for name in READERS}
    done = gate(release.root, *(word for name, file in files.items() for word in ("-f", f"{name}={file}")), "dist")
    assert done.errors == expected, done.text
    assert done.code == broken.code(expected)
    assert sum(row["kind"] not in {"not-go", "not-executable"} for row in done.report["skipped"]) == broken.unseen
    assert closing_says(done.closing) == expected
    assert {name: READERS[name](file.read_text(encoding="utf-8")) for name, file in files.items()} == dict.fromkeys(
        READERS, expected
    )


# ---- a policy learnt from the good release ------------------------------------


@pytest.fixture
def learnt(release: Release) -> Release:
    """The good release with the policy that was made of it, and without GoReleaser's lists."""
    done = asked(release.root, "policy", "init", "dist", "-o", "gobin-inspect.toml")
    assert done.returncode == 0, done.stderr
    for name in ("artifacts.json", "metadata.json", "checksums.txt"):
        release.remove(name)
    return release


def test_a_learnt_policy_passes_what_it_was_learnt_from(learnt: Release):
    assert asked(learnt.root, "policy", "check").returncode == 0
    done = gate(learnt.root, "--fail-on", "warning", "dist")
    assert (done.code, done.closing) == (0, GOOD), done.text


@pytest.mark.parametrize(
    "way",
    ["host binary under a foreign name", "cgo slipped in", "musl for glibc", "GOAMD64=v3 for v1", "missing target"],
)
def test_a_learnt_policy_refuses_the_same(way: str, learnt: Release):
    BROKEN[way].how(learnt)
    done = gate(learnt.root, "dist")
    assert (done.code, done.errors) == (1, BROKEN[way].policy), done.text
