"""Packed programs from npm and Debian: named, and nothing said of what is inside."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from inspector.model import Declared, Intent, Severity, Status, Unknown
from tests.real.indexes import npm
from tests.real.inspected import build_of, image_of, is_not_go, outcomes_of

pytestmark = pytest.mark.wide

GHERKIN = "gherkin@8.1.1"
VARLOCK = "varlock@1.16.1"

# By package and member: what packed it, GOOS and GOARCH as far as the headers prove them. gherkin is a Go program whose
# release packed some targets with UPX 3.95; varlock's is no Go program at all, and no reader of the packed file can
# tell.
PACKED = {
    (GHERKIN, "executables/gherkin-linux-amd64"): ("UPX", None, "amd64"),
    (GHERKIN, "executables/gherkin-linux-386"): ("UPX", None, "386"),
    (GHERKIN, "executables/gherkin-linux-arm"): ("UPX", None, "arm"),
    (GHERKIN, "executables/gherkin-linux-mips"): ("UPX", None, "mips"),
    (GHERKIN, "executables/gherkin-linux-mipsle"): ("UPX", None, "mipsle"),
    (GHERKIN, "executables/gherkin-windows-386.exe"): ("UPX 3.95", "windows", "386"),
    (GHERKIN, "executables/gherkin-windows-amd64.exe"): ("UPX 3.95", "windows", "amd64"),
    (VARLOCK, "native-bins/linux-x64/varlock-local-encrypt"): ("UPX", None, "amd64"),  # a PIE
    (VARLOCK, "native-bins/linux-arm64/varlock-local-encrypt"): ("UPX", None, "arm64"),
}
PLAIN = ["linux-s390x", "linux-mips64", "freebsd-amd64", "openbsd-386", "netbsd-arm", "darwin-amd64", "darwin-386"]
"""Targets of the same release that UPX did not take."""
HIDDEN = ("cgo", "linkage", "interpreter", "needed", "libc", "buildmode", "build_id", "pristine", "compiler", "tags")


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Every file of both packages that is executable."""
    found = {}
    for package in (GHERKIN, VARLOCK):
        with tarfile.open(npm(package)) as opened:
            for member in opened:
                name = member.name.removeprefix("package/")
                file = opened.extractfile(member) if name.startswith(("executables/", "native-bins/linux")) else None
                if file is not None:
                    # No name that declares a target.
                    path = tmp_path_factory.mktemp("app") / ("app.exe" if name.endswith(".exe") else "app")
                    path.write_bytes(file.read())
                    path.chmod(0o755)
                    found[package, name] = path
    return found


@pytest.mark.parametrize("program", PACKED, ids=lambda program: Path(program[1]).as_posix())
def test_a_packed_program(program: tuple[str, str], fetched: dict[tuple[str, str], Path]):
    packer, goos, goarch = PACKED[program]
    path = fetched[program]
    image = image_of(path)
    observed = image.build.observed
    why = Unknown(f"packed with {packer}: what is inside cannot be read")
    assert {fact: getattr(observed, fact) for fact in HIDDEN} == dict.fromkeys(HIDDEN, why)
    assert (observed.goos, observed.goarch) == (goos or why, goarch)
    assert image.build.recorded == why
    failed = [o.rule for o in image.outcomes if o.status is Status.FAIL]
    assert failed == ["packed"]
    packed = outcomes_of(path)["packed"]
    assert packed.severity is Severity.WARNING
    data = path.read_bytes()
    marks = [e for e in packed.evidence if e.label.startswith("UPX")]
    assert marks
    assert all(b"UPX!" in data[e.offset : e.offset + 8] for e in marks if e.offset is not None)


def test_the_release_gate_stops_at_a_packed_program(fetched: dict[tuple[str, str], Path]):
    meant = Intent(goarch=Declared("amd64", "option --goarch"), static=Declared(True, "option --static"))
    outcomes = outcomes_of(fetched[GHERKIN, "executables/gherkin-linux-amd64"], meant)
    assert outcomes["wrong-goarch"].status is Status.PASS
    assert outcomes["dynamic-not-static"].status is Status.UNKNOWN


@pytest.mark.parametrize("target", PLAIN)
def test_what_the_same_release_did_not_pack(target: str, fetched: dict[tuple[str, str], Path]):
    build = build_of(fetched[GHERKIN, f"executables/gherkin-{target}"])
    assert build.traits.packer is None
    assert f"{build.observed.goos}-{build.observed.goarch}" == target


CLAM = {
    # name: packer, or None where nothing proves one
    "clam-upx.exe": "UPX 3.01",
    "clam-aspack.exe": "ASPack",
    "clam-petite.exe": "Petite",
    "clam-wwpack.exe": "WWPack32",
    "clam-fsg.exe": None,
    "clam-mew.exe": None,
    "clam-nsis.exe": None,  # an installer
    "clam.exe": None,
}


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """clamav-testfiles: one harmless program, packed by each of the old packers."""
    folder = tmp_path_factory.mktemp("deb")
    command = ["apt-get", "download", "-qq", "clamav-testfiles"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (package,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", package, folder / "x"], check=True, capture_output=True)
    return folder / "x/usr/share/clamav-testfiles"


@pytest.mark.parametrize("name", CLAM)
def test_other_packers(name: str, debian: Path):
    packer = CLAM[name]
    if packer is None:
        assert is_not_go(debian / name)
        return
    build = build_of(debian / name)
    assert build.traits.packer == packer
    assert (build.observed.goos, build.observed.goarch) == ("windows", "386")
