"""Programs that Go 1.8 to 1.18 built, published on npm: every older layout of the tables, in real files."""

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import lief
import pytest

import formats
from inspector.facts.functab import FunctionTable, find_table
from inspector.model import Unknown
from tests.real.edited import without_section_headers
from tests.real.gorecord import NEWEST_GO, go_version_m
from tests.real.inspected import build_of, outcomes_of
from tests.real.test_oracle_go import as_go_prints, record_of
from tests.samples import Samples

pytestmark = pytest.mark.wide


@dataclass(frozen=True)
class Old:
    """A program in a package, the Go that built it, and the layout of that Go's function table."""

    package: str
    member: str
    port: str
    go: str
    layout: str
    recorded: bool = True

    @property
    def minor(self) -> int:
        return int(self.go.split(".")[1])


def ngrok(platform: str, port: str) -> Old:
    """Before Go 1.13 nothing was recorded."""
    return Old(f"@expo/ngrok-bin-{platform}@2.2.8", "ngrok", port, "go1.8.3", "1.2", recorded=False)


def lefthook(release: str, member: str, port: str, go: str, layout: str = "1.2", *, recorded: bool = True) -> Old:
    return Old(f"@arkweid/lefthook@{release}", f"bin/{member}", port, go, layout, recorded)


def esbuild(release: str, go: str, layout: str, platform: str = "linux-64", port: str = "linux/amd64") -> Old:
    return Old(f"esbuild-{platform}@{release}", "bin/esbuild", port, go, layout)


PROGRAMS = [
    ngrok("linux-x64", "linux/amd64"),
    ngrok("linux-arm", "linux/arm"),
    ngrok("linux-ia32", "linux/386"),
    ngrok("freebsd-ia32", "freebsd/386"),
    ngrok("sunos-x64", "solaris/amd64"),
    ngrok("darwin-ia32", "darwin/386"),
    ngrok("win32-ia32", "windows/386"),
    Old("@bazel/ibazel@0.5.0", "bin/linux_amd64/ibazel", "linux/amd64", "go1.9.2", "1.2", recorded=False),
    lefthook("0.6.3", "lefthook-linux", "linux/amd64", "go1.12.6", recorded=False),
    lefthook("0.6.3", "lefthook-mac", "darwin/amd64", "go1.12.6", recorded=False),
    lefthook("0.6.3", "lefthook-win.exe", "windows/amd64", "go1.12.6", recorded=False),
    lefthook("0.6.7", "lefthook-mac", "darwin/amd64", "go1.13.1"),
    Old("@bazel/bazelisk@1.3.0", "bazelisk-linux_amd64", "linux/amd64", "go1.13.6", "1.2"),
    Old("@bazel/bazelisk@1.3.0", "bazelisk-darwin_amd64", "darwin/amd64", "go1.13.6", "1.2"),
    Old("@bazel/bazelisk@1.3.0", "bazelisk-windows_amd64.exe", "windows/amd64", "go1.13.6", "1.2"),
    esbuild("0.3.0", "go1.14.2", "1.2"),
    esbuild("0.8.30", "go1.15.5", "1.2"),
    esbuild("0.12.0", "go1.16.3", "1.16"),
    lefthook("0.7.7", "lefthook_linux_386/lefthook", "linux/386", "go1.16.6", "1.16"),
    lefthook("0.7.7", "lefthook_windows_386/lefthook.exe", "windows/386", "go1.16.6", "1.16"),
    lefthook("0.7.7", "lefthook_darwin_arm64/lefthook", "darwin/arm64", "go1.16.6", "1.16"),
    esbuild("0.14.0", "go1.17.2", "1.16"),
    esbuild("0.14.20", "go1.17.6", "1.16", "linux-s390x", "linux/s390x"),
    esbuild("0.14.40", "go1.18.2", "1.18"),
]
old = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p.package}-{p.port}")


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> dict[Old, Path]:
    """Each program, under a name that its system would start."""
    archives = {package: packed(package, tmp_path_factory.mktemp("npm")) for package in {p.package for p in PROGRAMS}}
    found = {}
    for program in PROGRAMS:
        name = "app.exe" if program.port.startswith("windows/") else "app"
        found[program] = tmp_path_factory.mktemp("old") / name
        with tarfile.open(archives[program.package]) as archive:
            member = archive.extractfile(f"package/{program.member}")
            assert member is not None
            found[program].write_bytes(member.read())
        found[program].chmod(0o755)
    return found


def packed(package: str, folder: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
    (archive,) = folder.glob("*.tgz")
    return archive


def version_by_symbol(path: Path) -> str | None:
    """What runtime.buildVersion holds, by the symbol table; None when the program was stripped of it."""
    binary = lief.parse(path)
    found = [s for s in binary.symbols if s.name in {"runtime.buildVersion", "_runtime.buildVersion"}]
    if not found:
        return None
    size = 4 if binary.abstract.header.is_32 else 8
    at = found[0].value
    if isinstance(binary, lief.PE.Binary):  # a COFF symbol's value counts from its section
        at += binary.imagebase + binary.sections[found[0].section_idx - 1].virtual_address
    header = bytes(binary.get_content_from_virtual_address(at, 2 * size))
    address, length = int.from_bytes(header[:size], "little"), int.from_bytes(header[size:], "little")
    return bytes(binary.get_content_from_virtual_address(address, length)).decode()


@old
def test_the_record_equals_go_version_m(program, fetched, samples: Samples):
    if program.recorded:
        assert as_go_prints(record_of(fetched[program])) == go_version_m(samples.go(NEWEST_GO), fetched[program])
    else:
        assert build_of(fetched[program]).recorded == Unknown("no build info")


@old
def test_the_version_is_the_runtimes(program, fetched):
    build = build_of(fetched[program])
    assert build.observed.go_version == program.go
    assert build.traits.go_minor == program.minor
    assert version_by_symbol(fetched[program]) in {program.go, None}


def test_a_symbol_tells_the_version_of_most_programs_without_a_record(fetched):
    told = [p for p in PROGRAMS if not p.recorded and version_by_symbol(fetched[p])]
    assert len(told) >= 9


@old
def test_the_facts(program, fetched):
    observed = build_of(fetched[program]).observed
    assert f"{observed.goos}/{observed.goarch}" == program.port
    assert (observed.cgo, observed.link_mode, observed.compiler) == (False, "internal", "gc")
    # Go made Windows programs position-independent by default in 1.15, and darwin/arm64 never had others.
    pie = (observed.goos == "windows" and program.minor >= 15) or program.port == "darwin/arm64"
    assert observed.buildmode == ("pie" if pie else "exe")
    assert observed.linkage == ("static" if observed.goos in {"linux", "freebsd"} else "dynamic")
    # Until 1.9 the build ID held no hash of the program's bytes; Bazel's rules_go sets one of its own.
    bare = program.minor < 10 or program.package.startswith("@bazel/")
    assert observed.pristine == ("unverifiable" if bare else "pristine")


@old
def test_the_function_table(program, fetched):
    with fetched[program].open("rb") as file:
        (image,) = formats.read(formats.Window.of_file(file))
        table = find_table(image)
    assert isinstance(table, FunctionTable)
    assert table.layout == program.layout
    assert table.links("main.main")
    assert table.links("runtime.main")
    assert {"runtime/proc.go", "runtime/rt0_{}_{}.s".format(*program.port.split("/"))} <= table.std


@old
def test_a_healthy_old_build_gives_no_error_and_no_warning(program, fetched):
    worse = {o.rule for o in outcomes_of(fetched[program]).values() if o.status == "fail" and o.severity != "note"}
    # macOS asks a program for LC_UUID; Go's linker writes one since 1.24 (golang/go#68678).
    assert worse == ({"macho-no-uuid"} if program.port.startswith("darwin/") else set())


@old
def test_without_section_headers_the_same_is_known(program, fetched, tmp_path):
    if program.port.split("/")[0] in {"windows", "darwin"}:
        return  # PE and Mach-O need theirs to be loaded
    whole = build_of(fetched[program])
    bare = tmp_path / "app"
    bare.write_bytes(without_section_headers(fetched[program].read_bytes(), cut=True))
    build = build_of(bare)
    for fact in ("goos", "goarch", "go_version", "cgo", "link_mode", "buildmode", "linkage", "needed", "build_id"):
        assert getattr(build.observed, fact) == getattr(whole.observed, fact), fact
    assert build.recorded == whole.recorded
