"""Rules of what a program needs from its target, on real programs, and on real programs changed in one point."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import lief
import pytest
from elftools.elf.elffile import ELFFile

import formats
from formats import Window
from formats.image import ElfNative
from inspector.batch import inspect_paths
from inspector.intent import Plan, from_profile
from inspector.model import Declared, Intent, Outcome, Severity, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.edited import pe_headers, put, saved
from tests.samples import Samples

PASS, FAIL, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
NOTHING = Intent()

STATIC = "uses-linux-amd64-go1.27"
PIE = "uses-linux-amd64-go1.27-pie"
GCC = "uses-linux-amd64-go1.27-gcc"


def judged(path: Path, profile: str | None = None, intent: Intent = NOTHING) -> dict[str, Outcome]:
    """The outcomes on a file; a failure's evidence stands where it says, where it is text."""
    meant = NOTHING if profile is None else from_profile(profile, intent)
    report = inspect_paths(
        [str(path)], Options(plan=Plan(declared=intent, profile=meant), rules=select(), hashes=False)
    )
    ((image,),) = (file.images for file in report.files)
    outcomes = {outcome.rule: outcome for outcome in image.outcomes}
    data = path.read_bytes()
    for outcome in outcomes.values():
        for evidence in outcome.evidence:
            assert evidence.offset is None or evidence.offset < len(data), outcome.rule
            if evidence.label in {"text", "C string"}:
                assert evidence.offset is not None
                assert data[evidence.offset :].startswith(evidence.value.encode())
    return outcomes


def verdict(outcome: Outcome) -> tuple[Status, Severity]:
    return outcome.status, outcome.severity


# --- C libraries -------------------------------------------------------------------------------------------


def test_a_static_program_needs_no_c_library(samples: Samples):
    for profile in ("musl", "glibc-2.17"):
        outcomes = judged(samples[STATIC].path, profile)
        assert outcomes["wrong-libc"].status is PASS
    assert judged(samples[STATIC].path, "glibc-2.17")["glibc-too-new"].status is PASS


def test_a_pie_without_cgo_needs_the_loader_it_names(samples: Samples):
    """Go's linker names the loader of the machine that builds, which the tests' machines have from glibc."""
    binary = lief.parse(str(samples[PIE].path))
    assert isinstance(binary, lief.ELF.Binary)
    loader = binary.interpreter
    assert loader.startswith("/lib64/ld-linux")
    outcome = judged(samples[PIE].path, "musl")["wrong-libc"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert loader in outcome.message
    assert judged(samples[PIE].path, "glibc-2.28")["wrong-libc"].status is PASS


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "libc"),
    [
        (GCC, "glibc"),
        ("uses-linux-amd64-go1.27-glibc", "glibc"),
        ("cgo-linux-386-go1.27-glibc", "glibc"),
        ("cgo-linux-arm64-go1.27-glibc", "glibc"),
        ("cgo-linux-amd64-go1.27-glibc-cshared", "glibc"),
        ("uses-linux-amd64-go1.27-musl", "musl"),
        ("cgo-linux-amd64-go1.27-musl", "musl"),
        ("uses-linux-amd64-go1.27-musl-gcc", "musl"),
        ("hello-android-arm64-go1.27", "bionic"),
    ],
)
def test_each_c_library_is_right_where_it_is(name: str, libc: str, samples: Samples):
    for profile, there in (("glibc-2.35", "glibc"), ("musl", "musl"), ("android", "bionic")):
        meant = {"libc": Declared(there, f"profile {profile}")}
        expected = PASS if there == libc else FAIL
        assert judged(samples[name].path, None, Intent(**meant))["wrong-libc"].status is expected


def needed_glibc(path: Path) -> dict[str, set[str]]:
    """The GLIBC_ versions of a file and the symbols that need each, by lief."""
    binary = lief.parse(str(path))
    assert isinstance(binary, lief.ELF.Binary)
    found: dict[str, set[str]] = {}
    for symbol in binary.dynamic_symbols:
        version = symbol.symbol_version
        if symbol.imported and version and version.symbol_version_auxiliary:
            found.setdefault(version.symbol_version_auxiliary.name, set()).add(str(symbol.name))
    return found


@pytest.mark.wide
def test_symbols_of_every_version_are_those_lief_sees(samples: Samples):
    seen = 0
    for sample in samples:
        data = sample.path.read_bytes()
        if not data.startswith(b"\x7fELF"):
            continue
        (image,) = formats.read(Window.of_bytes(data))
        native = image.native
        needs = native.version_needs if isinstance(native, ElfNative) else ()
        assert isinstance(needs, tuple), sample.name
        by_lief = needed_glibc(sample.path) if needs else {}
        for need in needs:
            assert need.symbols, (sample.name, need.version)
            assert set(need.symbols) <= by_lief[need.version], (sample.name, need.version)
            together = {name for other in needs if other.version == need.version for name in other.symbols}
            assert len(together) >= min(8, len(by_lief[need.version])), (sample.name, need.version)
            seen += 1
    assert seen > 40


@pytest.mark.wide
@pytest.mark.parametrize(
    "name", [GCC, "uses-linux-amd64-go1.21-gcc", "cgo-linux-amd64-go1.27-glibc-2.38", "cgo-linux-386-go1.27-glibc"]
)
def test_the_highest_glibc_version_decides(name: str, samples: Samples):
    path = samples[name].path
    versions = needed_glibc(path)
    numbers = {tuple(map(int, v.removeprefix("GLIBC_").split("."))): v for v in versions if v.startswith("GLIBC_2")}
    highest = max(numbers)
    for profile, there in (("glibc-2.17", (2, 17)), ("glibc-2.28", (2, 28)), ("glibc-2.35", (2, 35))):
        outcome = judged(path, profile)["glibc-too-new"]
        assert outcome.status is (PASS if highest <= there else FAIL)
        proof = outcome.evidence[0]
        version, _, symbols = proof.value.partition(": ")
        assert version == numbers[highest]
        assert proof.offset is not None
        assert path.read_bytes()[proof.offset :].startswith(version.encode() + b"\0")
        assert set(symbols.removesuffix(", ...").split(", ")) <= versions[version]


# --- what cgo leaves behind ----------------------------------------------------------------------------------


def test_a_stub_of_a_cgo_package(samples: Samples):
    outcome = judged(samples["sqlite-linux-amd64-go1.27"].path)["cgo-stub"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "go-sqlite3" in outcome.message
    assert [proof.label for proof in outcome.evidence] == ["file table", "text"]


def test_a_program_that_only_holds_the_words_is_no_stub(samples: Samples, tmp_path: Path):
    data = samples[STATIC].path.read_bytes()
    words = b"go-sqlite3 requires cgo to work. This is a stub"
    path = saved(tmp_path, "app", put(data, data.index(b"runtime: "), words))
    (image,) = formats.read(Window.of_bytes(path.read_bytes()))
    assert image.address_of(path.read_bytes().index(words)) is not None  # mapped, as every string is
    assert judged(path)["cgo-stub"].status is PASS


@pytest.mark.wide
def test_with_cgo_it_is_none(samples: Samples):
    assert judged(samples["sqlite-linux-amd64-go1.27-gcc"].path)["cgo-stub"].status is PASS


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uses-linux-amd64-go1.27-gcc-static", (FAIL, WARNING)),
        ("cgo-linux-amd64-go1.27-gcc-static", (PASS, WARNING)),  # glibc inside, and no name is looked up
        ("cgo-linux-amd64-go1.27-gcc-static-pie", (PASS, WARNING)),
        ("uses-linux-amd64-go1.27-musl-gcc-static", (PASS, WARNING)),
        ("uses-linux-amd64-go1.27", (PASS, WARNING)),
        (GCC, (NOT_APPLICABLE, WARNING)),
    ],
)
def test_glibc_s_name_service_in_static_programs(name: str, expected: tuple[Status, Severity], samples: Samples):
    assert verdict(judged(samples[name].path)["static-glibc-nss"]) == expected


# --- the oldest system ---------------------------------------------------------------------------------------


def test_windows_headers_against_what_go_needs(samples: Samples, tmp_path: Path):
    old, new = samples["hello-windows-386-go1.21"].path, samples["hello-windows-386-go1.27"].path
    lies = judged(old)["pe-os-version-lies"]
    assert verdict(lies) == (FAIL, NOTE)
    assert "says Windows 6.1" in lies.message
    assert judged(new)["pe-os-version-lies"].status is PASS
    # As a C linker still writes it: MajorOperatingSystemVersion is 40 bytes into the optional header.
    data = new.read_bytes()
    at = pe_headers(data)[1] + 40
    assert struct.unpack_from("<2H", data, at) == (10, 0)
    edited = saved(tmp_path, "app.exe", put(data, at, struct.pack("<2H", 6, 1)))
    assert verdict(judged(edited)["pe-os-version-lies"]) == (FAIL, NOTE)


def test_a_program_for_an_older_windows(samples: Samples):
    meant = Intent(min_os=Declared("6.1", "policy min-os"))
    for release in ("1.21", "1.27"):
        outcome = judged(samples[f"hello-windows-386-go{release}"].path, None, meant)["pe-os-version-lies"]
        assert verdict(outcome) == (FAIL, ERROR)
        assert judged(samples[f"hello-windows-386-go{release}"].path, "windows-10")["wrong-goos"].status is PASS


@pytest.mark.wide
def test_macos_headers_against_what_go_needs(samples: Samples):
    found = {}
    for sample in samples:
        if sample.goos == "darwin" and sample.variant is None and sample.program == "hello":
            outcome = judged(sample.path)["macho-min-os"]
            found[sample.goarch, sample.minor[1]] = outcome.status
    # Go 1.21 and 1.22 need macOS 10.15 (release notes) and say 10.13 on amd64 (cmd/link/internal/ld/macho.go).
    lying = {port for port, status in found.items() if status is FAIL}
    assert lying == {port for port in found if port[0] == "amd64" and port[1] in {21, 22}}
    assert lying
    assert len(found) > 8


def test_a_program_for_an_older_macos(samples: Samples):
    path = samples["hello-darwin-arm64-go1.27"].path
    assert judged(path, "macos-26")["macho-min-os"].status is PASS
    outcome = judged(path, None, Intent(min_os=Declared("12.0", "policy min-os")))["macho-min-os"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "Go 1.26" in (outcome.fix or "")


def test_a_program_for_macos_26_has_a_uuid(samples: Samples):
    assert judged(samples["hello-darwin-arm64-go1.27"].path, "macos-26")["macho-no-uuid"].status is PASS
    old = samples["hello-darwin-arm64-go1.21"].path
    assert verdict(judged(old)["macho-no-uuid"]) == (FAIL, WARNING)
    assert verdict(judged(old, "macos-26")["macho-no-uuid"]) == (FAIL, ERROR)


@pytest.mark.parametrize(("number", "platform"), [(2, "ios"), (7, "iossimulator")])
def test_apple_platforms(number: int, platform: str, samples: Samples, tmp_path: Path):
    data = samples["hello-darwin-arm64-go1.27"].path.read_bytes()
    # LC_BUILD_VERSION is command 0x32 of 24 or more bytes; its platform comes third (mach-o/loader.h).
    at = next(m.start() for m in re.finditer(struct.pack("<I", 0x32), data[:4096]) if data[m.start() + 8] == 1)
    path = saved(tmp_path, "app", put(data, at + 8, struct.pack("<I", number)))

    def outcome(**meant: Declared[str]) -> Outcome:
        return judged(path, None, Intent(**meant))["macho-wrong-platform"]

    assert outcome(goos=Declared("ios", "option --goos")).status is PASS
    assert outcome(platform=Declared(platform, "policy platform")).status is PASS
    other = {"ios": "iossimulator", "iossimulator": "ios"}[platform]
    assert verdict(outcome(platform=Declared(other, "policy platform"))) == (FAIL, ERROR)
    assert outcome(goos=Declared("darwin", "option --goos")).reason == "same cause as wrong-goos"
    assert outcome().status is NOT_APPLICABLE


# --- roots, users, zones, commands, pages --------------------------------------------------------------------


def test_an_empty_image_lacks_what_a_program_does_not_bring(samples: Samples):
    outcomes = judged(samples[STATIC].path, "static-scratch")
    assert outcomes["dynamic-not-static"].status is PASS
    assert verdict(outcomes["tzdata-missing"]) == (FAIL, ERROR)
    assert verdict(outcomes["user-lookup-needs-passwd"]) == (FAIL, WARNING)
    assert outcomes["ca-roots-missing"].status is PASS
    timetzdata = judged(samples["uses-linux-amd64-go1.27-timetzdata"].path, "static-scratch")
    assert timetzdata["tzdata-missing"].status is PASS
    hello = judged(samples["hello-linux-amd64-go1.27"].path, "static-scratch")
    assert {o.severity for o in hello.values() if o.status is FAIL} <= {NOTE}
    without = judged(samples[STATIC].path)
    assert verdict(without["tzdata-missing"]) == (FAIL, NOTE)
    assert without["user-lookup-needs-passwd"].status is NOT_APPLICABLE


def test_root_certificates(samples: Samples):
    roots, fallback = (samples[f"roots-linux-amd64-go1.27{variant}"].path for variant in ("", "-fallback"))
    assert verdict(judged(roots, "static-scratch")["ca-roots-missing"]) == (FAIL, ERROR)
    assert judged(fallback, "static-scratch")["ca-roots-missing"].status is PASS
    assert judged(roots)["ca-roots-missing"].status is NOT_APPLICABLE


@pytest.mark.wide
def test_https_needs_roots_but_on_windows(samples: Samples):
    linux, windows = (samples[f"https-{port}-go1.27"].path for port in ("linux-amd64", "windows-amd64"))
    assert verdict(judged(linux, "static-scratch")["ca-roots-missing"]) == (FAIL, ERROR)
    assert judged(windows, "static-scratch")["ca-roots-missing"].status is NOT_APPLICABLE


def test_who_looks_names_and_commands_up(samples: Samples):
    linux, windows = judged(samples[STATIC].path), judged(samples["uses-windows-386-go1.27"].path)
    wasm, darwin = judged(samples["uses-wasip1-wasm-go1.27"].path), judged(samples["uses-darwin-arm64-go1.27"].path)
    assert verdict(linux["pure-go-resolver"]) == (FAIL, NOTE)
    assert windows["pure-go-resolver"].status is PASS
    assert darwin["pure-go-resolver"].status is PASS
    assert wasm["pure-go-resolver"].status is NOT_APPLICABLE
    assert verdict(windows["exec-lookup-on-windows"]) == (FAIL, NOTE)
    assert judged(samples["hello-windows-386-go1.27"].path)["exec-lookup-on-windows"].status is PASS
    assert linux["exec-lookup-on-windows"].status is NOT_APPLICABLE


def test_a_program_that_only_initialises_package_net_looks_no_names_up(samples: Samples):
    """crypto/x509 takes IP addresses from net; that no lookup is linked is seen in the symbols."""
    roots, uses = samples["roots-linux-amd64-go1.27"].path, samples[STATIC].path
    assert "net.init" in symbols(roots)
    assert not any(name.startswith("net.(*Resolver).") for name in symbols(roots))
    assert any(name.startswith("net.(*Resolver).") for name in symbols(uses))
    assert judged(roots)["pure-go-resolver"].status is NOT_APPLICABLE


def symbols(path: Path) -> set[str]:
    """The names in an ELF file's symbol table."""
    with path.open("rb") as file:
        return {symbol.name for symbol in ELFFile(file).get_section_by_name(".symtab").iter_symbols()}


@pytest.mark.wide
def test_libc_looks_names_up(samples: Samples):
    assert judged(samples[GCC].path)["pure-go-resolver"].status is PASS
    again = samples["uses-linux-amd64-go1.27-glibc-netgo-osusergo"].path
    assert verdict(judged(again)["pure-go-resolver"]) == (FAIL, NOTE)
    android = judged(samples["uses-android-arm64-go1.27"].path)["pure-go-resolver"]
    assert "[::1]:53" in android.message


@pytest.mark.wide
def test_pages_of_android(samples: Samples, tmp_path: Path):
    path = samples["uses-android-arm64-go1.27"].path
    outcomes = judged(path, "android")
    assert outcomes["android-page-size"].status is PASS
    assert {o.severity for o in outcomes.values() if o.status is FAIL} <= {NOTE}
    assert judged(path)["android-page-size"].status is NOT_APPLICABLE
    # One PT_LOAD with the alignment that NDKs before r28 give: p_align is 48 bytes into Elf64_Phdr (gABI, chapter 5).
    data = path.read_bytes()
    (table,) = struct.unpack_from("<Q", data, 32)
    (count,) = struct.unpack_from("<H", data, 56)
    at = next(table + n * 56 for n in range(count) if struct.unpack_from("<I", data, table + n * 56) == (1,))
    edited = saved(tmp_path, "app", put(data, at + 48, struct.pack("<Q", 0x1000)))
    outcome = judged(edited, "android")["android-page-size"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert outcome.evidence[0].offset == at


@pytest.mark.wide
def test_a_library_that_a_c_compiler_aligned(samples: Samples):
    path = samples["cgo-linux-amd64-go1.27-glibc-cshared"].path
    binary = lief.parse(str(path))
    assert isinstance(binary, lief.ELF.Binary)
    least = min(s.alignment for s in binary.segments if s.type == lief.ELF.Segment.TYPE.LOAD)
    outcome = judged(path, None, Intent(page_size=Declared(16384, "profile android")))["android-page-size"]
    assert outcome.status is (PASS if least >= 16384 else FAIL)


# --- profiles ------------------------------------------------------------------------------------------------


def test_a_profile_of_another_system_says_nothing_of_a_file_named_for_its_own(samples: Samples, tmp_path: Path):
    data = samples["hello-linux-amd64-go1.27"].path.read_bytes()
    named, unnamed = saved(tmp_path, "app_linux_amd64", data), saved(tmp_path, "app", data)
    outcomes = judged(named, "windows-10")
    assert {o.severity for o in outcomes.values() if o.status is FAIL} <= {NOTE}
    assert outcomes["pe-os-version-lies"].reason == "not a PE file"
    # A file without a name for it is what it was said to be, or is not.
    assert verdict(judged(unnamed, "windows-10")["wrong-goos"]) == (FAIL, ERROR)


@pytest.mark.parametrize("profile", ["static-scratch", "musl", "glibc-2.17", "android"])
@pytest.mark.parametrize(
    "name", ["hello-windows-386-go1.27", "hello-darwin-arm64-go1.27", "hello-openbsd-amd64-go1.27"]
)
def test_a_profile_of_linux_finds_nothing_wrong_elsewhere(profile: str, name: str, samples: Samples, tmp_path: Path):
    sample = samples[name]
    named = saved(tmp_path, f"app-{sample.goos}-{sample.goarch}.exe", sample.path.read_bytes())
    outcomes = judged(named, profile)
    assert {o.severity for o in outcomes.values() if o.status is FAIL and o.rule != "odd-extension"} <= {NOTE}


def test_a_program_of_another_system_has_one_finding(samples: Samples):
    """A windows program in an empty image of linux: what it would lack there is no more than that."""
    outcomes = judged(samples["uses-windows-386-go1.27"].path, "static-scratch")
    errors = {o.rule for o in outcomes.values() if o.status is FAIL and o.severity is ERROR}
    assert errors == {"wrong-goos"}


def test_options_come_before_the_profile(samples: Samples):
    meant = Intent(static=Declared(False, "option --no-static"))
    outcomes = judged(samples[STATIC].path, "static-scratch", meant)
    assert outcomes["dynamic-not-static"].status is NOT_APPLICABLE
    assert verdict(outcomes["static-not-dynamic"]) == (FAIL, ERROR)
