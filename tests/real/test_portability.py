"""The strictest profile that real programs satisfy, against what lief reads of them and what their source asks for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import lief
import pytest

from inspector.model import Portability
from tests.real.built import Built
from tests.real.edited import replaced, saved
from tests.real.inspected import image_of, report_on
from tests.real.published import of_package
from tests.samples import Sample, Samples

LADDER = {(2, 17): "glibc-2.17", (2, 28): "glibc-2.28", (2, 35): "glibc-2.35"}
STRICTER = {"glibc-2.17": "static-scratch", "glibc-2.28": "glibc-2.17", "glibc-2.35": "glibc-2.28"}
PIE = "uses-linux-amd64-go1.27-pie"


def stands(satisfied: str | None, stricter: str | None = None, *blocked_by: str) -> Portability:
    return Portability(satisfied=satisfied, stricter=stricter, blocked_by=blocked_by)


def expected(built: Built) -> Portability | None:
    """What a program satisfies, by its headers and by what its source asks for."""
    by_system = {"linux": linux, "darwin": darwin, "android": android, "windows": lambda _: stands("windows-10")}
    made = by_system.get(built.sample.goos)
    return None if made is None else made(built)


def linux(built: Built) -> Portability:
    sample, lacking = built.sample, []
    if built.interpreter or built.needed:
        lacking.append("dynamic-not-static")
    if any(name.startswith("libc.") for name in built.needed):
        lacking.append("libc-needed")
    if sample.program == "uses" and sample.variant != "timetzdata":
        lacking.append("tzdata-missing")
    if sample.program in {"roots", "https"} and sample.variant != "fallback":
        lacking.append("ca-roots-missing")
    if not lacking:
        return stands("static-scratch")
    if built.interpreter and "musl" in built.interpreter:
        return stands("musl", "static-scratch", *lacking)
    floor = built.glibc if built.needed else ()
    lowest = next((name for release, name in LADDER.items() if floor <= release), None)
    if lowest is None:
        return stands(None, "glibc-2.35", "glibc-too-new")
    return stands(lowest, STRICTER[lowest], *(lacking if lowest == "glibc-2.17" else ["glibc-too-new"]))


def darwin(built: Built) -> Portability:
    is_program = built.binary.header.file_type == lief.MachO.Header.FILE_TYPE.EXECUTE
    if is_program and not built.binary.has_uuid:
        return stands(None, "macos-26", "macho-no-uuid")
    return stands("macos-26")


def android(built: Built) -> Portability:
    loads = [s.alignment for s in built.binary.segments if s.type == lief.ELF.Segment.TYPE.LOAD]
    return stands("android") if min(loads) >= 16384 else stands(None, "android", "android-page-size")


def test_a_sample_satisfies_what_its_headers_and_its_source_allow(sample: Sample, samples: Samples):
    assert image_of(sample.path).portability == expected(Built(sample, samples))


def test_what_the_core_samples_satisfy(samples: Samples):
    """The same in words, of the programs that people meet."""
    found = {
        "hello-linux-amd64-go1.27": stands("static-scratch"),
        "uses-linux-amd64-go1.27": stands("glibc-2.17", "static-scratch", "tzdata-missing"),
        "uses-linux-amd64-go1.27-timetzdata": stands("static-scratch"),
        "roots-linux-amd64-go1.27": stands("glibc-2.17", "static-scratch", "ca-roots-missing"),
        "roots-linux-amd64-go1.27-fallback": stands("static-scratch"),
        PIE: stands("glibc-2.17", "static-scratch", "dynamic-not-static", "tzdata-missing"),
        "cgo-linux-amd64-go1.27-musl": stands("musl", "static-scratch", "dynamic-not-static", "libc-needed"),
        "hello-windows-amd64-go1.27": stands("windows-10"),
        "hello-darwin-arm64-go1.27": stands("macos-26"),
        "hello-darwin-arm64-go1.27-nouuid": stands(None, "macos-26", "macho-no-uuid"),
        "hello-freebsd-amd64-go1.27": None,
        "hello-wasip1-wasm-go1.27": None,
    }
    assert {name: image_of(samples[name].path).portability for name in found} == found


def test_a_loader_of_another_place_satisfies_nothing(samples: Samples, tmp_path: Path):
    path = samples[PIE].path
    moved = replaced(path.read_bytes(), b"/lib64/ld-linux-x86-64.so.2\0", b"/opt64/ld-linux-x86-64.so.2\0")
    assert image_of(saved(tmp_path, "app", moved)).portability == stands(None, "glibc-2.35", "odd-interpreter")


@pytest.mark.wide
def test_a_gcc_of_today_asks_for_a_glibc_that_readelf_shows(samples: Samples):
    path = samples["uses-linux-amd64-go1.27-gcc"].path
    shown = subprocess.run(["readelf", "--version-info", "--wide", path], check=True, capture_output=True, text=True)
    assert "GLIBC_2.34" in shown.stdout
    assert "GLIBC_2.36" not in shown.stdout
    assert image_of(path).portability == stands("glibc-2.35", "glibc-2.28", "glibc-too-new")


@pytest.mark.wide
def test_an_archive_of_objects_satisfies_nothing_yet(samples: Samples):
    assert image_of(samples["cgo-linux-amd64-go1.27-gcc-carchive"].path).portability is None


# Go 1.20 runs on Windows 7 and later, and so on 10; its darwin programs have no LC_UUID.
@pytest.mark.wide
@pytest.mark.parametrize(
    ("package", "version", "satisfied"),
    [
        ("@esbuild/win32-x64", "0.17.19", stands("windows-10")),
        ("@esbuild/win32-arm64", "0.20.2", stands("windows-10")),
        ("@esbuild/darwin-x64", "0.21.5", stands(None, "macos-26", "macho-no-uuid")),
    ],
)
def test_published_programs_of_go_1_20(package: str, version: str, satisfied: Portability):
    (file,) = report_on(of_package(package, version).file).images
    assert str(file.build.observed.go_version).startswith("go1.20.")
    assert file.portability == satisfied
