"""Rules of PE and Mach-O on real programs, and on real programs changed in one point."""

import struct
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan, from_options
from inspector.model import Outcome, Severity, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real import edited
from tests.real.edited import saved
from tests.real.indexes import member, npm
from tests.samples import Sample, Samples

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.UNKNOWN
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

WIN386, WIN64 = "uses-windows-386-go1.27", "uses-windows-amd64-go1.27"
MAC64, MACARM = "uses-darwin-amd64-go1.27", "uses-darwin-arm64-go1.27"
CODE = 0x8000 + 100  # well inside __TEXT,__text, which begins at 0x1000, and in page 8 of 4096 bytes
RULES = select(("GBI3", "GBI4", "modified-after-link"))


def judged(path: Path, hashes: bool = True, **meant: str) -> dict[str, Outcome]:
    """The outcomes on a file; whatever fails shows evidence that lies inside the file."""
    rules = select() if meant else RULES
    report = inspect_paths([str(path)], Options(plan=Plan(declared=from_options(**meant)), rules=rules, hashes=hashes))
    ((image,),) = (file.images for file in report.files)
    for outcome in image.outcomes:
        if outcome.status is FAIL:
            assert outcome.evidence, outcome.rule
            assert all(e.offset is None or e.offset < path.stat().st_size for e in outcome.evidence)
    return {outcome.rule: outcome for outcome in image.outcomes}


def failures(outcomes: dict[str, Outcome]) -> dict[str, Severity]:
    return {rule: outcome.severity for rule, outcome in outcomes.items() if outcome.status is FAIL}


# --- as built --------------------------------------------------------------------------------------------


def built_in(sample: Sample) -> dict[str, Severity]:
    """What these rules find in a sample as it was built, by how it was built."""
    found: dict[str, Severity] = {}
    exe, by_gnu_ld = "-buildmode=exe" in sample.flags, sample.goos == "windows" and sample.cc == "mingw"
    by_c = sample.cc is not None and (sample.program == "cgo" or "-race" in sample.flags)  # else Go's own linker did it
    if by_gnu_ld and by_c:
        found["pe-checksum-stale"] = NOTE
    if sample.goos == "windows" and (sample.minor < (1, 27) or by_c):  # needs Windows 10, and says so since 1.27
        found["pe-os-version-lies"] = NOTE
    if sample.port == "darwin/amd64" and sample.minor < (1, 23):  # says macOS 10.13, needs 10.15
        found["macho-min-os"] = NOTE
    if sample.goos == "windows" and sample.way == "tools":
        found["pe-reloc-missing"] = WARNING
    if sample.goos == "windows" and exe and sample.goarch != "arm64":
        found["pe-no-aslr" if by_gnu_ld else "pe-reloc-missing"] = WARNING
    if sample.goos == "windows" and "-race" in sample.flags:
        found["pe-no-aslr"] = WARNING
    if sample.goos == "darwin" and (sample.minor < (1, 24) or "-ldflags=-B=none" in sample.flags):
        found["macho-no-uuid"] = WARNING
    if sample.port == "darwin/amd64" and exe and sample.minor >= (1, 22):
        found["macho-not-pie"] = NOTE
    return found


def test_a_sample_has_the_defects_that_it_was_built_with_and_no_other(sample: Sample):
    assert failures(judged(sample.path)) == built_in(sample)


def test_each_format_s_rules_are_for_that_format(sample: Sample):
    for rule, outcome in judged(sample.path).items():
        of_pe, of_macho = outcome.id.startswith("GBI3"), outcome.id.startswith("GBI4")
        if (of_pe and sample.goos != "windows") or (of_macho and sample.goos != "darwin"):
            assert outcome.status is NOT_APPLICABLE, rule


def test_without_reading_every_byte_hashes_are_unknown_and_headers_are_not(samples: Samples, tmp_path: Path):
    pe = judged(samples[WIN64].path, hashes=False)
    assert pe["pe-checksum-mismatch"].status is PASS  # none is stored: nothing has to be computed
    assert pe["pe-reloc-missing"].status is PASS
    assert pe["modified-after-link"].status is UNKNOWN
    stored = judged(saved(tmp_path, "app.exe", edited.stamped(samples[WIN64].path.read_bytes())), hashes=False)
    assert stored["pe-checksum-mismatch"].status is UNKNOWN
    assert stored["pe-checksum-stale"].status is UNKNOWN
    macho = judged(samples[MACARM].path, hashes=False)
    assert macho["macho-signature-broken"].status is UNKNOWN
    assert macho["macho-unsigned-arm64"].status is PASS


# Published programs of releases that no Python package brings: esbuild's, of Go 1.14 (windows), 1.15 and 1.14.
OLD = [
    ("esbuild-windows-64@0.5.19", "package/esbuild.exe", 14, {"pe-reloc-missing": NOTE}),
    ("esbuild-windows-64@0.8.9", "package/esbuild.exe", 15, {}),
    ("esbuild-darwin-64@0.6.4", "package/bin/esbuild", 14, {"macho-no-uuid": WARNING}),
]


@pytest.mark.wide
@pytest.mark.parametrize(("package", "name", "minor", "found"), OLD)
def test_what_old_releases_did_by_default(
    package: str, name: str, minor: int, found: dict[str, Severity], tmp_path: Path
):
    path = saved(tmp_path, Path(name).name, member(npm(package), name)[0])
    assert f"go1.{minor}.".encode() in path.read_bytes()
    assert failures(judged(path)) == found


# --- PE, changed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [WIN386, WIN64])
def test_relocations_removed(name: str, samples: Samples, tmp_path: Path):
    data = edited.without_relocations(samples[name].path.read_bytes())
    outcomes = judged(saved(tmp_path, "app.exe", data))
    assert failures(outcomes) == {"pe-reloc-missing": WARNING, "modified-after-link": NOTE}
    assert outcomes["pe-no-aslr"].reason == "same cause as pe-reloc-missing"
    offsets = [e.offset for e in outcomes["pe-reloc-missing"].evidence]
    assert offsets == [edited.pe_headers(data)[2] + 5 * 8, edited.pe_headers(data)[0]]


def test_relocations_removed_and_pie_declared_is_one_finding(samples: Samples, tmp_path: Path):
    data = edited.without_relocations(samples[WIN64].path.read_bytes())
    outcomes = judged(saved(tmp_path, "app.exe", data), buildmode="pie")
    assert outcomes["wrong-buildmode"].status is FAIL
    assert outcomes["pe-reloc-missing"].reason == "same cause as wrong-buildmode"


@pytest.mark.parametrize(
    ("name", "bit", "found"),
    [
        (WIN386, edited.DYNAMIC_BASE, {"pe-no-aslr": WARNING}),
        (WIN64, edited.DYNAMIC_BASE, {"pe-no-aslr": WARNING}),
        (WIN386, edited.NX_COMPAT, {"pe-no-nx": WARNING}),
        (WIN64, edited.HIGH_ENTROPY_VA, {"pe-no-high-entropy-va": NOTE}),
    ],
)
def test_a_dll_flag_removed(name: str, bit: int, found: dict[str, Severity], samples: Samples, tmp_path: Path):
    data = edited.without_dll_flag(samples[name].path.read_bytes(), bit)
    outcomes = judged(saved(tmp_path, "app.exe", data))
    assert failures(outcomes) == {**found, "modified-after-link": NOTE}
    (rule,) = found
    assert [e.offset for e in outcomes[rule].evidence] == [edited.pe_headers(data)[1] + 70]


def test_a_checksum_that_is_right_and_then_is_not(samples: Samples, tmp_path: Path):
    data = edited.stamped(samples[WIN64].path.read_bytes())
    right = judged(saved(tmp_path, "right.exe", data))
    assert right["pe-checksum-mismatch"].message == "the stored checksum is the file's"
    assert failures(right) == {"modified-after-link": NOTE}
    wrong = judged(saved(tmp_path, "wrong.exe", edited.flipped(data, CODE)))
    assert failures(wrong) == {"pe-checksum-mismatch": WARNING}
    assert wrong["modified-after-link"].reason == "same cause as pe-checksum-mismatch"
    assert wrong["pe-checksum-stale"].status is NOT_APPLICABLE


def test_headers_off_their_alignment(samples: Samples, tmp_path: Path):
    data = samples[WIN64].path.read_bytes()
    at = edited.pe_headers(data)[1] + 60
    (size,) = struct.unpack_from("<I", data, at)
    outcomes = judged(saved(tmp_path, "app.exe", edited.put(data, at, struct.pack("<I", size - 8))))
    assert failures(outcomes) == {"pe-malformed-layout": ERROR, "modified-after-link": NOTE}
    assert [e.offset for e in outcomes["pe-malformed-layout"].evidence] == [at]


@pytest.mark.wide
@pytest.mark.parametrize("goarch", ["386", "amd64"])
def test_buildmode_exe_by_go_s_linker_loses_the_relocations(goarch: str, samples: Samples):
    outcomes = judged(samples[f"hello-windows-{goarch}-go1.27-exe"].path)
    assert failures(outcomes) == {"pe-reloc-missing": WARNING}
    assert outcomes["pe-no-aslr"].status is NOT_APPLICABLE
    assert outcomes["pe-no-high-entropy-va"].status is NOT_APPLICABLE


@pytest.mark.wide
@pytest.mark.parametrize("goarch", ["386", "amd64"])
def test_buildmode_exe_by_gnu_ld_loses_aslr_alone(goarch: str, samples: Samples):
    found = failures(judged(samples[f"cgo-windows-{goarch}-go1.27-mingw-exe"].path))
    assert found == {"pe-checksum-stale": NOTE, "pe-no-aslr": WARNING, "pe-os-version-lies": NOTE}


@pytest.mark.wide
def test_a_race_build_loses_aslr_and_is_told_why(samples: Samples):
    outcome = judged(samples["hello-windows-amd64-go1.27-mingw-race"].path)["pe-no-aslr"]
    assert outcome.status is FAIL
    assert "race" in outcome.message


@pytest.mark.wide
@pytest.mark.parametrize(
    "name",
    [
        "cgo-windows-386-go1.27-mingw",
        "cgo-windows-amd64-go1.27-mingw",
        "cgo-windows-amd64-go1.23-mingw",
        "cgo-windows-amd64-go1.27-mingw-cshared",
    ],
)
def test_gnu_ld_s_checksum_is_stale_and_an_edit_makes_it_a_mismatch(name: str, samples: Samples, tmp_path: Path):
    outcomes = judged(samples[name].path)
    assert failures(outcomes) == {"pe-checksum-stale": NOTE, "pe-os-version-lies": NOTE}
    assert outcomes["modified-after-link"].status is PASS
    changed = edited.flipped(samples[name].path.read_bytes(), CODE)
    found = failures(judged(saved(tmp_path, "app.exe", changed)))
    assert found == {"pe-checksum-mismatch": WARNING, "pe-os-version-lies": NOTE}


# --- Mach-O, changed -------------------------------------------------------------------------------------


def test_one_byte_changed_breaks_the_signature_and_the_page_is_named(samples: Samples, tmp_path: Path):
    outcomes = judged(saved(tmp_path, "app", edited.flipped(samples[MACARM].path.read_bytes(), CODE)))
    assert failures(outcomes) == {"macho-signature-broken": ERROR}
    broken = outcomes["macho-signature-broken"]
    assert "page 8 has changed" in broken.message
    assert ("page 8", 8 * 4096) in [(e.label, e.offset) for e in broken.evidence]
    assert outcomes["modified-after-link"].reason == "same cause as macho-signature-broken"


def test_one_byte_changed_without_a_signature_is_a_note(samples: Samples, tmp_path: Path):
    outcomes = judged(saved(tmp_path, "app", edited.flipped(samples[MAC64].path.read_bytes(), CODE)))
    assert failures(outcomes) == {"modified-after-link": NOTE}
    assert outcomes["macho-signature-broken"].status is NOT_APPLICABLE


def test_the_signature_command_removed_is_unsigned_and_nothing_else(samples: Samples, tmp_path: Path):
    outcomes = judged(saved(tmp_path, "app", edited.without_signature_command(samples[MACARM].path.read_bytes())))
    assert failures(outcomes) == {"macho-unsigned-arm64": ERROR}
    assert "macho-unsigned-arm64" in (outcomes["macho-load-commands"].reason or "")
    assert "macho-unsigned-arm64" in (outcomes["modified-after-link"].reason or "")


@pytest.mark.parametrize(("name", "severity"), [(MACARM, ERROR), (MAC64, NOTE)])
def test_the_pie_flag_removed(name: str, severity: Severity, samples: Samples, tmp_path: Path):
    outcomes = judged(saved(tmp_path, "app", edited.without_pie_flag(samples[name].path.read_bytes())))
    assert failures(outcomes)["macho-not-pie"] is severity
    assert [e.offset for e in outcomes["macho-not-pie"].evidence] == [24]


def test_a_library_of_another_place(samples: Samples, tmp_path: Path):
    original = samples[MAC64].path.read_bytes()
    data = edited.replaced(original, b"/usr/lib/libresolv.9.dylib", b"/opt/lib/libresolv.9.dylib")
    outcome = judged(saved(tmp_path, "app", data))["foreign-dylib"]
    assert (outcome.status, outcome.severity) == (FAIL, ERROR)
    (evidence,) = outcome.evidence
    assert data[evidence.offset or 0 :].startswith(evidence.value.encode() + b"\0")


@pytest.mark.parametrize("name", [MACARM, MAC64])
def test_a_segment_of_another_name_is_missing(name: str, samples: Samples, tmp_path: Path):
    data = edited.replaced(samples[name].path.read_bytes()[:0x1000], b"__LINKEDIT\0", b"__LINKLESS\0")
    outcomes = judged(saved(tmp_path, "app", data + samples[name].path.read_bytes()[0x1000:]))
    commands = outcomes["macho-load-commands"]
    assert (commands.status, commands.severity) == (FAIL, ERROR)
    assert "no __LINKEDIT" in commands.message
    assert commands.evidence[0].offset == 32
