"""What a policy demands of signatures, checksums, subsystems, ASLR, libraries and loaders, on real programs."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from typing import Any

import lief
import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan
from inspector.model import Declared, Intent, Outcome, Severity, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real import edited
from tests.real.edited import saved
from tests.real.indexes import member, npm
from tests.samples import Samples

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.UNKNOWN
ERROR, WARNING = Severity.ERROR, Severity.WARNING

WIN64, MAC64, MACARM = "uses-windows-amd64-go1.27", "uses-darwin-amd64-go1.27", "uses-darwin-arm64-go1.27"
MINGW = "cgo-windows-amd64-go1.27-mingw"
PIE = "uses-linux-amd64-go1.27-pie"
TSGO = "@typescript/native-preview-darwin-{}@7.0.0-dev.20260707.2"
CODE = 0x8000 + 100  # well inside the code of these programs
CODE_DIRECTORY, CMS = 0x0, 0x10000  # slots of a SuperBlob, cs_blobs.h


def judged(path: Path, hashes: bool = True, **meant: Any) -> dict[str, Outcome]:
    """The outcomes on a file of what a policy demands."""
    declared = Intent(**{key: Declared(value, f"policy p.toml:all.{key}") for key, value in meant.items()})
    report = inspect_paths([str(path)], Options(plan=Plan(declared=declared), rules=select(), hashes=hashes))
    ((image,),) = (file.images for file in report.files)
    return {outcome.rule: outcome for outcome in image.outcomes}


def errors(outcomes: dict[str, Outcome]) -> set[str]:
    return {rule for rule, o in outcomes.items() if o.status is FAIL and o.severity is ERROR}


# --- Authenticode ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hashes", [True, False])
def test_what_go_links_is_not_signed(hashes: bool, samples: Samples):
    path = samples[WIN64].path
    binary = lief.parse(str(path))
    assert isinstance(binary, lief.PE.Binary)
    assert not binary.has_signatures
    assert errors(judged(path, hashes, signature="authenticode")) == {"authenticode-absent"}
    assert judged(path, signature="codesign")["authenticode-absent"].status is NOT_APPLICABLE


@pytest.fixture
def signed(samples: Samples, tmp_path: Path) -> Path:
    """A program signed by osslsigncode with a certificate made for it."""
    key, certificate, target = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "signed.exe"
    new = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Example"]
    request = ["openssl", "req", "-x509", *new, "-keyout", key, "-out", certificate]
    subprocess.run(request, check=True, capture_output=True)
    sign = ["osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", samples[WIN64].path, "-out", target]
    subprocess.run(sign, check=True, capture_output=True)
    return target


@pytest.mark.wide
def test_a_signed_program_passes_and_has_the_checksum_too(signed: Path):
    outcomes = judged(signed, signature="authenticode", pe_checksum=True)
    assert errors(outcomes) == set()
    assert outcomes["authenticode-absent"].status is PASS
    assert outcomes["pe-checksum-absent"].status is PASS  # osslsigncode computes it, as the fix says


@pytest.mark.wide
def test_without_reading_every_byte_a_signature_is_unknown(signed: Path):
    outcomes = judged(signed, hashes=False, signature="authenticode", pe_checksum=True)
    for rule in ("authenticode-absent", "pe-checksum-absent"):
        assert (outcomes[rule].status, outcomes[rule].bound) == (UNKNOWN, True)


@pytest.mark.wide
def test_a_signature_that_does_not_hold_is_one_finding(signed: Path, tmp_path: Path):
    changed = saved(tmp_path, "changed.exe", edited.flipped(signed.read_bytes(), CODE))
    outcomes = judged(changed, signature="authenticode")
    assert errors(outcomes) == {"authenticode-invalid"}
    assert outcomes["authenticode-absent"].status is NOT_APPLICABLE


# --- code signatures of macOS ----------------------------------------------------------------------------


def slots(path: Path) -> dict[int, int]:
    """The blobs of a thin Mach-O's signature by slot, and their lengths (cs_blobs.h: all big-endian)."""
    parsed = lief.MachO.parse(str(path))
    assert parsed is not None
    binary = parsed.at(0)
    if not binary.has_code_signature:
        return {}
    start = binary.code_signature.data_offset
    data = path.read_bytes()[start:]
    (count,) = struct.unpack_from(">I", data, 8)
    index = [struct.unpack_from(">2I", data, 12 + 8 * n) for n in range(count)]
    return {slot: struct.unpack_from(">I", data, at + 4)[0] for slot, at in index}


@pytest.mark.parametrize("hashes", [True, False])
def test_go_s_own_signature_is_ad_hoc_only(hashes: bool, samples: Samples):
    path = samples[MACARM].path
    assert CODE_DIRECTORY in slots(path)
    assert CMS not in slots(path)
    outcomes = judged(path, hashes, signature="codesign")
    assert errors(outcomes) == {"codesign-absent"}
    assert outcomes["codesign-absent"].message.startswith("signed ad hoc only")
    assert judged(path, signature="authenticode")["codesign-absent"].status is NOT_APPLICABLE


def test_an_intel_program_has_none(samples: Samples):
    assert slots(samples[MAC64].path) == {}
    outcomes = judged(samples[MAC64].path, signature="codesign")
    assert errors(outcomes) == {"codesign-absent"}
    assert outcomes["codesign-absent"].message.startswith("no code signature")


def test_an_arm_program_that_lost_its_own_is_one_finding(samples: Samples, tmp_path: Path):
    stripped = saved(tmp_path, "app", edited.without_signature_command(samples[MACARM].path.read_bytes()))
    outcomes = judged(stripped, signature="codesign")
    assert errors(outcomes) == {"macho-unsigned-arm64"}
    assert "Developer ID" in (outcomes["macho-unsigned-arm64"].fix or "")


def test_a_changed_one_is_one_finding(samples: Samples, tmp_path: Path):
    changed = saved(tmp_path, "app", edited.flipped(samples[MACARM].path.read_bytes(), CODE))
    assert errors(judged(changed, signature="codesign")) == {"macho-signature-broken"}


@pytest.mark.wide
@pytest.mark.parametrize("processor", ["arm64", "x64"])
def test_microsoft_s_signature_is_a_certificate_s(processor: str, tmp_path: Path):
    data, _ = member(npm(TSGO.format(processor)), "package/lib/tsgo")
    path = saved(tmp_path, "tsgo", data)
    assert slots(path)[CMS] > 1000
    outcome = judged(path, signature="codesign")["codesign-absent"]
    assert (outcome.status, outcome.bound) == (PASS, True)
    unread = judged(path, hashes=False, signature="codesign")["codesign-absent"]
    assert (unread.status, unread.bound) == (UNKNOWN, True)
    changed = saved(tmp_path, "changed", edited.flipped(data, CODE))
    assert errors(judged(changed, signature="codesign")) == {"macho-signature-broken"}


# --- checksum, subsystem, ASLR ---------------------------------------------------------------------------


@pytest.mark.parametrize("hashes", [True, False])
def test_go_writes_no_checksum(hashes: bool, samples: Samples):
    path = samples[WIN64].path
    optional = edited.pe_headers(path.read_bytes())[1]
    assert path.read_bytes()[optional + 64 : optional + 68] == bytes(4)
    outcomes = judged(path, hashes, pe_checksum=True)
    assert errors(outcomes) == {"pe-checksum-absent"}
    assert outcomes["pe-checksum-absent"].evidence[0].offset == optional + 64


def test_one_that_is_right_passes(samples: Samples, tmp_path: Path):
    stamped = saved(tmp_path, "app.exe", edited.stamped(samples[WIN64].path.read_bytes()))
    assert judged(stamped, pe_checksum=True)["pe-checksum-absent"].status is PASS
    assert judged(stamped, hashes=False, pe_checksum=True)["pe-checksum-absent"].status is UNKNOWN


@pytest.mark.wide
def test_gnu_ld_s_is_there_though_stale(samples: Samples):
    outcomes = judged(samples[MINGW].path, pe_checksum=True)
    assert outcomes["pe-checksum-absent"].status is PASS
    assert outcomes["pe-checksum-stale"].status is FAIL


SUBSYSTEMS = {
    "console": lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_CUI,
    "gui": lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI,
}


@pytest.mark.parametrize("meant", ["console", "gui"])
@pytest.mark.parametrize("name", [WIN64, pytest.param("hello-windows-amd64-go1.27-windowsgui", marks=pytest.mark.wide)])
def test_the_subsystem_is_what_the_header_says(name: str, meant: str, samples: Samples):
    binary = lief.parse(str(samples[name].path))
    assert isinstance(binary, lief.PE.Binary)
    is_so = binary.optional_header.subsystem == SUBSYSTEMS[meant]
    assert is_so == ((meant == "gui") == name.endswith("windowsgui"))
    outcomes = judged(samples[name].path, subsystem=meant)
    assert errors(outcomes) == (set() if is_so else {"pe-wrong-subsystem"})


@pytest.mark.wide
def test_a_dll_is_not_asked_for_a_subsystem(samples: Samples):
    outcomes = judged(samples[f"{MINGW}-cshared"].path, subsystem="gui")
    assert outcomes["pe-wrong-subsystem"].status is NOT_APPLICABLE


def test_aslr_that_was_asked_for_is_there_by_default(samples: Samples):
    outcomes = judged(samples[WIN64].path, aslr=True)
    assert errors(outcomes) == set()
    assert outcomes["pe-reloc-missing"].status is outcomes["pe-no-aslr"].status is PASS


def test_aslr_that_was_asked_for_and_taken_away_is_one_error(samples: Samples, tmp_path: Path):
    data = samples[WIN64].path.read_bytes()
    bare = saved(tmp_path, "bare.exe", edited.without_relocations(data))
    assert errors(judged(bare, aslr=True)) == {"pe-reloc-missing"}
    fixed = saved(tmp_path, "fixed.exe", edited.without_dll_flag(data, edited.DYNAMIC_BASE))
    assert errors(judged(fixed, aslr=True)) == {"pe-no-aslr"}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("hello-windows-amd64-go1.27-exe", "pe-reloc-missing"),
        ("cgo-windows-amd64-go1.27-mingw-exe", "pe-no-aslr"),
        ("hello-windows-amd64-go1.27-mingw-race", "pe-no-aslr"),
    ],
)
def test_builds_without_aslr_fail_where_it_was_asked_for(name: str, rule: str, samples: Samples):
    assert errors(judged(samples[name].path)) == set()
    assert errors(judged(samples[name].path, aslr=True)) == {rule}


# --- what a policy allows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("globs", "allowed"),
    [(("/opt/*",), True), (("/opt/lib/libresolv.?.dylib",), True), (("/usr/*",), False), ((), False)],
)
def test_a_library_of_another_place(globs: tuple[str, ...], allowed: bool, samples: Samples, tmp_path: Path):
    data = edited.replaced(
        samples[MAC64].path.read_bytes(), b"/usr/lib/libresolv.9.dylib", b"/opt/lib/libresolv.9.dylib"
    )
    outcome = judged(saved(tmp_path, "app", data), dylibs=globs)["foreign-dylib"]
    assert outcome.status is (PASS if allowed else FAIL)


@pytest.mark.parametrize(("globs", "allowed"), [(("/opt64/*",), True), (("/nix/*",), False), ((), False)])
def test_a_loader_of_another_place(globs: tuple[str, ...], allowed: bool, samples: Samples, tmp_path: Path):
    data = edited.replaced(
        samples[PIE].path.read_bytes(), b"/lib64/ld-linux-x86-64.so.2\0", b"/opt64/ld-linux-x86-64.so.2\0"
    )
    outcome = judged(saved(tmp_path, "app", data), interpreters=globs)["odd-interpreter"]
    assert outcome.status is (PASS if allowed else FAIL)
