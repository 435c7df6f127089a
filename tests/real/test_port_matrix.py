"""Plain builds of every port by the newest Go, and of the ports that differ most by the six releases before it.

No switch, no C compiler: what a cross-build gives that sets GOOS, GOARCH and CGO_ENABLED=0 alone. The five ports that
cannot be linked so are in test_published.py: android's C libraries and an ios archive of react-native-fast-openpgp.
A table of port and Go release closes the run (tests/conftest.py).
"""

from __future__ import annotations

import subprocess

import lief
import pytest

from inspector.model import GoBuild, Unknown
from tests.real.gorecord import recorded
from tests.real.inspected import image_of
from tests.real.test_oracle_go import as_go_prints
from tests.samples import Sample, Samples, specs

pytestmark = pytest.mark.wide

PROGRAM = "hello"
NEWEST = "1.27.3"

# cmd/link's own word on each system without cgo: who loads a program there but the kernel alone.
STATIC = {"linux", "freebsd", "netbsd", "dragonfly", "plan9", "js", "wasip1"}
DYNAMIC = {"openbsd", "solaris", "illumos", "android", "darwin", "windows", "aix"}

# Why a port of the newest Go is not in the matrix: internal/platform.MustLinkExternal says yes, cgo or not.
NEED_A_C_LINKER = {"android/386", "android/amd64", "android/arm", "ios/amd64", "ios/arm64"}

# The one true finding of a plain build of hello: no LC_UUID, which Go's linker writes since 1.24 (golang/go#68678).
OLD_DARWIN = "macho-no-uuid"

MATRIX = [
    spec.name
    for spec in specs("wide")
    if spec.program == PROGRAM and spec.variant is None and spec.cc is None and spec.payload is None
]
matrix = pytest.mark.parametrize("name", MATRIX)


@pytest.fixture
def plain(name: str, samples: Samples, record_property) -> Sample:
    sample = samples[name]
    record_property("port", sample.port)
    record_property("go", ".".join(map(str, sample.minor)))
    return sample


@matrix
def test_every_fact_of_a_plain_build(plain: Sample, samples: Samples):
    image = image_of(plain.path)
    build = image.build
    observed = build.observed
    assert (observed.goos, observed.goarch) == (plain.goos, plain.goarch)
    assert observed.go_version == f"go{plain.go}"
    assert (observed.compiler, observed.cgo, observed.link_mode) == ("gc", False, "internal")
    assert observed.linkage == ("static" if plain.goos in STATIC else "dynamic")
    assert observed.buildmode == ("pie" if pie_by_default(plain) else "exe")
    assert observed.pristine == "pristine"
    check_linkage_with_lief(plain, build)
    assert not isinstance(build.recorded, Unknown)
    assert as_go_prints(build.recorded) == recorded(plain, samples)
    settings = build.recorded.settings
    assert (settings["GOOS"], settings["GOARCH"], settings["CGO_ENABLED"]) == (plain.goos, plain.goarch, "0")
    worse = {o.rule for o in image.outcomes if o.status == "fail" and o.severity != "note"}
    assert worse == ({OLD_DARWIN} if plain.goos == "darwin" and plain.minor < (1, 24) else set())
    undecided = {o.rule: o.reason for o in image.outcomes if o.status in {"unknown", "error"}}
    assert undecided == {}


def pie_by_default(sample: Sample) -> bool:
    """internal/platform.DefaultPIE: android and ios, windows, darwin/arm64, and darwin/amd64 from Go 1.22."""
    if sample.goos == "darwin":
        return sample.goarch == "arm64" or sample.minor >= (1, 22)
    return sample.goos in {"android", "windows"}


def check_linkage_with_lief(sample: Sample, build: GoBuild) -> None:
    """The interpreter and the libraries asked for, where lief reads the format."""
    if sample.format not in {"elf", "pe", "macho"}:
        return
    other = lief.parse(str(sample.path))
    needed = [str(library.name if hasattr(library, "name") else library) for library in other.libraries]
    assert list(build.observed.needed) == needed
    if sample.format == "elf":
        assert build.observed.interpreter == (other.interpreter if other.has_interpreter else None)
        assert (build.observed.linkage == "dynamic") is (other.has_interpreter or bool(needed))


def test_the_newest_go_is_here_with_every_port_it_links_alone(samples: Samples):
    command = [samples.go(NEWEST), "tool", "dist", "list"]
    ports = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    built = {samples[name].port for name in MATRIX if samples[name].go == NEWEST}
    assert built == ports - NEED_A_C_LINKER
    assert ports >= NEED_A_C_LINKER


def test_the_six_releases_before_are_here_with_a_dozen_ports_each(samples: Samples):
    minors: dict[tuple[int, int], set[str]] = {}
    for name in MATRIX:
        minors.setdefault(samples[name].minor, set()).add(samples[name].port)
    assert sorted(minors) == [(1, minor) for minor in range(21, 28)]
    assert all(len(ports) >= 12 for ports in minors.values())
    assert sum(map(len, minors.values())) >= 115
    # Ports that came or went with these releases.
    assert ("windows/arm" in minors[1, 23], "windows/arm" in minors[1, 27]) == (True, False)
    assert ("freebsd/riscv64" in minors[1, 25], "freebsd/riscv64" in minors[1, 27]) == (True, False)
    assert "openbsd/ppc64" in minors[1, 22]
    assert "openbsd/riscv64" in minors[1, 23]
