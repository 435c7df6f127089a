"""The table of ports: against release notes by hand, and against real Go distributions."""

import subprocess
import sys
from pathlib import Path

import pytest

from inspector import ports
from tests.samples import Samples

SCRIPT = Path(__file__).parent.parent / "scripts" / "update_ports.py"

# `go tool dist list` of Go 1.27.3
LISTED_127 = {
    "aix": ["ppc64"],
    "android": ["386", "amd64", "arm", "arm64"],
    "darwin": ["amd64", "arm64"],
    "dragonfly": ["amd64"],
    "freebsd": ["386", "amd64", "arm", "arm64"],
    "illumos": ["amd64"],
    "ios": ["amd64", "arm64"],
    "js": ["wasm"],
    "linux": [
        *("386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle"),
        *("ppc64", "ppc64le", "riscv64", "s390x"),
    ],
    "netbsd": ["386", "amd64", "arm", "arm64"],
    "openbsd": ["386", "amd64", "arm", "arm64", "ppc64", "riscv64"],
    "plan9": ["386", "amd64", "arm"],
    "solaris": ["amd64"],
    "wasip1": ["wasm"],
    "windows": ["386", "amd64", "arm64"],
}


def listed(minor: int) -> list[str]:
    return [
        f"{port.goos}/{port.goarch}"
        for port in ports.all_ports().values()
        if ports.had(port.goos, port.goarch, minor) and not ports.within(port.broken, minor)
    ]


def test_the_newest_known_release_lists_what_dist_lists():
    assert listed(27) == [f"{goos}/{goarch}" for goos, goarches in LISTED_127.items() for goarch in goarches]


@pytest.mark.parametrize(("minor", "count"), [(21, 47), (22, 48), (23, 49), (24, 48), (25, 48), (26, 47), (27, 47)])
def test_every_known_release_lists_as_many_as_dist(minor, count):
    assert len(listed(minor)) == count


# By the release notes of the release named, or the issue.
@pytest.mark.parametrize(
    ("pair", "first", "removed"),
    [
        ("nacl/amd64p32", 3, 14),
        ("nacl/arm", 4, 14),
        ("darwin/386", 0, 15),
        ("darwin/arm", 5, 15),
        ("dragonfly/386", 2, 5),
        ("windows/arm", 12, 26),
        ("openbsd/mips64", 16, 26),
        ("linux/arm64", 5, None),
        ("linux/s390x", 7, None),
        ("linux/mipsle", 8, None),
        ("js/wasm", 11, None),
        ("aix/ppc64", 12, None),
        ("illumos/amd64", 13, None),
        ("linux/riscv64", 14, None),
        ("freebsd/arm64", 14, None),
        ("ios/arm64", 16, None),
        ("windows/arm64", 17, None),
        ("linux/loong64", 19, None),
        ("freebsd/riscv64", 20, None),  # broken since 1.26, golang/go#76475, but go build still builds it
        ("wasip1/wasm", 21, None),
        ("openbsd/ppc64", 22, None),
    ],
)
def test_ports_come_and_go_with_the_right_release(pair, first, removed):
    goos, goarch = pair.split("/")
    port = ports.port(goos, goarch)
    assert port is not None
    assert (port.first, port.removed) == (first, removed)
    assert ports.had(goos, goarch, first)
    assert first == 0 or not ports.had(goos, goarch, first - 1)
    last = 27 if removed is None else removed - 1
    assert ports.had(goos, goarch, last)
    assert ports.had(goos, goarch, last + 1) is (removed is None)


@pytest.mark.parametrize(
    "pair", ["linux/sparc64", "nacl/amd64", "windows/mips", "zos/s390x", "linux/", "/", "linux/AMD64"]
)
def test_pairs_that_never_were(pair):
    goos, goarch = pair.split("/")
    assert ports.port(goos, goarch) is None
    assert not ports.is_known(goos, goarch)
    assert not ports.had(goos, goarch, 27)


def test_a_release_newer_than_the_table_has_what_the_newest_known_one_has():
    assert ports.had("linux", "amd64", 99)
    assert not ports.had("windows", "arm", 99)


def test_known_means_one_of_the_releases_from_1_21():
    assert ports.known_releases() == range(21, 28)
    assert ports.is_known("windows", "arm")
    assert ports.is_known("openbsd", "mips64")
    assert not ports.is_known("darwin", "386")
    assert "nacl" not in ports.known_goos()
    assert "amd64p32" not in ports.known_goarch()
    assert {"darwin", "linux", "wasip1", "windows"} < set(ports.known_goos())
    assert {"386", "amd64", "arm64", "loong64", "wasm"} < set(ports.known_goarch())


@pytest.mark.parametrize(
    ("pair", "minor", "supported"),
    [
        ("linux/amd64", 21, True),
        ("js/wasm", None, False),
        ("wasip1/wasm", None, False),
        ("plan9/arm", None, False),
        ("openbsd/ppc64", None, False),
        ("windows/arm", None, False),
        ("linux/ppc64", 26, False),
        ("linux/ppc64", 27, True),
        ("linux/ppc64", None, True),
        ("openbsd/riscv64", 22, False),
        ("openbsd/riscv64", 23, True),
        ("darwin/386", 12, True),
        ("darwin/386", 13, False),  # golang/go#31751
        ("darwin/386", None, False),
        ("freebsd/arm", 4, True),
        ("freebsd/arm", 5, False),
        ("freebsd/arm", 13, True),
        ("nacl/386", None, False),
        ("linux/sparc64", None, False),
    ],
)
def test_cgo(pair, minor, supported):
    assert ports.cgo_supported(*pair.split("/"), minor) is supported


@pytest.mark.parametrize(
    ("pair", "minor", "mode"),
    [
        ("linux/amd64", 27, "exe"),
        ("android/arm64", 21, "pie"),
        ("ios/arm64", 21, "pie"),
        ("windows/386", 14, "exe"),
        ("windows/386", 15, "pie"),
        ("windows/arm64", 27, "pie"),
        ("darwin/arm64", 16, "pie"),
        ("darwin/amd64", 21, "exe"),
        ("darwin/amd64", 22, "pie"),
        ("darwin/amd64", 27, "pie"),
        ("openbsd/arm64", 27, "exe"),
        ("freebsd/amd64", 27, "exe"),
        ("linux/foo", 27, "exe"),
    ],
)
def test_default_build_mode(pair, minor, mode):
    assert ports.default_buildmode(*pair.split("/"), minor) == mode


def test_the_race_detector_takes_pie_from_the_default_of_windows_alone():
    assert ports.default_buildmode("windows", "amd64", 18, race=True) == "pie"
    assert ports.default_buildmode("windows", "amd64", 19, race=True) == "exe"  # CL 416174
    assert ports.default_buildmode("windows", "arm64", 27, race=True) == "pie"  # the linker knows nothing else there
    assert ports.default_buildmode("darwin", "arm64", 27, race=True) == "pie"


def test_where_even_exe_is_pie():
    assert ports.always_pie("darwin", "arm64", 27)
    assert ports.always_pie("windows", "arm64", 27)
    assert not ports.always_pie("windows", "amd64", 27)
    assert not ports.always_pie("darwin", "amd64", 27)


@pytest.mark.parametrize(
    ("pair", "minor", "supported"),
    [
        ("linux/amd64", 27, True),
        ("linux/ppc64", 26, False),
        ("linux/ppc64", 27, True),
        ("linux/loong64", 20, False),
        ("openbsd/arm64", 23, True),
        ("freebsd/arm64", None, False),
        ("plan9/amd64", None, False),
        ("linux/mips", None, False),
        ("windows/arm64", 18, True),  # by default, though the flag was refused until 1.20
    ],
)
def test_pie(pair, minor, supported):
    assert ports.pie_supported(*pair.split("/"), minor) is supported


def test_the_table_holds_together():
    for port in ports.all_ports().values():
        for span in (port.broken, port.cgo, port.pie, port.default_pie, port.always_pie):
            for first, last in span:
                assert ports.within(port.releases, first)
                assert last is None or ports.within(port.releases, last)
                assert last is not None or port.removed is None
        for before, after in zip(port.releases, port.releases[1:], strict=False):
            assert before[1] is not None
            assert before[1] < after[0]


def check(go: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--check", go.parent.parent], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("release", ["1.21.13", "1.27.3"])
def test_a_real_distribution_agrees(samples: Samples, release):
    result = check(samples.go(release))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.wide
@pytest.mark.parametrize("release", ["1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6"])
def test_every_real_distribution_agrees(samples: Samples, release):
    result = check(samples.go(release))
    assert (result.returncode, result.stderr) == (0, "")
